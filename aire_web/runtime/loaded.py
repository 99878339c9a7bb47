"""What AIRE's own processes have in common, for the fork server: Django and every room."""

from __future__ import annotations

import os

import django


def load() -> None:
    """Load all of it; opens no connection and starts no thread."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aire_web.settings")
    django.setup()
