"""One page with everything that became of it, the pages there were, and the link that
acknowledges."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.permissions import current_user
from core.actor import Via
from core.errors import NotFound
from core.pages import page_urls, paginate
from notifications.links import LinkExpired, delivery_of
from notifications.message import Message
from notifications.selectors import title_of
from oncall import selectors
from oncall.acknowledging import acknowledge_delivery, still_waits

MARKS = {"mine", "shadow", "unacknowledged"}


@require_safe
def page_list(request: HttpRequest) -> HttpResponse:
    """The newest pages first; what a person may not see is left out of each screenful."""
    user = current_user(request)
    only = request.GET.get("only", "")
    found = paginate(
        selectors.pages_of(user, only if only in MARKS else ""),
        order=("-created_at", "-id"),
        cursor=request.GET.get("cursor") or None,
        size=50,
    )
    context = {
        "lines": selectors.page_lines(selectors.visible_pages(user, found.items)),
        "pager": page_urls(request, found),
        "only": only,
    }
    return render(request, "oncall/page_list.html", context)


@require_safe
def page_detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    user = current_user(request)
    found = selectors.visible_pages(user, selectors.all_pages().filter(pk=pk))
    if not found:
        raise NotFound("There is no such page, or you may not see it.")
    line = selectors.page_lines(found)[0]
    context = {
        "line": line,
        "page": line.page,
        "card": line.page.escalation.card,
        "deliveries": [(title_of(row.channel), row) for row in line.deliveries],
        "reports": selectors.reports_of(line.deliveries),
    }
    return render(request, "oncall/page_detail.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def acknowledge_link(request: HttpRequest, token: str) -> HttpResponse:
    """For whoever holds the link of a page to them. A GET only asks: scanners follow links."""
    try:
        row = delivery_of(token)
    except LinkExpired:
        over = "This link is older than a day. Sign in to see what is going on."
        return render(request, "oncall/acknowledge.html", {"over": over}, status=410)
    if row is None:
        raise NotFound("This is no link of AIRE's.")
    message = Message.from_json(row.message)
    context: dict[str, Any] = {
        "message": message,
        "person": row.user,
        "waits": still_waits(row),
        "said": "",
    }
    if request.method == "POST":
        context["said"] = acknowledge_delivery(delivery=row, via=Via.LINK)
    return render(request, "oncall/acknowledge.html", context)


app_name = "ack"
urlpatterns = [path("<str:token>/", acknowledge_link, name="link")]
