"""Pages of heartbeats: the list, making one with its key, one with its settings."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.forms import show_errors
from accounts.models import Role
from accounts.permissions import current_user, role_required, web_actor
from alerts import services as alert_services
from alerts.heartbeats import selectors, services
from alerts.heartbeats.format import FORMAT
from alerts.heartbeats.forms import HeartbeatForm
from alerts.heartbeats.models import Heartbeat
from alerts.views import is_fragment, pager
from core.errors import Conflict, Invalid
from core.unchanged import tag_of, unchanged

PLACEHOLDER = "YOUR-KEY"


@require_safe
def heartbeat_list(request: HttpRequest) -> HttpResponse:
    cursor = request.GET.get("cursor")
    page = selectors.heartbeat_list(current_user(request), cursor=cursor)
    tag = tag_of([_shown(row) for row in page.items])
    if is_fragment(request) and (same := unchanged(request, tag)) is not None:
        return same
    context = {"rows": page.items, "pager": pager(request, page), "live": not cursor, "tag": tag}
    name = "heartbeat_rows" if is_fragment(request) else "heartbeat_list"
    return render(request, f"alerts/{name}.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.MANAGER)
def heartbeat_new(request: HttpRequest) -> HttpResponse:
    """The answer to a successful POST is the page with the key: it exists in no other place."""
    form = HeartbeatForm(request.POST or None, user=current_user(request), heartbeat=None)
    if request.method == "POST" and form.is_valid():
        try:
            made, key = services.create_heartbeat(
                slug=form.chosen_slug(), actor=web_actor(request), **form.fields_of_heartbeat()
            )
        except Invalid as error:
            show_errors(form, error)
        except Conflict as error:
            form.add_error("slug", error.message)
        else:
            return _show_key(request, made, key or "")
    return render(request, "alerts/heartbeat_form.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def heartbeat_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """One heartbeat: how it stands, how it is pinged, and for managers its settings."""
    user = current_user(request)
    row = selectors.heartbeat_for(user, slug)
    form = HeartbeatForm(request.POST or None, user=user, heartbeat=row)
    if request.method == "POST":
        return _save(request, row, form)
    return render(request, "alerts/heartbeat_detail.html", _context(row, form))


@require_POST
@role_required(Role.MANAGER)
def heartbeat_delete(request: HttpRequest, slug: str) -> HttpResponse:
    row = selectors.heartbeat_for(current_user(request), slug)
    services.delete_heartbeat(heartbeat=row, actor=web_actor(request))
    messages.success(request, f"The heartbeat {row.name} is deleted.")
    return redirect("alerts:heartbeat-list")


@require_POST
@role_required(Role.MANAGER)
def heartbeat_rotate(request: HttpRequest, slug: str) -> HttpResponse:
    row = selectors.heartbeat_for(current_user(request), slug)
    try:
        key = alert_services.rotate_source_key(source=row.source, actor=web_actor(request))
    except Conflict as error:
        messages.error(request, error.message)
        return redirect("alerts:heartbeat-detail", slug=slug)
    return _show_key(request, row, key)


@role_required(Role.MANAGER)
def _save(request: HttpRequest, row: Heartbeat, form: HeartbeatForm) -> HttpResponse:
    if form.is_valid():
        try:
            services.save_heartbeat(
                slug=row.slug,
                source_slug=None if row.has_own_source else row.source.slug,
                ping_name=row.ping_name,
                actor=web_actor(request),
                **form.fields_of_heartbeat(),
            )
        except Invalid as error:
            show_errors(form, error)
        except Conflict as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, f"{form.cleaned_data['name']} is saved.")
            return redirect("alerts:heartbeat-detail", slug=row.slug)
    return render(request, "alerts/heartbeat_detail.html", _context(row, form))


def _show_key(request: HttpRequest, row: Heartbeat, key: str) -> HttpResponse:
    context = {"heartbeat": row, "key": key, **_address(row, key)}
    return render(request, "alerts/heartbeat_key.html", context)


def _context(row: Heartbeat, form: HeartbeatForm) -> dict[str, Any]:
    return {"heartbeat": row, "form": form, **_address(row, PLACEHOLDER)}


def _address(row: Heartbeat, key: str) -> dict[str, str]:
    base: str = settings.AIRE_BASE_URL
    more = f"?name={row.ping_name}" if row.ping_name else ""
    snippet = FORMAT.snippet(url="", base_url=base, key=key) if row.has_own_source else ""
    return {"url": f"{base}/heartbeat/{key}/{more}", "snippet": snippet}


def _shown(row: Heartbeat) -> tuple[Any, ...]:
    return (row.pk, row.name, row.state, row.due_at, row.last_ping_at, row.system)
