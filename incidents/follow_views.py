"""Updates and reminders of an incident, in the browser. No rules."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.permissions import web_actor
from core.durations import seconds_words
from core.errors import Invalid
from incidents import services
from incidents.actions import back, form_page, handled, incident_to_change, saved
from incidents.follow_up import SNOOZES
from incidents.forms import UpdateForm
from incidents.models import Incident


class ReminderForm(forms.Form):
    """`minutes` snoozes; without it the reminder is stopped."""

    reminder = forms.IntegerField(min_value=1)
    minutes = forms.IntegerField(required=False)


@require_http_methods(["GET", "HEAD", "POST"])
@handled
def update(request: HttpRequest, ref: str) -> HttpResponse:
    incident = incident_to_change(request, ref)
    form = UpdateForm(request.POST or None)
    if form.is_valid() and saved(
        form,
        lambda: services.post_update(
            incident_id=incident.pk, actor=web_actor(request), **form.cleaned_data
        ),
    ):
        return back(request, incident, "The update stands on top.")
    return form_page(
        request,
        incident,
        form,
        title=f"Update on {incident.ref}",
        submit="Send",
        intro="Stands on top of the incident and in its channel until the next one.",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@handled
def reminders(request: HttpRequest, ref: str) -> HttpResponse:
    """Where links in reminders lead. Looking changes nothing: mail scanners look, too."""
    incident = incident_to_change(request, ref)
    if request.method == "POST":
        return back(request, incident, _answered(request, incident))
    rows = incident.reminders.order_by("-due_at", "-id")[:20]
    context = {
        "incident": incident,
        "rows": rows,
        "snoozes": [(minutes, seconds_words(minutes * 60)) for minutes in SNOOZES],
        "back_url": reverse("incidents:detail", args=[incident.ref]),
    }
    return render(request, "incidents/reminders.html", context)


def _answered(request: HttpRequest, incident: Incident) -> str:
    form = ReminderForm(request.POST)
    if not form.is_valid():
        raise Invalid("Choose a reminder, and after how long.")
    pk, minutes = form.cleaned_data["reminder"], form.cleaned_data["minutes"]
    actor = web_actor(request)
    if minutes is None:
        services.stop_reminder(incident_id=incident.pk, reminder_id=pk, actor=actor)
        return "Nobody is reminded of this again."
    services.snooze_reminder(incident_id=incident.pk, reminder_id=pk, minutes=minutes, actor=actor)
    return f"You are reminded again in {seconds_words(minutes * 60)}."
