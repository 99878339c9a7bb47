"""The blocks on an incident's page and on the first: what can be done right now, what was done, and
what waits for somebody."""

from __future__ import annotations

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from accounts.models import User
from incidents.lifecycle import ACTIVE
from incidents.models import Incident
from incidents.panels import Panel
from playbooks.models import Playbook
from playbooks.selectors import proposals, runs_of, waiting_runs


def _render(incident: Incident, user: User, request: HttpRequest) -> SafeString | str:
    fitting, runs = proposals(user, incident), runs_of(user, incident)
    if not fitting and not runs and not _could_be_offered(incident, user):
        return ""
    context = {
        "incident": incident,
        "proposals": fitting,
        "runs": runs,
        "may_run": user.can_respond,
        "active": incident.status in ACTIVE,
    }
    return render_to_string("playbooks/incident_part.html", context, request=request)


def _could_be_offered(incident: Incident, user: User) -> bool:
    """Whether there are playbooks at all that a responder may choose from."""
    if not user.can_respond or incident.status not in ACTIVE or incident.merged_into_id:
        return False
    return Playbook.objects.visible_to(user).filter(enabled=True).exists()


def _waiting(incident: Incident, user: User, request: HttpRequest) -> SafeString | str:
    found = waiting_runs(user, incident=incident)
    if not found:
        return ""
    return render_to_string("playbooks/waiting_part.html", {"waiting": found}, request=request)


def waiting_now(user: User, request: HttpRequest) -> SafeString | str:
    """For the first page: what this reader can help."""
    found = [one for one in waiting_runs(user) if one.mine]
    if not found:
        return ""
    return render_to_string("playbooks/waiting_now.html", {"waiting": found}, request=request)


INCIDENT_PART = Panel("playbooks", _render, place="main")
WAITING_PART = Panel("playbooks-waiting", _waiting, place="top")
