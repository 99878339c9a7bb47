"""Calendar addresses, the documents behind them, and calendars that are brought in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Role, User
from accounts.permissions import current_user, role_required, web_actor
from core.errors import AireError, Invalid
from oncall import selectors
from oncall.calendar_import import apply_import, preview_import
from oncall.calendar_in import MAX_BYTES
from oncall.calendar_plan import fetch_calendar
from oncall.feed_services import create_feed, feed_by_key, feed_document, revoke_feed
from oncall.schedule_views import show_beside, viewer_zone


@require_safe
def calendars(request: HttpRequest, made: str = "") -> HttpResponse:
    user = current_user(request)
    context = {
        "feeds": user.calendar_feeds.select_related("schedule"),
        "schedules": selectors.visible_schedules(user),
        "made": made,
    }
    return render(request, "oncall/calendars.html", context)


@require_POST
def feed_create(request: HttpRequest) -> HttpResponse:
    """The address is shown once, on the answer itself."""
    user, slug = current_user(request), request.POST.get("schedule", "")
    schedule = selectors.schedule_for(user, slug) if slug else None
    try:
        _, key = create_feed(owner=user, schedule=schedule, actor=web_actor(request))
    except AireError as error:
        messages.error(request, error.message)
        return redirect("oncall:calendars")
    address = request.build_absolute_uri(reverse("calendar-feed", args=[key]))
    context = {
        "feeds": user.calendar_feeds.select_related("schedule"),
        "schedules": selectors.visible_schedules(user),
        "made": address,
    }
    return render(request, "oncall/calendars.html", context)


@require_POST
def feed_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    try:
        revoke_feed(feed_id=pk, owner=current_user(request), actor=web_actor(request))
    except AireError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, "The address answers nobody any more.")
    return redirect("oncall:calendars")


@require_safe
def feed(request: HttpRequest, key: str) -> HttpResponse:
    """For calendar programs, which cannot sign in: the secret in the address is what they have."""
    found = feed_by_key(key)
    if found is None:
        return HttpResponse("There is no such calendar.", status=404, content_type="text/plain")
    return HttpResponse(
        feed_document(found),
        content_type="text/calendar; charset=utf-8",
        headers={
            "Content-Disposition": 'attachment; filename="on-call.ics"',
            "X-Robots-Tag": "noindex",
            "Referrer-Policy": "no-referrer",
        },
    )


class ImportForm(forms.Form):
    into = forms.ChoiceField(label="What the events are")
    address = forms.CharField(
        max_length=2_048, required=False, help_text="https:// or webcal://, public."
    )
    file = forms.FileField(required=False, help_text="An .ics file of at most 1 MiB.")

    def __init__(self, *args: Any, user: User, **options: Any) -> None:
        super().__init__(*args, **options)
        choices = [("", "My time off")]
        if user.can_manage:
            choices += [
                (schedule.slug, f"Overrides of {schedule.name}")
                for schedule in selectors.visible_schedules(user)
            ]
        field = self.fields["into"]
        assert isinstance(field, forms.ChoiceField)
        field.choices, field.required = choices, False

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if bool(data.get("address")) == bool(data.get("file")):
            raise forms.ValidationError("Give an address or a file.")
        if data.get("file") and data["file"].size > MAX_BYTES:
            raise forms.ValidationError("The file is larger than 1 MiB.")
        return data


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.RESPONDER)
def calendar_import(request: HttpRequest) -> HttpResponse:
    """First what it would become, then, confirmed, that."""
    user = current_user(request)
    if "confirmed" in request.POST:
        return _apply(request, user)
    form = ImportForm(request.POST or None, request.FILES or None, user=user)
    context: dict[str, Any] = {"form": form}
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            raw = data["file"].read() if data["file"] else fetch_calendar(data["address"])
            context["shown"] = preview_import(user, into=data["into"], raw=raw, zone=viewer_zone())
        except Invalid as error:
            show_beside(form, error)
    status = 422 if form.errors else 200
    return render(request, "oncall/calendar_import.html", context, status=status)


def _apply(request: HttpRequest, user: User) -> HttpResponse:
    token = request.POST["confirmed"]
    try:
        into, made = apply_import(user, token=token, actor=web_actor(request))
    except Invalid as error:
        messages.error(request, error.message)
        return redirect("oncall:calendar-import")
    messages.success(request, f"{made} added.")
    return redirect("oncall:schedule-detail", slug=into) if into else redirect("oncall:time-off")
