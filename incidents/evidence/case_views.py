"""Evaluation cases in the browser: making one, and the files. No rules."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import current_user, web_actor
from incidents.actions import handled, incident_to_change
from incidents.evidence import cases
from incidents.evidence.case_api import case_file
from incidents.selectors import incident_for


@require_POST
@handled
def case(request: HttpRequest, ref: str, number: int) -> HttpResponse:
    incident = incident_to_change(request, ref)
    made = cases.make_case(
        incident_id=incident.pk,
        number=number,
        case=request.POST.get("case") == "1",
        actor=web_actor(request),
    )
    messages.success(request, f"{made.ref} is {'a case' if made.case else 'no case any more'}.")
    return redirect("incidents:evidence:sample", ref=ref, number=number)


@require_safe
@handled
def export(request: HttpRequest, ref: str, shape: str) -> HttpResponse:
    incident = incident_for(current_user(request), ref)
    rows = incident.samples.filter(case=True).defer("sealed").order_by("number")
    return case_file(rows, shape, incident.ref)
