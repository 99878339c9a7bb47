"""`manage.py prepare`: brings database and files to this version; run by every `up`."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand
from django.db import connection


class Command(BaseCommand):
    help = "Migrates the database, collects static files in production, makes the first start."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        with connection.cursor() as cursor:
            # A migration may rightly take longer than any request.
            cursor.execute("SET statement_timeout = 0")
        call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)
        # WhiteNoise looks here in any case; empty while the files are served from their sources.
        settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
        if settings.PRODUCTION:
            call_command("collectstatic", interactive=False, verbosity=0)
        if "first_start" in get_commands():
            call_command("first_start", stdout=self.stdout)
