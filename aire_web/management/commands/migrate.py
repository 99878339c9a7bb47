"""`manage.py migrate`: Django's, but an empty database gets the schema at once."""

from __future__ import annotations

from typing import Any

from django.core.management.commands import migrate

from aire_web import schema


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        plain = options["app_label"] or options["plan"] or options["check_unapplied"]
        if not plain and not options["fake"] and options["database"] == "default":
            schema.load_into_empty()
        super().handle(*args, **options)
