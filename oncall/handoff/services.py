"""Writing hand-off notes, and the notices that a shift begins or ends: rows, worked off."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise
from uuid import UUID

from django.conf import settings
from django.db import transaction

from accounts import audit
from accounts.models import User
from core import clock
from core.actor import Actor
from core.errors import Invalid
from core.inserts import insert_new
from core.leases import claim_due, finish
from core.logs import get_logger
from notifications.message import Message
from notifications.models import Delivery
from notifications.services import notify
from oncall import rotation
from oncall.handoff.models import HandoffNote, ShiftNotice
from oncall.models import Schedule
from oncall.rotation import Shift
from oncall.shift_length import ScheduleError
from oncall.snapshot import rules_at, rules_of, with_rules

log = get_logger(__name__)
MAX_NOTE = 10_000
AHEAD = timedelta(hours=12)
"""Notices are written down so long before; what changes until then is looked at again."""
BEHIND = timedelta(hours=1)
LEASE_SECONDS = 30
NOTE_DAYS = 14


@transaction.atomic
def write_note(*, schedule: Schedule, text: str, author: User, actor: Actor) -> HandoffNote:
    """What whoever comes next should know. A correction within the same hour is the same note."""
    words = text.strip()
    if not words:
        raise Invalid("Write something.", errors={"text": ["Write something."]})
    if len(words) > MAX_NOTE:
        raise Invalid("It is too long.", errors={"text": [f"At most {MAX_NOTE} characters."]})
    Schedule.objects.select_for_update().get(pk=schedule.pk)
    since = clock.now() - timedelta(hours=1)
    note = HandoffNote.objects.filter(
        schedule=schedule, author=author, written_at__gte=since
    ).first()
    if note is None:
        note = HandoffNote(schedule=schedule, author=author, written_at=clock.now())
    note.text = words
    note.save()
    audit.record(
        actor=actor, action="handoff.write", target_kind="schedule", target_ref=schedule.slug
    )
    return note


def plan_notices() -> int:
    """Write down the beginnings and ends of the shifts around now; again does no harm."""
    now = clock.now()
    wanted = []
    for schedule in with_rules(since=now - BEHIND, until=now + AHEAD):
        try:
            rules = rules_of(schedule)
            shifts = rotation.shifts(rules, now - BEHIND, now + AHEAD)
            looking_on = rotation.shadow_shifts(rules, now - BEHIND, now + AHEAD)
        except ScheduleError as error:
            log.warning("shift_notices_unreadable", schedule=schedule.slug, error=str(error))
            continue
        wanted += _of(schedule, shifts, now)
        wanted += _shadows(schedule, looking_on, now)
    return len(insert_new(*wanted)) if wanted else 0


def _of(schedule: Schedule, shifts: list[Shift[User]], now: datetime) -> list[ShiftNotice]:
    """Where one person hands over to another, or to nobody."""
    notices = []
    for before, after in pairwise(shifts):
        at = after.start
        if before.user == after.user or at < now - BEHIND:
            continue
        for user, kind in (
            (before.user, ShiftNotice.Kind.END),
            (after.user, ShiftNotice.Kind.START),
        ):
            if user is not None and user.is_active:
                notices.append(
                    ShiftNotice(schedule=schedule, user=user, kind=kind, at=at, due_at=at)
                )
    return notices


def _shadows(schedule: Schedule, shifts: list[Shift[User]], now: datetime) -> list[ShiftNotice]:
    """Where somebody begins to look on; what began before the window is known already."""
    return [
        ShiftNotice(
            schedule=schedule,
            user=shift.user,
            kind=ShiftNotice.Kind.SHADOW,
            at=shift.start,
            due_at=shift.start,
        )
        for shift in shifts
        if shift.user is not None and shift.user.is_active and shift.start > now - BEHIND
    ]


def run_due_notices(limit: int = 20) -> int:
    """Tell whose shift begins or ended, if it still does."""
    claim = claim_due(
        ShiftNotice,
        pending=ShiftNotice.State.PENDING,
        limit=limit,
        lease_seconds=LEASE_SECONDS,
    )
    for row in claim.rows:
        _tell(row, claim.token)
    return len(claim.rows)


@transaction.atomic
def _tell(row: ShiftNotice, token: UUID) -> None:
    true = _is_true(row)
    state = ShiftNotice.State.DONE if true else ShiftNotice.State.DROPPED
    if not finish(ShiftNotice, pk=row.pk, token=token, state=state) or not true:
        return
    notify(
        user=row.user,
        message=_message(row),
        kind=Delivery.Kind.NOTICE,
        origin=f"shift:{row.pk}",
        obligation_key=f"shift:{row.pk}",
    )


def _is_true(row: ShiftNotice) -> bool:
    """The schedule may have changed since the notice was planned."""
    before, after = (_on_call(row, row.at + step) for step in (timedelta(seconds=-1), timedelta()))
    if row.kind in (ShiftNotice.Kind.START, ShiftNotice.Kind.SHADOW):
        return row.user_id in after and row.user_id not in before
    return row.user_id in before and row.user_id not in after


def _on_call(row: ShiftNotice, at: datetime) -> set[int]:
    """Who is on call then, or for a notice of looking on who looks on."""
    asked = rotation.shadowing if row.kind == ShiftNotice.Kind.SHADOW else rotation.on_call
    try:
        found = [rules_of(one) for one in rules_at(at, slugs=[row.schedule.slug])]
        return {duty.user.pk for rules in found for duty in asked(rules, at)}
    except ScheduleError:
        return set()


def _message(row: ShiftNotice) -> Message:
    name = row.schedule.name
    url = f"{settings.AIRE_BASE_URL}/on-call/"
    if row.kind == ShiftNotice.Kind.END:
        return Message(
            kind="notice",
            headline="Your shift has ended",
            title=f"{name}: you are no longer on call",
            why="Write down what whoever comes next should know.",
            url=url,
        )
    note = latest_note(row.schedule)
    if row.kind == ShiftNotice.Kind.SHADOW:
        return Message(
            kind="notice",
            headline="You look on",
            title=f"{name}: you look on from now",
            body=_note_words(note),
            why="You are on a shadow rotation: beside who is on call, and never paged by it.",
            url=url,
        )
    return Message(
        kind="notice",
        headline="Your shift begins",
        title=f"{name}: you are on call",
        body=_note_words(note),
        why=f"You are on call by the schedule {name}.",
        url=url,
    )


def _note_words(note: HandoffNote | None) -> str:
    return f"Hand-off note by {note.author or 'somebody'}:\n{note.text[:2_000]}" if note else ""


def latest_note(schedule: Schedule) -> HandoffNote | None:
    since = clock.now() - timedelta(days=NOTE_DAYS)
    notes = HandoffNote.objects.filter(schedule=schedule, written_at__gte=since)
    return notes.select_related("author").first()
