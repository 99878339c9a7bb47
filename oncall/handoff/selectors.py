"""Which hand-off notes a person's first page shows."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from core import clock
from oncall.handoff.models import HandoffNote
from oncall.handoff.services import NOTE_DAYS
from oncall.models import Schedule


def newest_notes(schedules: Iterable[Schedule]) -> list[tuple[Schedule, HandoffNote | None]]:
    """Of each schedule the newest note of the last two weeks; one query."""
    wanted = {schedule.pk: schedule for schedule in schedules}
    since = clock.now() - timedelta(days=NOTE_DAYS)
    notes = (
        HandoffNote.objects.filter(schedule__in=wanted, written_at__gte=since)
        .select_related("author")
        .order_by("schedule_id", "-written_at", "-id")
        .distinct("schedule_id")
    )
    found = {note.schedule_id: note for note in notes}
    return [(schedule, found.get(pk)) for pk, schedule in wanted.items()]
