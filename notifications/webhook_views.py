"""Settings: programs that are told what happens, and rooms that policies page."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.forms import show_errors
from accounts.models import Role
from accounts.permissions import current_user, role_required, web_actor
from core.errors import AireError, Conflict, Invalid
from core.pages import page_urls, paginate
from notifications import contact_services, selectors
from notifications import webhook_services as services
from notifications.forms import RoomForm, WebhookForm
from notifications.message import Message


@require_safe
@role_required(Role.MANAGER)
def webhook_list(request: HttpRequest) -> HttpResponse:
    hooks = selectors.visible_webhooks(current_user(request))
    return render(request, "notifications/webhooks.html", {"hooks": hooks})


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.MANAGER)
def webhook_new(request: HttpRequest) -> HttpResponse:
    form = WebhookForm(request.POST or None, is_new=True)
    if request.method == "POST" and form.is_valid():
        try:
            hook, secret = services.save_webhook(actor=web_actor(request), **form.cleaned_data)
        except Invalid as error:
            show_errors(form, error)
        except AireError as error:
            form.add_error("slug", error.message)
        else:
            return _shown(request, hook.contact.slug or "", secret=secret)
    return render(request, "notifications/webhook_form.html", {"form": form})


@require_safe
@role_required(Role.MANAGER)
def webhook_detail(request: HttpRequest, slug: str) -> HttpResponse:
    return _shown(request, slug)


def _shown(request: HttpRequest, slug: str, *, secret: str = "") -> HttpResponse:
    hook = selectors.webhook_for(current_user(request), slug)
    page = paginate(
        selectors.webhook_deliveries(hook),
        order=("-created_at", "-id"),
        cursor=request.GET.get("cursor") or None,
        size=50,
    )
    context = {
        "hook": hook,
        "secret": secret,
        "deliveries": [(row, Message.from_json(row.message).headline) for row in page.items],
        "pager": page_urls(request, page),
    }
    return render(request, "notifications/webhook.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.MANAGER)
def webhook_edit(request: HttpRequest, slug: str) -> HttpResponse:
    hook = selectors.webhook_for(current_user(request), slug)
    initial = {"name": hook.contact.label, "events": hook.events, "enabled": hook.enabled}
    form = WebhookForm(request.POST or None, initial=initial, is_new=False)
    if request.method == "POST" and form.is_valid():
        data = {**form.cleaned_data, "url": form.cleaned_data["url"] or None}
        try:
            services.save_webhook(slug=slug, actor=web_actor(request), **data)
        except Invalid as error:
            show_errors(form, error)
        else:
            messages.success(request, "Saved.")
            return redirect("webhooks:detail", slug=slug)
    return render(request, "notifications/webhook_form.html", {"form": form, "hook": hook})


@require_POST
@role_required(Role.MANAGER)
def webhook_secret(request: HttpRequest, slug: str) -> HttpResponse:
    return _shown(request, slug, secret=services.rotate_secret(slug=slug, actor=web_actor(request)))


@require_POST
@role_required(Role.MANAGER)
def webhook_test(request: HttpRequest, slug: str) -> HttpResponse:
    services.send_test(slug=slug, actor=web_actor(request))
    messages.success(request, "A test is on its way. What it answers is shown below.")
    return redirect("webhooks:detail", slug=slug)


@require_POST
@role_required(Role.MANAGER)
def webhook_remove(request: HttpRequest, slug: str) -> HttpResponse:
    try:
        services.remove_webhook(slug=slug, actor=web_actor(request))
    except Conflict as error:
        messages.error(request, error.message)
        return redirect("webhooks:detail", slug=slug)
    messages.success(request, "Removed. It is told nothing any more.")
    return redirect("webhooks:list")


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.MANAGER)
def rooms(request: HttpRequest) -> HttpResponse:
    form = RoomForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            contact_services.save_named_contact(actor=web_actor(request), **form.cleaned_data)
        except Invalid as error:
            show_errors(form, error)
        except AireError as error:
            form.add_error("slug", error.message)
        else:
            messages.success(request, "Saved. Policies can page it by its short name.")
            return redirect("webhooks:rooms")
    rooms = selectors.visible_rooms(current_user(request))
    context = {"form": form, "rooms": [(room, selectors.title_of(room.channel)) for room in rooms]}
    return render(request, "notifications/rooms.html", context)


@require_POST
@role_required(Role.MANAGER)
def room_remove(request: HttpRequest, slug: str) -> HttpResponse:
    room = selectors.room_for(current_user(request), slug)
    try:
        contact_services.remove_named_contact(slug=room.slug or "", actor=web_actor(request))
    except Conflict as error:
        messages.error(request, error.message)
    else:
        messages.success(request, "Removed. Nothing is sent there any more.")
    return redirect("webhooks:rooms")
