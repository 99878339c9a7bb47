"""Pages of sources: the list, connecting one, its keys, tests and settings."""

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
from alerts import services, source_selectors
from alerts.extensions import source_panels
from alerts.formats import reader_of
from alerts.forms import SourceForm
from alerts.mapping import validate_mapping
from alerts.models import Source
from alerts.preview import try_mapping
from alerts.views import is_fragment, pager, shown_receipts
from core.errors import Conflict, Invalid, NotFound
from core.unchanged import tag_of, unchanged
from oncall.shadow.selectors import shadow_banner

PLACEHOLDER = "YOUR-KEY"
EXAMPLE = """\
alerts: events
title: "Drift in {feature}"
key: monitor.id
status:
  path: state
  firing: [bad]
  resolved: [good]
severity:
  path: prio
  map: {P1: sev1, P2: sev2}
  default: sev3
labels:
  system: service.name
  environment: "=production"
  "*": tags
annotations:
  description: text
startsAt: since
links:
  Run: url
"""


@require_safe
def source_list(request: HttpRequest) -> HttpResponse:
    user = current_user(request)
    cursor = request.GET.get("cursor")
    rows, page = source_selectors.source_list(user, cursor=cursor)
    tag = tag_of(
        [
            (row.source.pk, row.source.name, row.source.system, row.state, row.last_seen_at)
            for row in rows
        ]
    )
    if is_fragment(request) and (same := unchanged(request, tag)) is not None:
        return same
    context = {"rows": rows, "pager": pager(request, page), "live": not cursor, "tag": tag}
    name = "source_rows" if is_fragment(request) else "source_list"
    return render(request, f"alerts/{name}.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.MANAGER)
def source_new(request: HttpRequest) -> HttpResponse:
    """The answer to a successful POST is the page with the key: it exists in no other place."""
    form = SourceForm(request.POST or None, user=current_user(request), source=None)
    if request.method == "POST" and form.is_valid():
        try:
            source, key = services.create_source(
                slug=form.chosen_slug(),
                format=form.cleaned_data["format"],
                actor=web_actor(request),
                **form.fields_of_source(),
            )
        except Invalid as error:
            show_errors(form, error)
        except Conflict as error:
            form.add_error("slug", error.message)
        else:
            return _show_key(request, source, key or "")
    return render(request, "alerts/source_new.html", {"form": form})


@require_safe
def source_detail(request: HttpRequest, slug: str) -> HttpResponse:
    user = current_user(request)
    cursor = request.GET.get("cursor")
    page = source_selectors.source_page(user, slug, cursor=cursor)
    tag = shown_receipts(page.receipts.items)
    context = {
        "page": page,
        "source": page.source,
        "row": page.row,
        "receipts": page.receipts.items,
        "pager": pager(request, page.receipts),
        "live": not cursor,
        "tag": tag,
        **_connecting(page.source, PLACEHOLDER),
    }
    if is_fragment(request):
        if (same := unchanged(request, tag)) is not None:
            return same
        return render(request, "alerts/source_receipts.html", context)
    context["shadow"] = shadow_banner(f"source:{slug}")
    context["panels"] = [html for panel in source_panels if (html := panel(page.source, user))]
    return render(request, "alerts/source_detail.html", context)


@require_safe
def source_arrival(request: HttpRequest, slug: str) -> HttpResponse:
    """ "Waiting for the first alert" as a fragment; for a browser without htmx the source."""
    if not is_fragment(request):
        return redirect("alerts:source-detail", slug=slug)
    row = source_selectors.source_row(current_user(request), slug)
    return render(request, "alerts/source_arrival.html", {"row": row, "source": row.source})


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.MANAGER)
def source_edit(request: HttpRequest, slug: str) -> HttpResponse:
    """Settings. `action=try` reads the last delivery with the mapping and saves nothing."""
    user = current_user(request)
    source = source_selectors.source_for(user, slug)
    form = SourceForm(request.POST or None, user=user, source=source)
    context: dict[str, Any] = {"form": form, "source": source, "example": EXAMPLE}
    if request.method == "POST" and form.is_valid():
        if request.POST.get("action") == "try" and "mapping" in form.fields:
            context.update(_tried(form, source, request))
        elif _saved(form, source, request):
            messages.success(request, f"{form.cleaned_data['name']} is saved.")
            return redirect("alerts:source-detail", slug=slug)
    return render(request, "alerts/source_edit.html", context)


