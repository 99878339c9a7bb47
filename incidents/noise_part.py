"""What incidents' pages and the first say of silences: nobody shall wonder where a page was."""

from __future__ import annotations

from collections import Counter
from uuid import UUID

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from accounts.models import User
from alerts.models import Alert, AlertStep
from alerts.noise.selectors import quiet_now
from alerts.trace import ARRIVED
from incidents.models import Incident, IncidentAlert
from incidents.panels import Panel

LOOKED_AT = 200
SHOWN = 5


def quiet_part(user: User, request: HttpRequest) -> SafeString | str:
    """The line on the first page while something is silenced."""
    quiet = quiet_now(user)
    return render_to_string("alerts/quiet.html", {"quiet": quiet}) if quiet.any else ""


def _render(incident: Incident, user: User, request: HttpRequest) -> SafeString | str:
    held = IncidentAlert.objects.filter(
        incident=incident, alert__status=Alert.Status.SILENCED
    ).count()
    quiet = quiet_now(user, list(incident.systems.all()))
    why = _why_together(incident)
    if not held and not quiet.any and not why:
        return ""
    context = {"incident": incident, "held": held, "quiet": quiet, "why": why}
    return render_to_string("incidents/noise_part.html", context)


def _why_together(incident: Incident) -> list[tuple[str, int]]:
    """What its alerts were grouped by, the most common first; nothing when it has one alert. One
    query, however many there are."""
    steps = AlertStep.objects.filter(
        alert__incident_link__incident=incident, kind__in=(ARRIVED, "grouped")
    ).order_by("-at", "-id")
    # The last word counts: an alert may have been folded into another group after it arrived.
    said: dict[UUID, str] = {}
    for alert_id, kind, text, detail in steps.values_list("alert_id", "kind", "text", "detail")[
        :LOOKED_AT
    ]:
        said.setdefault(alert_id, detail["group"] if kind == ARRIVED else text)
    return Counter(said.values()).most_common(SHOWN) if len(said) > 1 else []


NOISE_PART = Panel("noise", _render, place="rail")
