"""The pages about oneself (profile, keys), the settings index and the audit trail."""

from __future__ import annotations

from typing import NamedTuple

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import selectors, services
from accounts.forms import KeyForm, ProfileForm, show_errors
from accounts.models import Role
from accounts.permissions import current_user, role_required, web_actor
from core.errors import Invalid
from core.pages import page_urls, paginate


class Entry(NamedTuple):
    """A line of the settings index. `role` is the least that may open the page."""

    name: str
    title: str
    text: str
    icon: str
    role: str = Role.VIEWER


SECTIONS: tuple[tuple[str, tuple[Entry, ...]], ...] = (
    (
        "You",
        (
            Entry("accounts:profile", "Profile", "Name, time zone, theme, sign-in", "circle-user"),
            Entry(
                "notifications:contacts",
                "How AIRE reaches you",
                "Numbers, push, rules by urgency, quiet hours, a test page",
                "bell-ring",
            ),
            Entry("accounts:keys", "API keys", "Keys that act as you", "key-round"),
            Entry(
                "slack:mine", "Slack account", "Whom AIRE takes you for in Slack", "message-square"
            ),
        ),
    ),
    (
        "Alerts and on-call",
        (
            Entry("alerts:source-list", "Sources", "Where alerts come from", "plug"),
            Entry("alerts:route-list", "Routes", "Which alert goes where", "route"),
            Entry("alerts:silence-list", "Silences", "What stays quiet, and how long", "bell-off"),
            Entry(
                "oncall:policy-list",
                "Escalation policies",
                "Who is paged, in which order",
                "megaphone",
            ),
            Entry("oncall:schedule-list", "Schedules", "Who is on call when", "calendar-days"),
            Entry("oncall:shadow", "Shadow mode", "Run beside the old tool", "eye-off"),
            Entry(
                "move",
                "Move from another tool",
                "People, schedules and policies of PagerDuty, Opsgenie or Grafana OnCall",
                "download",
                Role.ADMIN,
            ),
            Entry(
                "webhooks:rooms",
                "Rooms and services",
                "Teams, Mattermost, ntfy, Apprise: what policies page by name",
                "message-square",
                Role.MANAGER,
            ),
            Entry(
                "webhooks:list",
                "Outgoing webhooks",
                "Programs that are told what happens",
                "webhook",
                Role.MANAGER,
            ),
        ),
    ),
    (
        "The organisation",
        (
            Entry(
                "accounts:people",
                "People",
                "Who may sign in, and their roles",
                "user",
                Role.MANAGER,
            ),
            Entry("accounts:team-list", "Teams", "Who works together", "users"),
            Entry(
                "first-run",
                "First run",
                "Five steps from nothing to a page that arrives",
                "list-checks",
                Role.MANAGER,
            ),
            Entry(
                "health",
                "Health of AIRE",
                "What is late, engines, watchdog, channels",
                "heart-pulse",
                Role.MANAGER,
            ),
            Entry(
                "slack:settings",
                "Slack",
                "Set-up by manifest, scopes, people who are not linked",
                "message-square",
                Role.ADMIN,
            ),
            Entry("trackers:list", "Trackers", "Where follow-ups are tracked", "plug", Role.ADMIN),
            Entry("taxonomy:home", "Taxonomy", "What can go wrong with AI", "list-tree"),
            Entry(
                "postmortems:template-list",
                "Postmortem templates",
                "Which sections a document begins with",
                "layers",
            ),
            Entry(
                "accounts:audit",
                "Audit trail",
                "Who changed what, and when",
                "history",
                Role.MANAGER,
            ),
        ),
    ),
    (
        "For developers",
        (Entry("api:docs", "API", "Every call of the REST API, with examples", "code"),),
    ),
)


@require_safe
def settings_home(request: HttpRequest) -> HttpResponse:
    user = current_user(request)
    sections = [
        (
            title,
            [
                (entry, url)
                for entry in entries
                if user.has_role(entry.role) and (url := _address(entry.name))
            ],
        )
        for title, entries in SECTIONS
    ]
    shown = [(title, lines) for title, lines in sections if lines]
    return render(request, "accounts/settings.html", {"sections": shown})


@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    user = current_user(request)
    form = ProfileForm(request.POST or None, user=user)
    if request.method == "POST" and form.is_valid():
        try:
            services.set_own_profile(user=user, actor=web_actor(request), **form.cleaned_data)
        except Invalid as error:
            show_errors(form, error)
        else:
            messages.success(request, "Your profile is saved.")
            answer = redirect("accounts:profile")
            # This browser may have chosen a theme of its own; the account's shall show now.
            answer.delete_cookie("aire_theme", samesite="Lax")
            return answer
    return render(request, "accounts/profile.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def keys(request: HttpRequest) -> HttpResponse:
    user = current_user(request)
    form = KeyForm(request.POST or None)
    made: tuple[str, str] | None = None
    if request.method == "POST" and form.is_valid():
        try:
            key, raw = services.create_api_key(
                user=user, actor=web_actor(request), **form.cleaned_data
            )
        except Invalid as error:
            show_errors(form, error)
        else:
            made, form = (key.name, raw), KeyForm()
    context = {"form": form, "made": made, "keys": selectors.own_keys(user)}
    return render(request, "accounts/keys.html", context)


@require_POST
def key_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    key = selectors.own_key(current_user(request), pk)
    services.revoke_api_key(key=key, actor=web_actor(request))
    messages.success(request, f"The key “{key.name}” no longer works.")
    return redirect("accounts:keys")


@require_safe
@role_required(Role.MANAGER)
def audit_trail(request: HttpRequest) -> HttpResponse:
    user = current_user(request)
    filters = {name: request.GET.get(name, "") for name in ("kind", "ref", "person")}
    lines = selectors.audit_entries(user, **filters)
    page = paginate(lines, order=("-id",), cursor=request.GET.get("cursor"), size=50)
    context = {
        "page": page,
        "pager": page_urls(request, page),
        "filters": filters,
        "filtered": any(filters.values()),
        "people": selectors.visible_people(user),
    }
    return render(request, "accounts/audit.html", context)


def _address(name: str) -> str | None:
    """Higher rooms own some of these pages; where one is absent its line is left out."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return None
