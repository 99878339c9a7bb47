"""What the indicators of an incident's systems say of its onset. Reads only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from incidents.models import Incident
from incidents.triage.onset_rules import Onset, onset_of
from slos.models import Slo
from slos.selectors.past import steps

LOOK_BACK = timedelta(days=14)
MOST_SLOS = 20


@dataclass(frozen=True, slots=True)
class Candidate:
    """`basis` says on what ground, in a sentence."""

    onset: Onset
    basis: str


def candidates(incident: Incident) -> list[Candidate]:
    """By each objective of its systems that was worse than promised when it was noticed, the
    earliest first. A query an objective."""
    detected = incident.detected_at or incident.opened_at
    slos = Slo.objects.filter(system__in=incident.systems.all(), enabled=True)
    found = []
    for slo in slos.select_related("series").order_by("pk")[:MOST_SLOS]:
        buckets = steps(slo, start=detected - LOOK_BACK, end=detected + timedelta(minutes=5))
        onset = onset_of(buckets, target=slo.target, detected=detected + timedelta(minutes=5))
        if onset is not None:
            basis = f"{slo.name} was worse than promised from then until it was noticed."
            found.append(Candidate(onset, basis))
    return sorted(found, key=lambda one: one.onset.likeliest)
