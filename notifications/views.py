"""The inbox: what AIRE told this person, and over which channels it may."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import current_user
from core.pages import page_urls, paginate
from notifications import selectors, services
from notifications.message import Message


@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    user = current_user(request)
    page = paginate(
        selectors.inbox(user),
        order=("-created_at", "-id"),
        cursor=request.GET.get("cursor") or None,
        size=50,
    )
    urls = page_urls(request, page)
    context = {
        "items": [(item, Message.from_json(item.delivery.message)) for item in page.items],
        "pager": {"next_url": urls.next_url, "previous_url": urls.previous_url},
        "unread": selectors.unread_count(user),
        "channels": selectors.channel_choices(user),
    }
    return render(request, "notifications/inbox.html", context)


@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    services.mark_read(user=current_user(request))
    return redirect("notifications:inbox")


@require_POST
def channels(request: HttpRequest) -> HttpResponse:
    """Switch a channel on or off for oneself."""
    user = current_user(request)
    name, enabled = request.POST.get("channel", ""), request.POST.get("enabled") == "1"
    if name in {known for known, _, _ in selectors.channel_choices(user)}:
        services.choose_channel(user=user, channel=name, enabled=enabled)
        messages.success(request, "Saved. Pages from now on follow it.")
    return redirect("notifications:inbox")
