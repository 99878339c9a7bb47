"""What incidents' pages and the first say of silences: nobody shall wonder where a page was."""

from __future__ import annotations

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from accounts.models import User
from alerts.models import Alert
from alerts.noise.selectors import quiet_now
from incidents.models import Incident, IncidentAlert
from incidents.panels import Panel


def quiet_part(user: User, request: HttpRequest) -> SafeString | str:
    """The line on the first page while something is silenced."""
    quiet = quiet_now(user)
    return render_to_string("alerts/quiet.html", {"quiet": quiet}) if quiet.any else ""


def _render(incident: Incident, user: User, request: HttpRequest) -> SafeString | str:
    held = IncidentAlert.objects.filter(
        incident=incident, alert__status=Alert.Status.SILENCED
    ).count()
    quiet = quiet_now(user, list(incident.systems.all()))
    if not held and not quiet.any:
        return ""
    context = {"incident": incident, "held": held, "quiet": quiet}
    return render_to_string("incidents/noise_part.html", context)


NOISE_PART = Panel("noise", _render, place="rail")
