"""The on-call home: am I on call, does a page wait for me, who is on call."""

from __future__ import annotations

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
from notifications.selectors import unread_count
from oncall import escalations, selectors
from oncall.models import Page


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    user = current_user(request)
    now = clock.now()
    duties = selectors.my_duties(user, at=now)
    context = {
        "waiting": [_shown(page) for page in selectors.waiting_pages(user)],
        "on_duty": [pair for pair in duties if pair[1].start <= now],
        "coming": [pair for pair in duties if pair[1].start > now][:1],
        "schedules": selectors.on_call_now(at=now),
        "unread": unread_count(user),
    }
    return render(request, "oncall/home.html", context)


def _shown(page: Page) -> dict[str, object]:
    card = page.escalation.card
    return {"page": page, "card": card, "acknowledge": _acknowledge_address(page)}


def _acknowledge_address(page: Page) -> str:
    """Where acknowledging is posted: the incident's own address, where the page is about one."""
    ref = str(page.escalation.card.get("ref") or "")
    if page.escalation.subject_key.startswith("incident:") and ref:
        try:
            return reverse("incidents:acknowledge", args=[ref])
        except NoReverseMatch:
            pass
    return reverse("oncall:page-acknowledge", args=[page.pk])


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
