"""`manage.py export`: prints what exists as documents that `apply` takes back unchanged."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from aire_web.config.export import export_yaml
from core.manifest import kinds


class Command(BaseCommand):
    help = "Prints YAML that `apply` takes back unchanged; secrets are left out."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--kind", metavar="K", help="only this kind, for example System")

    def handle(self, *args: Any, **options: Any) -> None:
        kind = options["kind"]
        if kind is not None and kind not in kinds:
            raise CommandError(f"Unknown kind {kind}. Known are {', '.join(kinds.names())}.")
        self.stdout.write(export_yaml(only=kind), ending="")
