"""What the incidents room adds to the page of a cause: where it has happened."""

from __future__ import annotations

from django.db.models import Exists, OuterRef
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from accounts.models import User
from incidents.models import Incident, IncidentCause
from taxonomy.models import Cause

SHOWN = 8


def incidents_with_cause(cause: Cause, user: User, request: HttpRequest) -> SafeString | str:
    """The latest incidents that name it and that the reader may see. One query."""
    said = IncidentCause.objects.filter(incident=OuterRef("pk"), cause=cause)
    found = list(
        Incident.objects.visible_to(user)
        .defer("search", "summary")
        .filter(Exists(said.exclude(confidence=IncidentCause.Confidence.RULED_OUT)))
        .order_by("-opened_at", "-id")[: SHOWN + 1]
    )
    context = {"cause": cause, "incidents": found[:SHOWN], "more": len(found) > SHOWN}
    return render_to_string("incidents/cause_panel.html", context, request=request)
