"""Channels in the settings, and the button that opens one. No rules."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.forms import show_errors
from accounts.models import Role
from accounts.permissions import current_user, role_required, web_actor
from core.errors import Invalid, NotFound
from incidents.actions import back, handled, incident_to_change
from integrations.slack.channels import selectors, services
from integrations.slack.channels.forms import AnnouncementForm, SettingForm
from integrations.slack.channels.models import SlackAnnouncement
from integrations.slack.posts.selectors import given_up, waiting


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.ADMIN)
def channels(request: HttpRequest) -> HttpResponse:
    """What is told where, and what Slack refused."""
    initial = SettingForm.of(selectors.setting())
    form = SettingForm(request.POST or None, initial=initial)
    if form.is_valid():
        try:
            services.save_setting(actor=web_actor(request), **form.cleaned_data)
        except Invalid as error:
            show_errors(form, error)
        else:
            messages.success(request, "The settings are saved.")
            return redirect("slack:channels")
    context = {
        "form": form,
        "announcements": selectors.all_announcements(),
        "given_up": given_up(),
        "failed": selectors.failed_channels(),
        "waiting": waiting(),
    }
    return render(request, "slack/channels.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.ADMIN)
def announcement_new(request: HttpRequest) -> HttpResponse:
    form = AnnouncementForm(request.POST or None, user=current_user(request), is_new=True)
    if form.is_valid():
        slug = form.cleaned_data.pop("slug")
        if SlackAnnouncement.objects.filter(slug=slug).exists():
            form.add_error("slug", "A channel has this short name already.")
        elif _saved(request, form, slug):
            return redirect("slack:channels")
    return _form(request, form, None)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.ADMIN)
def announcement_edit(request: HttpRequest, slug: str) -> HttpResponse:
    row = selectors.all_announcements().filter(slug=slug).first()
    if row is None:
        raise NotFound("There is no such channel.")
    initial = {
        "channel": row.channel,
        "severity": row.severity,
        "team": row.team.slug if row.team else "",
        "system": row.system.slug if row.system else "",
        "verbosity": row.verbosity,
        "drills": row.drills,
    }
    form = AnnouncementForm(
        request.POST or None, user=current_user(request), is_new=False, initial=initial
    )
    if form.is_valid() and _saved(request, form, slug):
        return redirect("slack:channels")
    return _form(request, form, row)


@require_POST
@role_required(Role.ADMIN)
def announcement_remove(request: HttpRequest, slug: str) -> HttpResponse:
    services.remove_announcement(slug=slug, actor=web_actor(request))
    messages.success(request, "The channel is told of no new incidents.")
    return redirect("slack:channels")


@require_POST
@role_required(Role.ADMIN)
def try_again(request: HttpRequest) -> HttpResponse:
    number = services.take_up_again(actor=web_actor(request))
    messages.success(request, f"{number} tried again now.")
    return redirect("slack:channels")


@require_POST
@handled
def open_channel(request: HttpRequest, ref: str) -> HttpResponse:
    incident = incident_to_change(request, ref)
    services.open_channel(incident_id=incident.pk, actor=web_actor(request))
    return back(request, incident, "Its Slack channel is being made.")


def _saved(request: HttpRequest, form: AnnouncementForm, slug: str) -> bool:
    try:
        row = services.save_announcement(slug=slug, actor=web_actor(request), **form.cleaned_data)
    except Invalid as error:
        show_errors(form, error)
        return False
    messages.success(request, f"{row.channel} is told of incidents.")
    return True


def _form(
    request: HttpRequest, form: AnnouncementForm, row: SlackAnnouncement | None
) -> HttpResponse:
    status = 422 if form.errors else 200
    context = {"form": form, "row": row}
    return render(request, "slack/announcement.html", context, status=status)