def _saved(form: SourceForm, source: Source, request: HttpRequest) -> bool:
    fields = {"options": source.options, **form.fields_of_source()}
    try:
        services.save_source(
            slug=source.slug,
            format=source.format,
            enabled=source.enabled,
            actor=web_actor(request),
            **fields,
        )
    except Invalid as error:
        show_errors(form, error)
        return False
    return True


def _tried(form: SourceForm, source: Source, request: HttpRequest) -> dict[str, Any]:
    mapping = form.cleaned_data["mapping"]
    if problems := validate_mapping(mapping):
        form.add_error("mapping", list(problems))
        return {}
    read = try_mapping(current_user(request), source, mapping)
    pairs = [(signal, None) for signal in read.shown] if read else []
    return {"tried": True, "read": read, "pairs": pairs}


@require_POST
@role_required(Role.MANAGER)
def source_rotate(request: HttpRequest, slug: str) -> HttpResponse:
    source = source_selectors.source_for(current_user(request), slug)
    try:
        key = services.rotate_source_key(source=source, actor=web_actor(request))
    except Conflict as error:
        messages.error(request, error.message)
        return redirect("alerts:source-detail", slug=slug)
    return _show_key(request, source, key, rotated=True)


@require_POST
@role_required(Role.MANAGER)
def source_revoke(request: HttpRequest, slug: str, key_id: int) -> HttpResponse:
    source = source_selectors.source_for(current_user(request), slug)
    try:
        services.revoke_source_key(source=source, key_id=key_id, actor=web_actor(request))
    except NotFound as error:
        messages.error(request, error.message)
    else:
        messages.success(request, "The key is revoked. Whoever still sends with it is refused.")
    return redirect("alerts:source-detail", slug=slug)


@require_POST
@role_required(Role.RESPONDER)
def source_test(request: HttpRequest, slug: str) -> HttpResponse:
    source = source_selectors.source_for(current_user(request), slug)
    try:
        receipt = services.send_test(source=source, actor=web_actor(request))
    except Conflict as error:
        messages.error(request, error.message)
        return redirect("alerts:source-detail", slug=slug)
    messages.success(request, "A test is on its way through the pipeline, marked as a drill.")
    return redirect("alerts:receipt", pk=receipt.pk)


@require_POST
@role_required(Role.MANAGER)
def source_switch(request: HttpRequest, slug: str) -> HttpResponse:
    source = source_selectors.source_for(current_user(request), slug)
    enabled = request.POST.get("enabled") == "1"
    services.switch_source(source=source, enabled=enabled, actor=web_actor(request))
    messages.success(request, f"{source.name} is {'on' if enabled else 'off'}.")
    return redirect("alerts:source-detail", slug=slug)


def _show_key(
    request: HttpRequest, source: Source, key: str, *, rotated: bool = False
) -> HttpResponse:
    row = source_selectors.source_row(current_user(request), source.slug)
    context = {"source": source, "row": row, "key": key, "rotated": rotated}
    return render(request, "alerts/source_key.html", {**context, **_connecting(source, key)})


def _connecting(source: Source, key: str) -> dict[str, str]:
    """The address to send to, and what to paste into the sender, with this key in both."""
    base: str = settings.AIRE_BASE_URL
    url = f"{base}/in/{key}/{source.format}/"
    reader = reader_of(source.format)
    snippet = reader.snippet(url=url, base_url=base, key=key) if reader else ""
    return {"url": url, "snippet": snippet}
