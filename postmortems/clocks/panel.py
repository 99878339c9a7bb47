"""What clocks add to an incident's page, a document's page, and a new draft of it."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from accounts.models import User
from incidents.models import Incident
from incidents.panels import Panel
from postmortems.clocks import selectors
from postmortems.clocks.holds import held_for
from postmortems.clocks.rules import NOT_ADVICE
from postmortems.models import Postmortem
from postmortems.parts import Check, Drafted, Part


def incident_block(incident: Incident, user: User, request: HttpRequest) -> SafeString | str:
    """Always there for responders: somebody has to be able to find it under stress."""
    rows = selectors.clocks_on(incident)
    held = held_for(incident)
    if not rows and held is None and not user.can_respond:
        return ""
    context = {
        "incident": incident,
        "rows": rows,
        "held": held,
        "may_change": user.can_respond,
        "notice": NOT_ADVICE,
    }
    return render_to_string("postmortems/clocks/incident_part.html", context, request=request)


def document_block(postmortem: Postmortem, user: User, request: HttpRequest) -> SafeString | str:
    return incident_block(postmortem.incident, user, request)


def drafted(incident: Incident) -> Sequence[Drafted]:
    """One line a clock for the document's section on people and duties."""
    return [
        Drafted(
            "impact",
            f"{row.clock.name} ({row.clock.trigger_label}): "
            f"{row.clock.get_state_display().lower()}, aware since "
            f"{row.clock.aware_at:%Y-%m-%d %H:%M} UTC.",
        )
        for row in selectors.clocks_on(incident)
    ]


def undecided(postmortem: Postmortem) -> Sequence[str]:
    """A document is not published while somebody still has to decide whether to report."""
    waiting = [
        row.clock
        for row in selectors.clocks_on(postmortem.incident)
        if row.clock.is_running and not any(p.submitted_at for p in row.clock.phases.all())
    ]
    return [
        f"{one.name}: send the first report, or decide that it is not reportable."
        for one in waiting
    ]


INCIDENT_PANEL = Panel("clocks", incident_block)
DOCUMENT_PART = Part("clocks", document_block)
CHECK = Check("clocks", undecided, "Regulatory clocks are decided")
