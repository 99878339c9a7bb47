"""Django's entry of the roof: wires the rooms once all of them are loaded."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig

from aire_web.celery import app


class RoofConfig(AppConfig):
    name = "aire_web"

    def ready(self) -> None:
        app.set_default()
        # Django reads this file before it has loaded any model; the rooms need theirs.
        import_module("aire_web.wiring").wire()
