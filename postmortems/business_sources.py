"""What business figures give to a document: facts for its draft. Reads only."""

from __future__ import annotations

from collections.abc import Sequence

from incidents.models import Incident
from incidents.selectors.business import costs_of
from postmortems.parts import Drafted


def drafted_business(incident: Incident) -> Sequence[Drafted]:
    """What was worse than usual while people were affected, each with its interval."""
    return [
        Drafted("impact", f"{cost.kpi.name}: {cost.words[:1].lower()}{cost.words[1:]}.")
        for cost in costs_of(incident)
        if cost.is_worse
    ]
