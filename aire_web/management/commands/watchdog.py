"""`manage.py watchdog`: tells by its own route when AIRE is late or away."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from aire_web.watchdog.__main__ import main


class Command(BaseCommand):
    help = "Watches the engine and the database; tells over mail or a webhook of its own."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        main()
