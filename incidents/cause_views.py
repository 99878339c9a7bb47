"""The causes of an incident in the browser: looking for them, naming them, ruling them out."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.permissions import current_user, web_actor
from incidents import services
from incidents.actions import form_page, handled, incident_to_change, saved
from incidents.cause_forms import CauseChangeForm, CauseForm
from incidents.models import Incident
from incidents.selectors import incident_for
from incidents.selectors.causes import cause_on, causes_of, recurrences
from incidents.selectors.likely import likely_causes, related_incidents


@require_safe
@handled
def causes(request: HttpRequest, ref: str) -> HttpResponse:
    user = current_user(request)
    incident = incident_for(user, ref)
    attached = causes_of(incident)
    context = {
        "incident": incident,
        "causes": attached,
        "recurring": recurrences(user, incident, attached),
        "suggestions": likely_causes(user, incident, attached),
        "related": related_incidents(user, incident, attached),
        "may_change": user.can_respond,
    }
    return render(request, "incidents/causes.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@handled
def cause_new(request: HttpRequest, ref: str) -> HttpResponse:
    incident = incident_to_change(request, ref)
    form = CauseForm(request.POST or None, initial=_asked(request))
    if form.is_valid() and saved(
        form,
        lambda: services.attach_cause(
            incident_id=incident.pk, actor=web_actor(request), **form.cleaned_data
        ),
    ):
        return _back(request, incident, "The cause is attached.")
    return form_page(
        request,
        incident,
        form,
        title=f"Name a cause of {incident.ref}",
        submit="Attach cause",
        intro="An incident has as many causes as it needs; say how sure you are and why.",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@handled
def cause_edit(request: HttpRequest, ref: str, pk: int) -> HttpResponse:
    incident = incident_to_change(request, ref)
    attached = cause_on(incident, pk)
    form = CauseChangeForm(request.POST or None, attached=attached)
    if (
        form.is_valid()
        and not form.overtaken()
        and saved(
            form,
            lambda: services.change_cause(
                incident_id=incident.pk,
                cause_id=attached.pk,
                actor=web_actor(request),
                expected_version=attached.version,
                **form.edited(),
            ),
        )
    ):
        return _back(request, incident, "What is said about the cause is saved.")
    return form_page(
        request, incident, form, title=attached.cause.name, submit="Save", attached=attached
    )


@require_POST
@handled
def cause_remove(request: HttpRequest, ref: str, pk: int) -> HttpResponse:
    incident = incident_to_change(request, ref)
    services.remove_cause(incident_id=incident.pk, cause_id=pk, actor=web_actor(request))
    return _back(request, incident, "The cause is taken away.")


def _asked(request: HttpRequest) -> dict[str, str]:
    """What a link filled in, for example from a suggestion."""
    names = ("cause", "role", "confidence", "explains", "evidence")
    return {name: value for name in names if (value := request.GET.get(name))}


def _back(request: HttpRequest, incident: Incident, told: str) -> HttpResponse:
    messages.success(request, told)
    return redirect("incidents:causes", ref=incident.ref)
