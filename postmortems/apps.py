"""Django's entry of the postmortems room: the shipped templates are there after each migration."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.core.management import call_command
from django.db import connections
from django.db.models.signals import post_migrate


def _after_migrate(sender: Any, using: str, **_: Any) -> None:
    # A migration to an earlier state may leave no table behind. A flush ends here, too.
    if using == "default" and _has_tables():
        call_command("load_postmortem_templates", verbosity=0)


def _has_tables() -> bool:
    tables = connections["default"].introspection.table_names()
    return "postmortems_templateversion" in tables


class PostmortemsConfig(AppConfig):
    name = "postmortems"

    def ready(self) -> None:
        post_migrate.connect(_after_migrate, sender=self)
