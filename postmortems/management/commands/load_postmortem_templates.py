"""Brings the shipped postmortem templates to this release; runs after each migration."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from postmortems.services.templates import load_shipped


class Command(BaseCommand):
    help = "Load the postmortem templates that come with this release."

    def handle(self, *args: Any, **options: Any) -> None:
        written = load_shipped()
        if options["verbosity"]:
            self.stdout.write(f"{written} templates written.")
