"""The step of the first source: its key, what to paste, and waiting for the first alert."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Role, User
from accounts.permissions import current_user, role_required, web_actor
from aire_web.first_run import services
from aire_web.first_run.views import page, saved
from alerts import source_selectors
from alerts.formats import formats
from alerts.forms import SourceForm
from alerts.models import Receipt, Source
from alerts.services import create_source, send_test
from alerts.source_selectors import SourceRow, SourceState
from catalog.selectors import visible_systems
from core.errors import Conflict

PLACEHOLDER = "YOUR-KEY"


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.MANAGER)
def source(request: HttpRequest) -> HttpResponse:
    """The answer to a successful POST is the page with the key: it exists in no other place."""
    user = current_user(request)
    form = SourceForm(request.POST or None, user=user, source=None)
    form.fields["system"].initial = _only_system(user)
    made: list[tuple[Source, str | None]] = []
    if form.is_valid() and saved(form, lambda: made.append(_save(request, form))):
        [(found, key)] = made
        row = source_selectors.source_row(user, found.slug)
        return page(request, "source", {**_connecting(found, key or ""), **_waiting(user, row)})
    rows, _ = source_selectors.source_list(user)
    shown = _shown(rows)
    if shown is None or form.is_bound or "another" in request.GET:
        return page(request, "source", {"form": form, "has_some": bool(rows)})
    return page(request, "source", {**_connecting(shown.source, ""), **_waiting(user, shown)})


def _only_system(user: User) -> str:
    """Where there is one system, alerts are about it."""
    slugs = list(visible_systems(user).values_list("slug", flat=True)[:2])
    return slugs[0] if len(slugs) == 1 else ""


def _save(request: HttpRequest, form: SourceForm) -> tuple[Source, str | None]:
    name = form.cleaned_data["name"]
    return create_source(
        slug=services.free_slug(name, Source.objects.all(), fallback="source"),
        format=form.cleaned_data["format"],
        actor=web_actor(request),
        **form.fields_of_source(),
    )


@require_POST
@role_required(Role.MANAGER)
def source_test(request: HttpRequest, slug: str) -> HttpResponse:
    found = source_selectors.source_for(current_user(request), slug)
    try:
        send_test(source=found, actor=web_actor(request))
    except Conflict as error:
        messages.error(request, error.message)
    return redirect("first-run-source")


@require_safe
@role_required(Role.MANAGER)
def source_tried(request: HttpRequest, slug: str) -> HttpResponse:
    """How the last test was read, as a fragment; for a browser without htmx the page."""
    if request.headers.get("HX-Request") != "true":
        return redirect("first-run-source")
    row = source_selectors.source_row(current_user(request), slug)
    context = _waiting(current_user(request), row)
    return render(request, "first_run/source_tried.html", context)


def _shown(rows: list[SourceRow]) -> SourceRow | None:
    """The newest that waits, else the newest."""
    newest = sorted(rows, key=lambda row: row.source.pk, reverse=True)
    waiting = [row for row in newest if row.state == SourceState.WAITING]
    return next(iter(waiting + newest), None)


def _waiting(user: User, row: SourceRow) -> dict[str, Any]:
    last = source_selectors.latest_receipt(user, row.source)
    tried = last if last is not None and last.drill else None
    under_way = tried is not None and tried.state == Receipt.State.NEW
    return {"row": row, "source": row.source, "tried": tried, "under_way": under_way}


def _connecting(found: Source, key: str) -> dict[str, str]:
    """The address to send to, and what to paste into the sender, with this key in both."""
    base: str = settings.AIRE_BASE_URL
    shown = key or PLACEHOLDER
    url = f"{base}/in/{shown}/{found.format}/"
    reader = formats.get(found.format)
    snippet = reader.snippet(url=url, base_url=base, key=shown) if reader else ""
    return {"key": key, "url": url, "snippet": snippet}
