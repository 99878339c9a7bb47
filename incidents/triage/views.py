"""Triage in the browser: checks, severity, onset, hypotheses, splitting. No rules."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.permissions import current_user, web_actor
from incidents import services as incident_services
from incidents.actions import form_page, handled, incident_to_change, saved
from incidents.models import Incident
from incidents.selectors import incident_for
from incidents.selectors.causes import cause_on
from incidents.severity_guide import suggest
from incidents.triage import services
from incidents.triage.forms import FindingForm, GuideForm, OnsetForm, SplitForm
from incidents.triage.onset import candidates
from incidents.triage.selectors import COLUMNS, hypotheses, pointed_classes

ONSET_NAMES = ("earliest", "likeliest", "latest", "basis")


@require_safe
@handled
def triage(request: HttpRequest, ref: str) -> HttpResponse:
    user = current_user(request)
    incident = incident_for(user, ref)
    guide = GuideForm(request.GET if "harm" in request.GET else None)
    suggested = suggest(**guide.cleaned_data) if guide.is_bound and guide.is_valid() else None
    context = {
        "incident": incident,
        "pointed": pointed_classes(user, incident),
        "guide": guide,
        "suggested": suggested,
        "may_change": user.can_respond,
    }
    return render(request, "incidents/triage/page.html", context)


@require_POST
@handled
def tick(request: HttpRequest, ref: str) -> HttpResponse:
    incident = incident_to_change(request, ref)
    services.tick_check(
        incident_id=incident.pk,
        item=request.POST.get("item", ""),
        done=request.POST.get("done") == "1",
        found=request.POST.get("found", ""),
        actor=web_actor(request),
    )
    return redirect("incidents:triage:page", ref=incident.ref)


@require_http_methods(["GET", "HEAD", "POST"])
@handled
def onset(request: HttpRequest, ref: str) -> HttpResponse:
    """What is said, what the indicators say, and saying it."""
    user = current_user(request)
    incident = incident_for(user, ref)
    if request.method == "POST":
        incident = incident_to_change(request, ref)
    latest = incident.onsets.first()
    initial = {name: getattr(latest, name) for name in ONSET_NAMES} if latest else {}
    form = OnsetForm(request.POST or None, initial=initial)
    if form.is_valid() and saved(
        form,
        lambda: services.estimate_onset(
            incident_id=incident.pk, actor=web_actor(request), **form.cleaned_data
        ),
    ):
        return _back(request, incident, "onset", "The onset is saved.")
    context = {
        "incident": incident,
        "form": form,
        "estimates": list(incident.onsets.all()[:20]),
        "candidates": candidates(incident),
        "may_change": user.can_respond,
    }
    status = 422 if form.is_bound else 200
    return render(request, "incidents/triage/onset.html", context, status=status)


@require_POST
@handled
def onset_follow(request: HttpRequest, ref: str) -> HttpResponse:
    incident = incident_to_change(request, ref)
    services.follow_onset(incident_id=incident.pk, actor=web_actor(request))
    return _back(request, incident, "onset", "It follows the indicators from now on.")


@require_safe
@handled
def side_by_side(request: HttpRequest, ref: str) -> HttpResponse:
    user = current_user(request)
    incident = incident_for(user, ref)
    found = hypotheses(incident)
    context = {
        "incident": incident,
        "columns": [(state, label, found[state]) for state, label in COLUMNS],
        "may_change": user.can_respond,
    }
    return render(request, "incidents/triage/hypotheses.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@handled
def finding(request: HttpRequest, ref: str, pk: int) -> HttpResponse:
    incident = incident_to_change(request, ref)
    cause = cause_on(incident, pk)
    form = FindingForm(request.POST or None, initial={"stance": request.GET.get("stance", "for")})
    if form.is_valid() and saved(
        form,
        lambda: services.add_finding(
            incident_id=incident.pk, cause_id=pk, actor=web_actor(request), **form.cleaned_data
        ),
    ):
        return _back(request, incident, "hypotheses", "Kept.")
    return form_page(
        request, incident, form, title=f"A finding about {cause.cause.name}", submit="Keep",
        intro="What speaks against it is worth as much as what speaks for it.",
    )  # fmt: skip


@require_POST
@handled
def judge(request: HttpRequest, ref: str, pk: int) -> HttpResponse:
    incident = incident_to_change(request, ref)
    state = request.POST.get("state", "")
    services.judge_hypothesis(
        incident_id=incident.pk, cause_id=pk, state=state, actor=web_actor(request)
    )
    return _back(request, incident, "hypotheses", f"It is {state} now.")


@require_http_methods(["GET", "HEAD", "POST"])
@handled
def split(request: HttpRequest, ref: str) -> HttpResponse:
    incident = incident_to_change(request, ref)
    form = SplitForm(request.POST or None, incident=incident)
    made: list[Incident] = []
    if form.is_valid() and saved(
        form,
        lambda: made.append(
            incident_services.split_incident(
                incident_id=incident.pk, actor=web_actor(request), **form.cleaned_data
            )
        ),
    ):
        messages.success(request, f"{made[0].ref} is open. It pages nobody by itself.")
        return redirect("incidents:detail", ref=made[0].ref)
    return form_page(
        request, incident, form, title=f"Split {incident.ref}", submit="Split off",
        intro="Two degradations at once look like one vague decline. Choose what belongs to the "
        "other one; the rest stays. Further alerts of the group join this one.",
    )  # fmt: skip


def _back(request: HttpRequest, incident: Incident, page: str, told: str) -> HttpResponse:
    messages.success(request, told)
    return redirect(f"incidents:triage:{page}", ref=incident.ref)
