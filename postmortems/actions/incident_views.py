"""Follow-ups from the side of an incident: promising one, answering what its causes propose."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from accounts.permissions import current_user, web_actor
from core import clock
from incidents.actions import incident_to_change
from postmortems.actions import services
from postmortems.actions.answering import form_page, handled, saved
from postmortems.actions.forms import AcceptForm, ActionForm, DeclineForm
from postmortems.actions.proposals import accept_proposal, decline_proposal, proposal_of
from postmortems.actions.rules import default_due
from postmortems.models import Action


@require_http_methods(["GET", "HEAD", "POST"])
@handled
def action_new(request: HttpRequest, ref: str) -> HttpResponse:
    incident = incident_to_change(request, ref)
    form = ActionForm(
        request.POST or None,
        user=current_user(request),
        incident=incident,
        initial={"cause": request.GET.get("cause", ""), "type": request.GET.get("type", "prevent")},
    )
    made: list[Action] = []
    if form.is_valid() and saved(
        form,
        lambda: made.append(
            services.create_action(incident=incident, actor=web_actor(request), **form.cleaned_data)
        ),
    ):
        messages.success(request, f"{made[0].ref} is promised.")
        return redirect("actions:detail", ref=made[0].ref)
    return form_page(
        request,
        form,
        title=f"Follow-up of {incident.ref}",
        submit="Add follow-up",
        incident=incident,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@handled
def proposal_accept(request: HttpRequest, ref: str, key: str) -> HttpResponse:
    incident = incident_to_change(request, ref)
    one = proposal_of(incident, key)
    if one.action is not None:
        return redirect("actions:detail", ref=one.action.ref)
    initial = {
        "due_on": default_due(incident.severity, clock.now().date()),
        "done_criterion": one.done_criterion,
    }
    form = AcceptForm(request.POST or None, initial=initial)
    made: list[Action] = []
    if form.is_valid() and saved(
        form,
        lambda: made.append(
            accept_proposal(
                incident=incident, key=key, actor=web_actor(request), **form.cleaned_data
            )
        ),
    ):
        messages.success(request, f"{made[0].ref} is promised.")
        return redirect("incidents:detail", ref=incident.ref)
    return form_page(
        request,
        form,
        title=one.title,
        submit="Take it up",
        incident=incident,
        intro=f"Proposed because {one.because}.",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@handled
def proposal_decline(request: HttpRequest, ref: str, key: str) -> HttpResponse:
    incident = incident_to_change(request, ref)
    one = proposal_of(incident, key)
    form = DeclineForm(request.POST or None)
    if form.is_valid() and saved(
        form,
        lambda: decline_proposal(
            incident=incident, key=key, actor=web_actor(request), **form.cleaned_data
        ),
    ):
        messages.success(request, "The proposal is declined; the reason stays to be read.")
        return redirect("incidents:detail", ref=incident.ref)
    return form_page(
        request,
        form,
        title=f"Decline: {one.title}",
        submit="Decline",
        incident=incident,
        intro=f"Proposed because {one.because}.",
    )
