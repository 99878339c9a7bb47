"""The settings page of daily digests: everyone looks, managers change. No rules."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.forms import show_errors
from accounts.models import Role
from accounts.permissions import current_user, role_required, web_actor
from accounts.selectors import time_zone_choices, visible_teams
from chatops.digesting import delete_digest, posters, save_digest
from chatops.digests import digest
from chatops.html import html_blocks
from chatops.models import ChannelDigest
from core.errors import Invalid, NotFound


class DigestForm(forms.Form):
    slug = forms.SlugField(
        max_length=63, label="Short name", help_text="Names it in addresses and in files."
    )
    chat = forms.ChoiceField(label="Chat")
    channel = forms.CharField(max_length=80, help_text="Its name, such as #incidents, or its id.")
    team = forms.ChoiceField(
        required=False, help_text="Only incidents of the systems of this team."
    )
    hour = forms.TypedChoiceField(
        choices=[(hour, f"{hour:02}:00") for hour in range(24)], coerce=int, initial=9
    )
    time_zone = forms.ChoiceField(label="Time zone")
    weekdays_only = forms.BooleanField(required=False, initial=True, label="Monday to Friday only")

    def __init__(self, *args: Any, request: HttpRequest, is_new: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        user = current_user(request)
        choices: dict[str, list[tuple[str, str]]] = {
            "chat": [(name, name.capitalize()) for name in posters.names()],
            "team": [("", "All teams"), *((t.slug, t.name) for t in visible_teams(user))],
            "time_zone": time_zone_choices(),
        }
        for name, values in choices.items():
            field: Any = self.fields[name]
            field.choices = values
        self.fields["time_zone"].initial = user.time_zone
        if not is_new:
            del self.fields["slug"]


@require_safe
def digest_list(request: HttpRequest) -> HttpResponse:
    context = {
        "digests": ChannelDigest.objects.select_related("team"),
        "connected": bool(posters.names()),
        "shown": html_blocks(digest().blocks),
    }
    return render(request, "chatops/digest_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.MANAGER)
def digest_new(request: HttpRequest) -> HttpResponse:
    form = DigestForm(request.POST or None, request=request, is_new=True)
    if form.is_valid():
        slug = form.cleaned_data.pop("slug")
        if ChannelDigest.objects.filter(slug=slug).exists():
            form.add_error("slug", "A digest has this short name already.")
        elif _saved(request, form, slug):
            return redirect("digests:list")
    return _form(request, form, None)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.MANAGER)
def digest_edit(request: HttpRequest, slug: str) -> HttpResponse:
    row = ChannelDigest.objects.select_related("team").filter(slug=slug).first()
    if row is None:
        raise NotFound("There is no such digest.")
    initial = {
        "chat": row.chat,
        "channel": row.channel,
        "team": row.team.slug if row.team else "",
        "hour": row.hour,
        "time_zone": row.time_zone,
        "weekdays_only": row.weekdays_only,
    }
    form = DigestForm(request.POST or None, request=request, is_new=False, initial=initial)
    if form.is_valid() and _saved(request, form, slug):
        return redirect("digests:list")
    return _form(request, form, row)


@require_POST
@role_required(Role.MANAGER)
def digest_delete(request: HttpRequest, slug: str) -> HttpResponse:
    delete_digest(slug=slug, actor=web_actor(request))
    messages.success(request, "The digest is taken away.")
    return redirect("digests:list")


def _saved(request: HttpRequest, form: DigestForm, slug: str) -> bool:
    try:
        row = save_digest(slug=slug, actor=web_actor(request), **form.cleaned_data)
    except Invalid as error:
        show_errors(form, error)
        return False
    messages.success(request, f"{row.channel} is told every day.")
    return True


def _form(request: HttpRequest, form: DigestForm, row: ChannelDigest | None) -> HttpResponse:
    status = 422 if form.is_bound else 200
    return render(request, "chatops/digest_form.html", {"form": form, "row": row}, status=status)
