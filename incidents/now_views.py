"""The first page: am I on fire, and what burns."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.permissions import current_user
from core.unchanged import tag_of, unchanged
from incidents.actions import is_htmx
from incidents.panels import now_blocks
from incidents.selectors import now_page, shown_of
from incidents.selectors.now import MAX_COUNTED

LATE = {
    "receipt": "reading alerts",
    "outbox": "telling the rooms",
    "escalation": "escalation steps",
    "delivery": "sending pages",
    "incident": "paging for incidents",
    "engine": "the engine is silent",
}


@require_safe
def now(request: HttpRequest) -> HttpResponse:
    user = current_user(request)
    page = now_page(user)
    fragment = is_htmx(request) and request.GET.get("fragment") == "live"
    mine = [(line.page.pk, line.incident.version) for line in page.my_pages]
    recent = [(incident.pk, incident.version) for incident in page.recent]
    blocks = now_blocks(user, request)
    tag = tag_of(page, shown_of(page.incidents), mine, recent, blocks)
    if fragment and (same := unchanged(request, tag)) is not None:
        return same
    context = {
        "page": page,
        "tag": tag,
        "blocks": blocks,
        "may_change": user.can_respond,
        "late_text": f"Late: {', '.join(LATE.get(kind, kind) for kind in page.late)}.",
        "set_aside_title": _set_aside(page.set_aside),
    }
    return render(request, "now/live.html" if fragment else "now/now.html", context)


def _set_aside(count: int) -> str:
    if count == 1:
        return "1 delivery could not be read"
    number = f"{count} or more" if count >= MAX_COUNTED else str(count)
    return f"{number} deliveries could not be read"
