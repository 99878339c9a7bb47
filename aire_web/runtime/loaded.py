"""What AIRE's own processes have in common, for the fork server: Django and every room, and what
worker and beat need of Celery beside that."""

from __future__ import annotations

import os
from importlib import import_module

import django

SHARED = ("celery.bin.celery", "celery.apps.worker", "celery.apps.beat", "kombu.transport.redis")


def load() -> None:
    """Load all of it; opens no connection and starts no thread."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aire_web.settings")
    django.setup()
    for name in SHARED:
        import_module(name)
