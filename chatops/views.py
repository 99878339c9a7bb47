"""The box of the incident page: a note, or a command with a leading slash. No rules."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.permissions import current_user, web_actor
from chatops.commands import carry_out
from chatops.forms import CommandForm
from chatops.grammar import COMMANDS, parse
from core.errors import AireError, Conflict, Forbidden, Invalid, NotFound
from incidents.actions import back, handled, incident_to_change, is_htmx, sentence
from incidents.models import Incident


@require_http_methods(["GET", "HEAD", "POST"])
@handled
def command(request: HttpRequest, ref: str) -> HttpResponse:
    """What is refused comes back with the text that was typed, and with what to write."""
    incident = incident_to_change(request, ref)
    form = CommandForm(request.POST or None)
    if not form.is_valid():
        return _shown(request, incident, form, status=422 if form.errors else 200)
    try:
        told = carry_out(
            incident=incident,
            order=parse(form.cleaned_data["text"]),
            asker=current_user(request),
            actor=web_actor(request),
            occurred_at=form.cleaned_data["occurred_at"],
        )
    except (NotFound, Forbidden):
        raise
    except AireError as error:
        return _refused(request, incident, form, error)
    return back(request, incident, told)


def _refused(
    request: HttpRequest, incident: Incident, form: CommandForm, error: AireError
) -> HttpResponse:
    status = 409 if isinstance(error, Conflict) else 422
    if is_htmx(request):
        context = {"tone": "error", "text": sentence(error)}
        return render(request, "components/callout.html", context, status=status)
    named = isinstance(error, Invalid) and bool(error.errors.get("occurred_at"))
    form.add_error("occurred_at" if named else "text", sentence(error))
    return _shown(request, incident, form, status=status)


def _shown(
    request: HttpRequest, incident: Incident, form: CommandForm, *, status: int
) -> HttpResponse:
    context = {
        "incident": incident,
        "form": form,
        "commands": COMMANDS,
        "back_url": reverse("incidents:detail", args=[incident.ref]),
    }
    return render(request, "chatops/command.html", context, status=status)
