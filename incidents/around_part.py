"""Blocks of an incident's page about what stands around it: the blast radius, and the business."""

from __future__ import annotations

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from accounts.models import User
from incidents.models import Incident
from incidents.panels import Panel
from incidents.selectors.business import business_cost
from incidents.selectors.reach import reach_of_incident


def _reach(incident: Incident, user: User, request: HttpRequest) -> SafeString | str:
    found = reach_of_incident(user, incident)
    return render_to_string("incidents/reach_part.html", {"found": found}) if found else ""


def _business(incident: Incident, user: User, request: HttpRequest) -> SafeString | str:
    costs = business_cost(user, incident)
    return render_to_string("incidents/business_part.html", {"costs": costs}) if costs else ""


REACH_PART = Panel("reach", _reach, place="rail")
BUSINESS_PART = Panel("business", _business, place="rail")
