"""Reads of the causes of incidents: what is said about one, and how often the same came before."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Case, IntegerField, Prefetch, QuerySet, Value, When

from accounts.models import User
from core.errors import NotFound
from incidents.extensions import unfinished_work
from incidents.models import Incident, IncidentCause
from taxonomy.models import Cause

SHOWN_CAUSES = 50
RECURS_WITHIN = timedelta(days=90)
_SURENESS = ("confirmed", "likely", "suspected", "disputed", "ruled-out")
_ORDINALS = ("", "First", "Second", "Third", "Fourth", "Fifth", "Sixth", "Seventh", "Eighth")
_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


@dataclass(frozen=True, slots=True)
class Recurrence:
    """The same cause came before. `earlier` are the incidents that the reader may see, the newest
    first; `unfinished` counts what was promised after them and is not done."""

    cause: Cause
    earlier: tuple[Incident, ...]
    unfinished: int

    @property
    def count(self) -> int:
        """With the incident itself."""
        return len(self.earlier) + 1

    @property
    def sentence(self) -> str:
        nth = _ORDINALS[self.count] if self.count < len(_ORDINALS) else f"{self.count}th"
        left = f", {open_actions(self.unfinished)}" if self.unfinished else ""
        return f"{nth} incident with this cause in {RECURS_WITHIN.days} days{left}."


def open_actions(count: int) -> str:
    """ "two of its actions open", as it goes on in a sentence."""
    number = _NUMBERS[count] if count < len(_NUMBERS) else str(count)
    return f"{number} of its actions open"


def causes_of(incident: Incident) -> list[IncidentCause]:
    """The surest first, what is ruled out at the end. One query."""
    return list(_ordered(incident.causes.all())[:SHOWN_CAUSES])


def cause_rows(incident: Incident) -> QuerySet[IncidentCause]:
    """For lists in pages, in the order in which they were named."""
    return incident.causes.select_related("cause__cause_class", "set_by")


def cause_on(incident: Incident, pk: int) -> IncidentCause:
    found = cause_rows(incident).filter(pk=pk).first()
    if found is None:
        raise NotFound("There is no such cause on this incident.")
    return found


def with_causes() -> Prefetch[str, QuerySet[IncidentCause], str]:
    """What `prefetch_related_objects` takes to load the causes of many incidents in one query."""
    return Prefetch("causes", _ordered(IncidentCause.objects.all()))


def recurrences(
    user: User, incident: Incident, causes: Collection[IncidentCause]
) -> list[Recurrence]:
    """For each cause that holds: earlier incidents with it in the 90 days before this one.

    Drills, false alarms and merged incidents are left out, and so is what was ruled out there.
    Two queries however many causes there are, none when there are none."""
    nodes = {attached.cause_id: attached.cause for attached in causes if attached.holds}
    if not nodes:
        return []
    found: dict[int, dict[int, Incident]] = {}
    rows = (
        IncidentCause.objects.filter(
            cause__in=nodes,
            incident__in=Incident.objects.visible_to(user),
            incident__opened_at__gte=incident.opened_at - RECURS_WITHIN,
            incident__opened_at__lte=incident.opened_at,
            incident__drill=False,
        )
        .exclude(confidence=IncidentCause.Confidence.RULED_OUT)
        .exclude(incident__status="cancelled")
        .exclude(incident=incident)
        .select_related("incident")
        .defer("incident__search", "incident__summary")
        .order_by("-incident__opened_at", "-incident_id")
    )
    for row in rows:
        found.setdefault(row.cause_id, {})[row.incident_id] = row.incident
    left = _unfinished(user, {nodes[pk].slug: set(earlier) for pk, earlier in found.items()})
    return sorted(
        (
            Recurrence(nodes[pk], tuple(earlier.values()), left.get(nodes[pk].slug, 0))
            for pk, earlier in found.items()
        ),
        key=lambda one: (-one.count, one.cause.slug),
    )


def _unfinished(user: User, incidents_by_cause: Mapping[str, set[int]]) -> dict[str, int]:
    total: dict[str, int] = {}
    for count in unfinished_work:
        for slug, number in count(user, incidents_by_cause).items():
            total[slug] = total.get(slug, 0) + number
    return total


def _ordered(rows: QuerySet[IncidentCause]) -> QuerySet[IncidentCause]:
    sureness = Case(
        *(When(confidence=name, then=Value(rank)) for rank, name in enumerate(_SURENESS)),
        output_field=IntegerField(),
    )
    return rows.select_related("cause__cause_class", "set_by").order_by(sureness, "id")
