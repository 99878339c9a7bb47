"""How AIRE reaches me: addresses, their codes, rules by urgency, quiet hours, a test page."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.forms import show_errors
from accounts.models import User
from accounts.permissions import current_user, web_actor
from core import clock
from core.errors import AireError, Conflict, Invalid
from notifications import contact_services as services
from notifications import selectors
from notifications.channels import channels
from notifications.forms import (
    URGENCIES,
    CodeForm,
    ContactForm,
    QuietForm,
    rule_forms,
    typed_channels,
)
from notifications.rules import Urgency


@require_safe
def contacts(request: HttpRequest) -> HttpResponse:
    return _page(request)


def _page(request: HttpRequest, **more: Any) -> HttpResponse:
    user = current_user(request)
    push = channels.get("web_push")
    context = {
        "contacts": selectors.own_contacts(user),
        "channels": selectors.channel_choices(user),
        "helps": [(one.title, one.form.help) for one in typed_channels() if one.form],
        "add": ContactForm(),
        "code": CodeForm(),
        "rules": [(key, title, rule_forms(user, key)) for key, title in URGENCIES],
        "quiet": QuietForm(user=user),
        "plans": [(title, selectors.plan_words(user, key)) for key, title in URGENCIES],
        "rings": selectors.rings(user),
        "limits": selectors.limits_used(user),
        "vapid": getattr(push, "public_key", lambda: "")() if push else "",
        "tests": selectors.last_test(user),
        "now": clock.now(),
        **more,
    }
    status = 422 if more else 200
    return render(request, "notifications/contacts.html", context, status=status)


@require_POST
def contact_add(request: HttpRequest) -> HttpResponse:
    form = ContactForm(request.POST)
    if form.is_valid():
        try:
            contact = services.add_contact_method(
                user=current_user(request), actor=web_actor(request), **form.cleaned_data
            )
        except Invalid as error:
            show_errors(form, error)
        except Conflict as error:
            form.add_error(None, error.message)
        else:
            if contact.verified_at is None:
                messages.info(request, f"A code is on its way to {contact.label}.")
            return redirect("notifications:contacts")
    return _page(request, add=form)


@require_POST
def contact_push(request: HttpRequest) -> HttpResponse:
    """This browser has subscribed; what it got is what proves that it is there."""
    try:
        services.add_contact_method(
            user=current_user(request),
            channel="web_push",
            address=request.POST.get("subscription", "")[:4_000],
            actor=web_actor(request),
        )
        messages.success(request, "This browser is told of your pages from now on.")
    except AireError as error:
        messages.error(request, error.message)
    return redirect("notifications:contacts")


@require_POST
def contact_verify(request: HttpRequest, pk: int) -> HttpResponse:
    form = CodeForm(request.POST)
    if form.is_valid():
        try:
            contact = services.verify_contact_method(
                user=current_user(request),
                contact_id=pk,
                code=form.cleaned_data["code"],
                actor=web_actor(request),
            )
        except Invalid as error:
            show_errors(form, error)
        else:
            messages.success(request, f"{contact.label} is yours: it counts from now on.")
            return redirect("notifications:contacts")
    return _page(request, code=form, failed=pk)


@require_POST
def contact_resend(request: HttpRequest, pk: int) -> HttpResponse:
    try:
        contact = services.resend_code(user=current_user(request), contact_id=pk)
        messages.info(request, f"A code is on its way to {contact.label}.")
    except Conflict as error:
        messages.error(request, error.message)
    return redirect("notifications:contacts")


@require_POST
def contact_remove(request: HttpRequest, pk: int) -> HttpResponse:
    services.remove_contact_method(
        user=current_user(request), contact_id=pk, actor=web_actor(request)
    )
    messages.success(request, "Removed. Nothing is sent there any more.")
    return redirect("notifications:contacts")


@require_POST
def rules_save(request: HttpRequest, urgency: str) -> HttpResponse:
    user = current_user(request)
    lines = rule_forms(user, urgency, request.POST)
    if all(form.is_valid() for form in lines):
        try:
            services.save_rules(
                user=user,
                urgency=urgency,
                lines=[line for form in lines if (line := form.line())],
                actor=web_actor(request),
            )
        except Invalid as error:
            lines[0].add_error(None, error.message)
        else:
            messages.success(request, "Saved. Pages from now on follow it.")
            return redirect("notifications:contacts")
    return _page(request, rules=_with(user, urgency, lines))


def _with(user: User, urgency: str, lines: list[Any]) -> list[tuple[str, str, list[Any]]]:
    return [
        (key, title, lines if key == urgency else rule_forms(user, key)) for key, title in URGENCIES
    ]


@require_POST
def quiet_save(request: HttpRequest) -> HttpResponse:
    user = current_user(request)
    form = QuietForm(request.POST, user=user)
    if form.is_valid():
        try:
            services.save_quiet_hours(user=user, actor=web_actor(request), **form.cleaned_data)
        except Invalid as error:
            show_errors(form, error)
        else:
            messages.success(request, "Your quiet hours are saved.")
            return redirect("notifications:contacts")
    return _page(request, quiet=form)


@require_POST
def test_page(request: HttpRequest) -> HttpResponse:
    urgency = Urgency.LOW if request.POST.get("urgency") == Urgency.LOW else Urgency.HIGH
    try:
        services.send_test_page(user=current_user(request), urgency=urgency)
        messages.success(request, "On its way. What becomes of it is shown below.")
    except Conflict as error:
        messages.error(request, error.message)
    return redirect("notifications:contacts")
