"""The watchdog's loop: look, judge, tell, ping."""

from __future__ import annotations

import threading
import time

from django.conf import settings

from aire_web.watchdog.judging import Judge
from aire_web.watchdog.looking import look
from aire_web.watchdog.telling import Routes, ping, routes, tell
from core.logs import get_logger

log = get_logger(__name__)
LOOK_SECONDS = 10.0
PING_SECONDS = 60.0


class Watchdog:
    def __init__(self, database_url: str, ways: Routes) -> None:
        self._database_url = database_url
        self._ways = ways
        self._judge = Judge()
        self._pinged = float("-inf")

    def once(self, now: float) -> None:
        """One look and what follows from it; `now` in monotonic seconds."""
        verdict = self._judge.judge(look(self._database_url), now)
        if verdict.tell:
            log.warning("watchdog", text=verdict.tell)
            tell(verdict.tell, self._ways)
        if verdict.well and now - self._pinged >= PING_SECONDS and ping(self._ways):
            self._pinged = now


def watch(stop: threading.Event) -> None:
    """Until `stop` is set. A start is given a minute: the engine starts as well."""
    ways = routes()
    if not ways.can_tell:
        log.info("watchdog_has_no_route", mend="Set AIRE_WATCHDOG_EMAIL_TO or …_WEBHOOK_URL.")
    dog = Watchdog(settings.DATABASE_URL or "", ways)
    stop.wait(LOOK_SECONDS * 3)
    while not stop.is_set():
        dog.once(time.monotonic())
        stop.wait(LOOK_SECONDS)
