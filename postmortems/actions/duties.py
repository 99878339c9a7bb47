"""What must be true of follow-ups before a document is published and an incident is closed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db.models import Count

from accounts.models import User
from incidents.models import Incident
from postmortems.actions.proposals import proposals_for
from postmortems.models import Action, Postmortem

NAMED = 3
"""Actions that one sentence names; more become a number."""


def missing_to_publish(postmortem: Postmortem) -> Sequence[str]:
    """A document is published when each required follow-up was answered and is somebody's."""
    sentences = [
        f"Take up or decline the required follow-up “{one.title}” ({one.because})."
        for one in proposals_for(postmortem.incident)
        if one.required and one.is_waiting
    ]
    for action in _required(postmortem.incident):
        if lacks := _lacks(action):
            sentences.append(f"{action.ref} is required and has no {' and no '.join(lacks)}.")
    return sentences


def not_closed_because(incident: Incident) -> str | None:
    """An incident is closed when its required follow-ups are done or decided against."""
    waiting = [one for one in proposals_for(incident) if one.required and one.is_waiting]
    open_ones = _required(incident)
    if not waiting and not open_ones:
        return None
    parts = []
    if open_ones:
        refs = [action.ref for action in open_ones]
        more = f" and {len(refs) - NAMED} more" if len(refs) > NAMED else ""
        parts.append(f"finish {', '.join(refs[:NAMED])}{more} or set to won't do with a reason")
    if waiting:
        noun = "follow-up" if len(waiting) == 1 else "follow-ups"
        parts.append(f"take up or decline {len(waiting)} required {noun} of its causes")
    return f"{incident.ref} cannot be closed yet: {'; '.join(parts)}."


def unfinished_work(user: User, incidents_by_cause: Mapping[str, set[int]]) -> dict[str, int]:
    """How many follow-ups about each cause, promised after these incidents, are not done. One
    query; fills `incidents.extensions.unfinished_work`."""
    ids = set().union(*incidents_by_cause.values()) if incidents_by_cause else set()
    if not ids:
        return {}
    rows = (
        Action.objects.visible_to(user)
        .unfinished()
        .filter(cause__in=incidents_by_cause, incident__in=ids)
        .values("cause", "incident_id")
        .annotate(count=Count("pk"))
    )
    total: dict[str, int] = {}
    for row in rows:
        if row["incident_id"] in incidents_by_cause[row["cause"]]:
            total[row["cause"]] = total.get(row["cause"], 0) + row["count"]
    return total


def _required(incident: Incident) -> list[Action]:
    rows = Action.objects.unfinished().filter(incident=incident, required=True)
    return list(rows.select_related("owner").order_by("id"))


def _lacks(action: Action) -> list[str]:
    lacks = []
    if action.owner is None or not action.owner.is_active:
        lacks.append("owner")
    if action.due_on is None:
        lacks.append("due date")
    if not action.done_criterion.strip():
        lacks.append("done-criterion")
    return lacks
