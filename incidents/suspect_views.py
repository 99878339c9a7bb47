"""The page that ranks what changed before an incident. Reads only."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.permissions import current_user
from incidents.actions import handled
from incidents.selectors import incident_for
from incidents.selectors.causes import causes_of
from incidents.selectors.suspects import suspects_of
from incidents.selectors.versions import versions_of


@require_safe
@handled
def suspects(request: HttpRequest, ref: str) -> HttpResponse:
    user = current_user(request)
    incident = incident_for(user, ref)
    systems = list(incident.systems.defer("search"))
    context = {
        "incident": incident,
        "suspects": suspects_of(user, incident, systems, causes_of(incident)),
        "versions": versions_of(user, incident, systems),
    }
    return render(request, "incidents/suspects.html", context)
