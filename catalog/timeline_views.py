"""A system over time, and how its changes come in by themselves. No rules."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.permissions import current_user
from catalog.selectors import system_for
from catalog.snippets import snippets
from catalog.timeline import DAYS, timeline


@require_safe
def system_timeline(request: HttpRequest, slug: str) -> HttpResponse:
    user = current_user(request)
    system = system_for(user, slug)
    given = request.GET.get("days", "")
    days = next((days for days in DAYS if str(days) == given), 7)
    context = {
        "system": system,
        "timeline": timeline(user, system, days=days),
        "days": days,
        "choices": DAYS,
    }
    return render(request, "catalog/timeline.html", context)


@require_safe
def change_sending(request: HttpRequest, slug: str) -> HttpResponse:
    """What to paste into a pipeline so that it tells its changes."""
    system = system_for(current_user(request), slug)
    context = {"system": system, "snippets": snippets(settings.AIRE_BASE_URL, system.slug)}
    return render(request, "catalog/change_sending.html", context)
