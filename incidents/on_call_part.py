"""What the incidents room adds to the on-call home: mine, my team's, and paging for one."""

from __future__ import annotations

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse

from accounts.models import User
from incidents.models import Incident
from incidents.selectors import incident_filter
from incidents.selectors.lists import LIST_ORDER
from oncall.panels import HomePart, QuickAction

SHOWN = 5


def on_call_part(user: User, request: HttpRequest) -> HomePart:
    """The lists mean the same as the views "Mine" and "My team" of the incident list."""
    mine = _active(user, request, "mine")
    known = {incident.pk for incident in mine}
    team = [one for one in _active(user, request, "my_team") if one.pk not in known]
    context = {
        "mine": mine[:SHOWN],
        "more_mine": len(mine) > SHOWN,
        "team": team[:SHOWN],
        "more_team": len(team) > SHOWN,
        "list_url": reverse("incidents:list"),
    }
    html = render_to_string("incidents/on_call_part.html", context, request=request)
    return HomePart(html, _actions(user, [*mine, *team]))


def _active(user: User, request: HttpRequest, view: str) -> list[Incident]:
    found = incident_filter(request, {"status": "active", view: "1"}, user).qs
    return list(found.order_by("severity", *LIST_ORDER)[: 2 * SHOWN + 1])


def _actions(user: User, incidents: list[Incident]) -> tuple[QuickAction, ...]:
    """Paging is always about an incident: offered for the worst one that is near."""
    if not incidents or not user.can_respond:
        return ()
    worst = incidents[0]
    url = reverse("incidents:page", args=[worst.ref])
    return (QuickAction(f"Page someone for {worst.ref}", url, "megaphone"),)
