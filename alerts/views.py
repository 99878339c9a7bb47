"""Pages of alerts: the list, one alert with its trace, its raw payload."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.permissions import current_user
from alerts import selectors
from alerts.models import SEVERITIES, Alert, Receipt
from alerts.noise.selectors import flapping_since, holds_of, quiet_now
from alerts.payload_view import download, shown_body
from alerts.selectors import AlertFilters
from alerts.source_selectors import receipt_for, visible_sources
from catalog.models import System
from core.errors import NotFound
from core.pages import Page, PageUrls, page_urls
from core.unchanged import tag_of, unchanged


@require_safe
def alert_list(request: HttpRequest) -> HttpResponse:
    user = current_user(request)
    filters = AlertFilters.read(request.GET)
    cursor = request.GET.get("cursor")
    page = selectors.alert_list(user, filters, cursor=cursor)
    urls = pager(request, page)
    context: dict[str, Any] = {
        "alerts": page.items,
        "filters": filters,
        "pager": urls,
        "live": not cursor,
        "tag": tag_of([_shown(alert) for alert in page.items], bool(urls["next_url"])),
    }
    context["quiet"] = quiet_now(user)
    if is_fragment(request):
        if (same := unchanged(request, context["tag"])) is not None:
            return same
        return render(request, "alerts/alert_rows.html", context)
    systems = System.objects.visible_to(user).order_by("name").values_list("slug", "name")
    sources = visible_sources(user).order_by("name").values_list("slug", "name")
    context["choices"] = [
        ("status", "status", Alert.Status.choices, filters.status),
        ("severity", "severity", SEVERITIES, filters.severity),
        ("system", "system", list(systems), filters.system),
        ("source", "source", list(sources), filters.source),
    ]
    return render(request, "alerts/alert_list.html", context)


@require_safe
def alert_detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    user = current_user(request)
    page = selectors.alert_page(user, pk)
    tag = tag_of(_shown(page.alert), page.steps)
    context = {
        "page": page,
        "alert": page.alert,
        "steps": page.steps,
        "tag": tag,
        "holds": holds_of(page.alert),
        "flapping_since": flapping_since(page.alert),
    }
    if is_fragment(request):
        if (same := unchanged(request, tag)) is not None:
            return same
        return render(request, "alerts/alert_body.html", context)
    return render(request, "alerts/alert_detail.html", context)


@require_safe
def alert_payload(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The delivery that the alert was last heard of in; `?download=1` hands out its bytes."""
    user = current_user(request)
    alert = selectors.alert_for(user, pk)
    receipt_id = alert.last_receipt_id or alert.first_receipt_id
    if receipt_id is None:
        raise NotFound("The payload of this alert is no longer kept.")
    receipt = receipt_for(user, receipt_id)
    if request.GET.get("download"):
        return download(receipt)
    context = {"alert": alert, "receipt": receipt, "body": shown_body(receipt)}
    return render(request, "alerts/alert_payload.html", context)


def _shown(alert: Alert) -> tuple[Any, ...]:
    """What a page shows of an alert that can change."""
    words = (alert.title, alert.status, alert.severity, alert.count)
    return (alert.pk, *words, alert.last_seen_at, alert.acknowledged_at, alert.system)


def shown_receipts(receipts: Iterable[Receipt]) -> str:
    """The tag of a list of deliveries."""
    return tag_of([(one.pk, one.state, one.signals, one.reason) for one in receipts])


def is_fragment(request: HttpRequest) -> bool:
    """htmx asks for the changing part of a page only."""
    return request.headers.get("HX-Request") == "true"


def pager(request: HttpRequest, page: Page[Any]) -> dict[str, str | None]:
    urls: PageUrls = page_urls(request, page)
    return {"previous_url": urls.previous_url, "next_url": urls.next_url}
