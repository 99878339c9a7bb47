"""The block on an incident's page: what can be done right now, and what was done."""

from __future__ import annotations

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from accounts.models import User
from incidents.models import Incident
from incidents.panels import Panel
from playbooks.selectors import proposals, runs_of


def _render(incident: Incident, user: User, request: HttpRequest) -> SafeString | str:
    fitting, runs = proposals(user, incident), runs_of(user, incident)
    if not fitting and not runs:
        return ""
    context = {
        "incident": incident,
        "proposals": fitting,
        "runs": runs,
        "may_run": user.can_respond,
    }
    return render_to_string("playbooks/incident_part.html", context, request=request)


INCIDENT_PART = Panel("playbooks", _render, place="main")
