"""`python -m aire_web.watchdog`: what `up` runs. Loads Django's settings and nothing of Django's
apps, so it is small and does not share their faults."""

from __future__ import annotations

import os
import signal
import threading

from aire_web.watchdog.run import watch


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aire_web.settings")
    stop = threading.Event()
    for signum in (signal.SIGTERM, signal.SIGINT):
        signal.signal(signum, lambda *_: stop.set())
    watch(stop)


if __name__ == "__main__":
    main()
