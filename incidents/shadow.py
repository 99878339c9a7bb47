"""Whether an incident is about nothing but what is in shadow mode, and the end of that."""

from __future__ import annotations

from collections.abc import Collection

from core.actor import Actor
from core.lots import flush, kept
from incidents.cards import card
from incidents.models import Incident
from oncall import escalations
from oncall.models import Escalation
from oncall.selectors import running_escalation
from oncall.shadow.services import active_scopes, in_shadow


def is_shadowed(incident: Incident, sources: Collection[str] | None = None) -> bool:
    """`sources` are the slugs of its alerts' sources, where the caller knows them."""
    active = kept("shadows", active_scopes)
    if not active:
        return False
    flush()
    if sources is None:
        sources = set(incident.alert_links.values_list("alert__source__slug", flat=True))
    slugs = incident.systems.values_list("team__slug", flat=True)
    return in_shadow(active, sources=set(sources), teams={slug for slug in slugs if slug})


def leave_shadow(incident: Incident, actor: Actor) -> bool:
    """What joined is not in shadow mode: from now on the incident pages for real."""
    running: Escalation | None = running_escalation(incident.subject_key)
    if running is None or not running.shadow:
        return False
    flush()
    if is_shadowed(incident):
        return False
    escalations.stop_escalation(subject_key=incident.subject_key, state="ended", by=actor)
    escalations.start_escalation(
        subject_key=incident.subject_key,
        card=card(incident),
        policy=incident.escalation_policy,
        actor=actor,
    )
    return True
