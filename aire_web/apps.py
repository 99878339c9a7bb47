"""Django's entry of the roof: wires the rooms once all of them are loaded."""

from __future__ import annotations

from django.apps import AppConfig

from aire_web import wiring
from aire_web.celery import app


class RoofConfig(AppConfig):
    name = "aire_web"

    def ready(self) -> None:
        app.set_default()
        wiring.wire()
