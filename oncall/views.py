"""The on-call home: am I on call, does a page wait for me, who is on call."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Role, User
from accounts.permissions import current_user, role_required, web_actor
from core import clock
from core.errors import NotFound
from core.unchanged import tag_of, unchanged
from notifications.selectors import unread_count
from oncall import escalations, selectors
from oncall.handoff.selectors import newest_notes
from oncall.models import Page
from oncall.panels import home_parts
from oncall.schedule_page import open_swaps_for
from oncall.shadow.services import active_scopes


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """For the phone first: am I on call, am I paged, what burns near me, what can I do."""
    user = current_user(request)
    now = clock.now()
    duties = selectors.my_duties(user, at=now)
    parts = [part(user, request) for part in home_parts]
    context: dict[str, Any] = {
        "waiting": [_shown(page) for page in selectors.waiting_pages(user)],
        "on_duty": [pair for pair in duties if pair[1].start <= now],
        "coming": [pair for pair in duties if pair[1].start > now][:1],
        "schedules": selectors.on_call_now(at=now),
        "swaps": list(open_swaps_for(user, now)),
        "notes": newest_notes(dict.fromkeys(schedule for schedule, _ in duties)),
        "shadows": sorted(active_scopes()),
        "unread": unread_count(user),
        "parts": [part.html for part in parts if part.html],
        "actions": [action for part in parts for action in part.actions],
    }
    context["tag"] = tag_of(context)
    fragment = request.headers.get("HX-Request") == "true" and request.GET.get("fragment") == "live"
    if fragment and (same := unchanged(request, context["tag"])) is not None:
        return same
    return render(request, "oncall/home_live.html" if fragment else "oncall/home.html", context)


def _shown(page: Page) -> dict[str, object]:
    return {
        "page": page,
        "card": page.escalation.card,
        "acknowledge": _incident_address(page, "incidents:acknowledge")
        or reverse("oncall:page-acknowledge", args=[page.pk]),
        "page_someone": _incident_address(page, "incidents:page"),
    }


def _incident_address(page: Page, name: str) -> str:
    """The incident's own address, where the page is about one; "" where it is not."""
    ref = str(page.escalation.card.get("ref") or "")
    if not page.escalation.subject_key.startswith("incident:") or not ref:
        return ""
    try:
        return reverse(name, args=[ref])
    except NoReverseMatch:
        return ""


@require_POST
@role_required(Role.RESPONDER)
def page_acknowledge(request: HttpRequest, pk: UUID) -> HttpResponse:
    page = _page_for(current_user(request), pk)
    if escalations.acknowledge_page(page=page, actor=web_actor(request)):
        messages.success(request, "Acknowledged. Nobody else is paged about it.")
    else:
        messages.info(request, "It was acknowledged or ended already.")
    return redirect("oncall:home")


def _page_for(user: User, pk: UUID) -> Page:
    found = selectors.visible_pages(user, selectors.all_pages().filter(pk=pk))
    if not found:
        raise NotFound("There is no such page, or you may not see it.")
    return found[0]
