"""The block about its postmortem on the page of an incident."""

from __future__ import annotations

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from accounts.models import User
from incidents.models import Incident
from incidents.panels import Panel
from postmortems.selectors.lists import visible_postmortems

ENDED = ("mitigated", "resolved", "closed")


def _render(incident: Incident, user: User, request: HttpRequest) -> SafeString | str:
    rows = visible_postmortems(user).filter(incident=incident)
    found = sorted(rows, key=lambda row: (row.set_aside_at is not None, -row.pk))
    postmortem = found[0] if found else None
    if postmortem is None and incident.status not in ENDED:
        return ""
    context = {
        "incident": incident,
        "postmortem": postmortem,
        "user": user,
        "may_start": user.can_respond
        and not incident.merged_into_id
        and (postmortem is None or postmortem.set_aside_at is not None),
    }
    return render_to_string("postmortems/incident_part.html", context, request=request)


INCIDENT_PART = Panel("postmortem", _render, place="rail")
