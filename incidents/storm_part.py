"""Storms on the first page and on the page of an incident that came out of one. Reads only."""

from __future__ import annotations

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from accounts.models import User
from alerts.storm.models import Storm
from alerts.storm.rules import PREFIX
from incidents.models import Incident
from incidents.panels import Panel

SHOWN = 5


def now_part(user: User, request: HttpRequest) -> SafeString | str:
    """The storms that are on, with their incidents that the reader may see."""
    storms = list(
        Storm.objects.filter(ended_at=None).select_related("source").order_by("-began_at")[:SHOWN]
    )
    if not storms:
        return ""
    keys = [key for storm in storms for key in storm.tallies]
    found = Incident.objects.visible_to(user).active().filter(grouping_key__in=keys)
    by_key = {incident.grouping_key: incident for incident in found.order_by("pk")}
    rows = [
        {"storm": storm, "incidents": [by_key[key] for key in storm.tallies if key in by_key]}
        for storm in storms
    ]
    return render_to_string("incidents/storms_now.html", {"rows": rows})


def _panel(incident: Incident, user: User, request: HttpRequest) -> SafeString | str:
    key = incident.grouping_key or ""
    if not key.startswith(PREFIX):
        return ""
    number = key.removeprefix(PREFIX).partition(":")[0]
    storm = Storm.objects.select_related("source").filter(pk=int(number)).first()
    if storm is None:
        return ""
    return render_to_string("incidents/storm_panel.html", {"storm": storm})


PANEL = Panel("storm", _panel, place="top")
