"""The operator's page: what AIRE is late on, and whether its processes give signs of life."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.models import Role
from accounts.permissions import role_required
from aire_web.models import WatchdogLook
from core import clock, obligations
from core.models import EngineBeat
from notifications.channels import channels

SILENT_SECONDS = 30
SHOWN = 100


class Process(NamedTuple):
    name: str
    last: Any
    silent: bool


@require_safe
@role_required(Role.MANAGER)
def health(request: HttpRequest) -> HttpResponse:
    now = clock.now()
    look = WatchdogLook.objects.first()
    beats: dict[str, Any] = {}
    for process, at in EngineBeat.objects.order_by("at").values_list("process", "at"):
        beats[process] = at
    context = {
        "late": obligations.overdue(limit=SHOWN),
        "counts": [(kind, count) for kind, count in obligations.overdue_counts().items()],
        "engines": [
            Process(name, at, (now - at).total_seconds() > SILENT_SECONDS)
            for name, at in beats.items()
            if (now - at).total_seconds() < 3_600
        ],
        "look": look,
        "watchdog_silent": look is None or (now - look.at).total_seconds() > SILENT_SECONDS,
        "has_route": bool(
            settings.AIRE_WATCHDOG_WEBHOOK_URL
            or settings.AIRE_WATCHDOG_EMAIL_TO
            or settings.AIRE_FALLBACK_EMAIL
        ),
        "has_switch": bool(settings.AIRE_DEAD_MANS_URL),
        "channels": [(one.title, one.configured()) for one in channels if one.reaches],
        "now": now,
    }
    return render(request, "core/health.html", context)
