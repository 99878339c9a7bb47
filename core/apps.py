"""Django's entry of the core room."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.core.management import call_command
from django.db.models.signals import post_migrate, pre_migrate

from core import obligations


def _before_migrate(sender: Any, **_: Any) -> None:
    obligations.drop_view()


def _after_migrate(sender: Any, **_: Any) -> None:
    call_command("createcachetable", verbosity=0)
    obligations.make_view()


class CoreConfig(AppConfig):
    name = "core"

    def ready(self) -> None:
        # Both signals come once an app; one of them is enough, and all migrations lie between.
        pre_migrate.connect(_before_migrate, sender=self)
        post_migrate.connect(_after_migrate, sender=self)
