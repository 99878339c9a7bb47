"""Reads of regulatory clocks, each through what the reader may see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Min, Prefetch, Q, QuerySet

from accounts.models import User
from core import clock
from core.errors import NotFound
from incidents.models import Incident
from postmortems.models import ClockDecision, ClockPhase, EvidenceHold, RegulatoryClock

SHOWN = 200
ENDED = 20


@dataclass(frozen=True, slots=True)
class ClockRow:
    """A clock as lists show it: `next` is the report that is due first, if one has a time."""

    clock: RegulatoryClock
    next: ClockPhase | None

    @property
    def seconds_left(self) -> float | None:
        """Negative when it is late."""
        if self.next is None or self.next.due_at is None:
            return None
        return (self.next.due_at - clock.now()).total_seconds()

    @property
    def tone(self) -> str:
        left = self.seconds_left
        if left is None or not self.clock.is_running:
            return ""
        return "danger" if left < 0 else "warn" if left < 86_400 else ""

    @property
    def late_by(self) -> float:
        return -(self.seconds_left or 0.0)


def clocks_of(user: User) -> QuerySet[RegulatoryClock]:
    """In no order, with what a row shows."""
    rows = RegulatoryClock.objects.visible_to(user)
    return rows.select_related("incident", "owner").prefetch_related("phases")


def running_clocks(user: User) -> list[ClockRow]:
    """The next due first; those without a time last."""
    rows = clocks_of(user).filter(state="running")
    next_due = Min("phases__due_at", filter=Q(phases__submitted_at=None))
    rows = rows.annotate(next_due=next_due)
    return [row_of(row) for row in rows.order_by(F("next_due").asc(nulls_last=True), "id")[:SHOWN]]


def ended_clocks(user: User) -> list[ClockRow]:
    rows = clocks_of(user).exclude(state="running").order_by("-ended_at", "-id")[:ENDED]
    return [row_of(row) for row in rows]


def clocks_on(incident: Incident) -> list[ClockRow]:
    """Of an incident that the reader may see."""
    rows = incident.clocks.select_related("owner", "incident").prefetch_related("phases")
    return [row_of(row) for row in rows.order_by("-state", "id")[:SHOWN]]


def row_of(found: RegulatoryClock) -> ClockRow:
    waiting = [row for row in found.phases.all() if row.submitted_at is None]
    timed = [row for row in waiting if row.due_at is not None]
    first = min(timed, key=_due, default=waiting[0] if waiting else None)
    return ClockRow(found, first)


def _due(row: ClockPhase) -> datetime:
    assert row.due_at is not None
    return row.due_at


def clock_for(user: User, pk: int) -> RegulatoryClock:
    """With everything its page shows. Raises `NotFound`."""
    decisions = ClockDecision.objects.select_related("proposed_by", "decided_by")
    rows = RegulatoryClock.objects.visible_to(user)
    rows = rows.select_related("incident", "owner", "started_by").prefetch_related(
        Prefetch("phases", ClockPhase.objects.select_related("submitted_by")),
        Prefetch("decisions", decisions),
    )
    found = rows.filter(pk=pk).first()
    if found is None:
        raise NotFound("There is no such clock, or you may not see it.")
    return found


def holds_on(incident: Incident) -> list[EvidenceHold]:
    return list(incident.holds.select_related("placed_by", "lifted_by")[:SHOWN])
