"""The incident page's way to its Slack channel."""

from __future__ import annotations

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from accounts.models import User
from core.urls import safe_href
from incidents.lifecycle import ACTIVE
from incidents.models import Incident
from incidents.panels import Panel
from integrations.slack.channel import CHANNEL
from integrations.slack.channels.selectors import own_channel
from integrations.slack.health.workspace import last_known


def render(incident: Incident, user: User, request: HttpRequest) -> SafeString | str:
    """Nothing where Slack is not connected."""
    if not CHANNEL.configured():
        return ""
    row = own_channel(incident)
    may_open = user.can_respond and incident.status in ACTIVE
    if row is None and not may_open:
        return ""
    known = last_known()
    home = known.url if known and known.url.startswith("https://") else ""
    context = {
        "row": row,
        "incident": incident,
        "may_open": may_open,
        "home": safe_href(home) or "https://slack.com/",
        "known": bool(home),
    }
    return render_to_string("slack/incident_part.html", context, request=request)


INCIDENT_PANEL = Panel("slack", render)
