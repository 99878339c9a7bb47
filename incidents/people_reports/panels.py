"""What reports by people add to the page of a system."""

from __future__ import annotations

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from accounts.models import User
from catalog.models import System
from catalog.panels import Panel
from incidents.people_reports.selectors import Asked, clusters

SHOWN = 5


def _render(system: System, user: User, request: HttpRequest) -> SafeString | str:
    """The clusters that nobody has looked into, the latest first. One query."""
    found = clusters(user, Asked(system=system.slug)).order_by("-last_at", "-id")[: SHOWN + 1]
    rows = list(found)
    context = {"system": system, "clusters": rows[:SHOWN], "more": len(rows) > SHOWN, "user": user}
    return render_to_string("incidents/reports/system_panel.html", context, request=request)


reports_panel = Panel("people-reports", "Reports by people", _render)
