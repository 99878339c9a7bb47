"""The evidence of an incident in the browser. No rules."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Role
from accounts.permissions import current_user, require_role, web_actor
from core.errors import AireError
from incidents.actions import form_page, handled, incident_to_change, saved, sentence
from incidents.evidence import services
from incidents.evidence.forms import AffectedForm, ReportFileForm, SampleForm, TriesForm
from incidents.evidence.sample import read_many
from incidents.evidence.selectors import evidence_of, parts_of
from incidents.evidence.shapes import SHAPES
from incidents.models import Incident
from incidents.people_reports.forms import RevealForm
from incidents.people_reports.selectors import clusters_of, report_for
from incidents.selectors import incident_for


@require_safe
@handled
def evidence(request: HttpRequest, ref: str) -> HttpResponse:
    user = current_user(request)
    incident = incident_for(user, ref)
    context = {
        "incident": incident,
        "found": evidence_of(incident),
        "clusters": clusters_of(incident),
        "shapes": SHAPES.values(),
        "may_change": user.can_respond,
    }
    return render(request, "incidents/evidence/page.html", context)


@require_safe
@handled
def sample(request: HttpRequest, ref: str, number: int) -> HttpResponse:
    user = current_user(request)
    incident = incident_for(user, ref)
    found = services.sample_on(incident, number)
    context = {
        "incident": incident,
        "sample": found,
        "parts": parts_of(found.shown),
        "results": list(found.results.all()[:20]),
        "may_change": user.can_respond,
        "may_reveal": user.has_role(Role.MANAGER),
    }
    return render(request, "incidents/evidence/sample.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@handled
def sample_new(request: HttpRequest, ref: str) -> HttpResponse:
    incident = incident_to_change(request, ref)
    form = SampleForm(request.POST or None, request.FILES or None)
    if form.is_valid() and saved(form, lambda: _keep(request, incident, form)):
        return _back(request, incident, "Kept, with what is personal redacted.")
    return form_page(
        request, incident, form, title=f"Add a sample to {incident.ref}", submit="Add",
        intro="One bad output says more than ten descriptions. Keys and personal data are redacted "
        "before it is shown; the whole stays encrypted.", files=True,
    )  # fmt: skip


@require_POST
@handled
def sample_of_report(request: HttpRequest, ref: str, report_id: UUID) -> HttpResponse:
    incident = incident_to_change(request, ref)
    report = report_for(current_user(request), report_id)
    services.add_sample_of_report(
        incident_id=incident.pk, report_id=report.pk, actor=web_actor(request)
    )
    return _back(request, incident, "The report is a sample now.")


@require_POST
@handled
def sample_remove(request: HttpRequest, ref: str, number: int) -> HttpResponse:
    incident = incident_to_change(request, ref)
    services.remove_sample(incident_id=incident.pk, number=number, actor=web_actor(request))
    return _back(request, incident, "Taken off.")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@handled
def sample_reveal(request: HttpRequest, ref: str, number: int) -> HttpResponse:
    user = current_user(request)
    incident = incident_for(user, ref)
    require_role(user, Role.MANAGER)
    found = services.sample_on(incident, number)
    form = RevealForm(request.POST or None)
    shown: list[tuple[str, str]] = []
    if form.is_valid():
        try:
            shown = parts_of(
                services.reveal_sample(
                    incident_id=incident.pk, number=number, by=user, actor=web_actor(request),
                    **form.cleaned_data,
                )
            )  # fmt: skip
        except AireError as error:
            form.add_error("reason", sentence(error))
    context = {
        "title": f"Reveal sample {number} of {incident.ref}",
        "back_url": reverse("incidents:evidence:sample", args=[incident.ref, number]),
        "back_label": found.title,
        "form": form,
        "found": found.found,
        "shown": shown,
    }
    return render(request, "incidents/evidence/reveal.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@handled
def tries_new(request: HttpRequest, ref: str) -> HttpResponse:
    incident = incident_to_change(request, ref)
    form = TriesForm(request.POST or None, initial={"sample": request.GET.get("sample")})
    if form.is_valid() and saved(
        form,
        lambda: services.add_reproduction(
            incident_id=incident.pk, actor=web_actor(request), **form.cleaned_data
        ),
    ):
        return _back(request, incident, "The tries are kept.")
    return form_page(
        request, incident, form, title=f"Tries to reproduce {incident.ref}", submit="Keep",
        intro="What an AI system does is a rate. Say how often it was tried and how often it "
        "failed; the interval says how much that tells.",
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@handled
def affected_new(request: HttpRequest, ref: str) -> HttpResponse:
    incident = incident_to_change(request, ref)
    form = AffectedForm(request.POST or None)
    if form.is_valid() and saved(
        form,
        lambda: services.count_affected(
            incident_id=incident.pk, actor=web_actor(request), **form.cleaned_data
        ),
    ):
        return _back(request, incident, "The count is kept.")
    return form_page(request, incident, form, title=f"Affected by {incident.ref}", submit="Keep")


@require_http_methods(["GET", "HEAD", "POST"])
@handled
def report_new(request: HttpRequest, ref: str) -> HttpResponse:
    incident = incident_to_change(request, ref)
    form = ReportFileForm(request.POST or None, request.FILES or None)
    if form.is_valid() and saved(form, lambda: _attach(request, incident, form)):
        return _back(request, incident, "The report is attached.")
    return form_page(
        request, incident, form, title=f"Attach a report to {incident.ref}", submit="Attach",
        intro="SHAP or LIME explanations, Fairlearn, AI Fairness 360 or Evidently reports.",
        files=True,
    )  # fmt: skip


@require_POST
@handled
def report_remove(request: HttpRequest, ref: str, report_id: UUID) -> HttpResponse:
    incident = incident_to_change(request, ref)
    services.remove_report(incident_id=incident.pk, report_id=report_id, actor=web_actor(request))
    return _back(request, incident, "Taken off.")


def _keep(request: HttpRequest, incident: Incident, form: SampleForm) -> None:
    file = form.cleaned_data["file"]
    samples = read_many(file.read()) if file else [form.sample()]
    services.add_samples(
        incident_id=incident.pk, samples=samples, actor=web_actor(request),
        origin=f"upload:{file.name}" if file else "",
    )  # fmt: skip


def _attach(request: HttpRequest, incident: Incident, form: ReportFileForm) -> None:
    file = form.cleaned_data["file"]
    services.attach_report(
        incident_id=incident.pk, name=form.cleaned_data["title"] or file.name, data=file.read(),
        named=form.cleaned_data["format"], actor=web_actor(request),
    )  # fmt: skip


def _back(request: HttpRequest, incident: Incident, told: str) -> HttpResponse:
    messages.success(request, told)
    return redirect("incidents:evidence:page", ref=incident.ref)
