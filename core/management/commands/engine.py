"""`manage.py engine`: claims what is due straight from PostgreSQL. Several may run."""

from __future__ import annotations

import signal
from typing import Any

from django.core.management.base import BaseCommand

from core.collector import look_less_often
from core.engine import Engine


class Command(BaseCommand):
    help = "Work off what is due: alerts, events, escalation steps, deliveries."
    # They load every page of the web, which this process never draws.
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        look_less_often()
        engine = Engine()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: engine.stop())
        engine.run()
