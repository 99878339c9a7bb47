"""`manage.py load_taxonomy`: brings the shipped classes and causes to this release's state."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from taxonomy.services import load_shipped


class Command(BaseCommand):
    help = "Load the shipped taxonomy; what admins have made stays as it is."

    def handle(self, *args: Any, **options: Any) -> None:
        written = load_shipped()
        if options["verbosity"] > 0:
            self.stdout.write(f"{written} rows written")
