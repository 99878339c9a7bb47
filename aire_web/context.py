"""What every page knows besides its own facts."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from aire_web.first_run.views import offer


def house(request: HttpRequest) -> dict[str, Any]:
    return {
        "aire_version": settings.VERSION,
        "aire_base_url": settings.AIRE_BASE_URL,
        "first_run": partial(offer, request),  # asked by the first page only
    }
