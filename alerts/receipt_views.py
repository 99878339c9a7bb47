"""Pages of receipts: one delivery and how it was read, what was set aside, reading again."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Role
from accounts.permissions import current_user, require_role, role_required, web_actor
from alerts import services
from alerts.models import Receipt
from alerts.payload_view import download, shown_body
from alerts.preview import read_again
from alerts.redaction.views import raw_of
from alerts.source_selectors import receipt_for, signal_alerts
from alerts.source_selectors import set_aside as set_aside_page
from alerts.views import is_fragment, pager, shown_receipts
from core.errors import Conflict
from core.unchanged import unchanged


@require_safe
def receipt(request: HttpRequest, pk: UUID) -> HttpResponse:
    user = current_user(request)
    found = receipt_for(user, pk)
    waiting = found.state == Receipt.State.NEW
    # Read once more for the page: signals are not stored, the same bytes give the same ones.
    body = shown_body(found)
    gone = found.state == Receipt.State.DONE and not body.size
    read = None if waiting or gone else read_again(found, found.source.options)
    keys = [signal.dedup_key for signal in read.shown] if read else []
    alerts = signal_alerts(user, found, keys)
    context = {
        "raw": raw_of(found.pk),
        "receipt": found,
        "body": body,
        "read": read,
        "signals": [(signal, alerts.get(signal.dedup_key)) for signal in read.shown]
        if read
        else [],
    }
    return render(request, "alerts/receipt.html", context)


@require_safe
def receipt_raw(request: HttpRequest, pk: UUID) -> HttpResponse:
    return download(receipt_for(current_user(request), pk))


@require_POST
@role_required(Role.RESPONDER)
def replay(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = receipt_for(current_user(request), pk)
    try:
        services.replay_receipt(receipt=found, actor=web_actor(request))
    except Conflict as error:
        messages.error(request, error.message)
    else:
        messages.success(request, "It is being read again. Reload in a moment for the outcome.")
    return redirect("alerts:receipt", pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
def set_aside(request: HttpRequest) -> HttpResponse:
    """The list; a POST has everything on it read again, as far as one call goes."""
    user = current_user(request)
    if request.method == "POST":
        require_role(user, Role.RESPONDER)
        count = services.replay_set_aside(actor=web_actor(request))
        messages.success(request, f"Deliveries that are being read again: {count}.")
        return redirect("alerts:set-aside")
    cursor = request.GET.get("cursor")
    page = set_aside_page(user, cursor=cursor)
    tag = shown_receipts(page.items)
    if is_fragment(request) and (same := unchanged(request, tag)) is not None:
        return same
    urls = pager(request, page)
    context = {"receipts": page.items, "pager": urls, "live": not cursor, "tag": tag}
    name = "set_aside_rows" if is_fragment(request) else "set_aside"
    return render(request, f"alerts/{name}.html", context)
