"""Trackers in the browser: the settings, and the link of one action."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.forms import show_errors
from accounts.models import Role
from accounts.permissions import current_user, role_required, web_actor
from core.errors import Conflict, Invalid, NotFound
from postmortems.actions.answering import action_to_change, handled
from postmortems.models import Tracker
from postmortems.trackers import TrackerClient, trackers
from postmortems.tracking import services
from postmortems.tracking.forms import LinkForm, TrackerForm, kind_choices


@require_safe
@role_required(Role.ADMIN)
def tracker_list(request: HttpRequest) -> HttpResponse:
    context = {
        "trackers": Tracker.objects.select_related("team").defer("token", "webhook_secret"),
        "kinds": kind_choices(),
    }
    return render(request, "trackers/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.ADMIN)
def tracker_new(request: HttpRequest, kind: str) -> HttpResponse:
    client = trackers.get(kind)
    if client is None:
        raise NotFound("There is no such kind of tracker.")
    return _form(request, client, None)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.ADMIN)
def tracker_edit(request: HttpRequest, slug: str) -> HttpResponse:
    tracker = Tracker.objects.select_related("team").filter(slug=slug).first()
    client = trackers.get(tracker.kind) if tracker else None
    if tracker is None or client is None:
        raise NotFound("There is no such tracker.")
    return _form(request, client, tracker)


@require_POST
@handled
def link(request: HttpRequest, ref: str) -> HttpResponse:
    action = action_to_change(request, ref)
    form = LinkForm(request.POST)
    if not form.is_valid():
        raise Invalid("Choose one of the trackers.")
    tracker: Tracker = form.cleaned_data["tracker"]
    services.link_action(action=action, tracker=tracker, actor=web_actor(request))
    messages.success(request, f"An issue in {tracker.name} is being made.")
    return redirect("actions:detail", ref=action.ref)


@require_POST
@handled
def unlink(request: HttpRequest, ref: str) -> HttpResponse:
    action = action_to_change(request, ref)
    services.unlink_action(action=action, actor=web_actor(request))
    messages.success(request, "The link is taken away; the issue stays as it is.")
    return redirect("actions:detail", ref=action.ref)


@require_POST
@handled
def retry(request: HttpRequest, ref: str) -> HttpResponse:
    action = action_to_change(request, ref)
    services.retry_link(action=action)
    messages.success(request, "It is tried again now.")
    return redirect("actions:detail", ref=action.ref)


def _form(request: HttpRequest, client: TrackerClient, tracker: Tracker | None) -> HttpResponse:
    form = TrackerForm(
        request.POST or None, user=current_user(request), client=client, tracker=tracker
    )
    if form.is_valid():
        wanted: dict[str, Any] = form.wanted()
        slug = tracker.slug if tracker else wanted.pop("slug")
        try:
            if tracker is None and Tracker.objects.filter(slug=slug).exists():
                raise Invalid("Taken.", errors={"slug": ["Another tracker is called that."]})
            saved = services.save_tracker(slug=slug, actor=web_actor(request), **wanted)
        except Invalid as error:
            show_errors(form, error)
        except Conflict as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, f"{saved.name} is saved.")
            return redirect("trackers:list")
    context = {
        "form": form,
        "client": client,
        "tracker": tracker,
        "hook_url": _hook_url(tracker) if tracker else "",
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "trackers/form.html", context, status=status)


def _hook_url(tracker: Tracker) -> str:
    path = reverse("tracker-hook", args=[tracker.slug])
    return f"{settings.AIRE_BASE_URL.rstrip('/')}{path}"
