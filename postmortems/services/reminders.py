"""Reminders as rows: planned when something falls due, dropped when it is not wanted any more."""

from __future__ import annotations

from datetime import datetime, timedelta

from postmortems.models import Postmortem, Reminder, Review

SOON = timedelta(days=2)
AGAIN = timedelta(days=7)
REVIEW_AFTER = timedelta(days=2)
"""A reviewer is reminded two days after they were asked, then weekly."""


def plan_due(postmortem: Postmortem) -> None:
    """Two days before the date and on it. A date that was moved drops the reminders of the old
    one: their key carries the date."""
    kinds = (Reminder.State.PENDING,)
    rows = postmortem.reminders.filter(kind__in=("due_soon", "overdue"), state__in=kinds)
    rows.update(state=Reminder.State.DROPPED, outcome="The date was moved")
    if postmortem.due_at is None:
        return
    _plan(postmortem, "due_soon", postmortem.due_at - SOON, postmortem.due_at.isoformat())
    _plan(postmortem, "overdue", postmortem.due_at, postmortem.due_at.isoformat())


def plan_review(postmortem: Postmortem, review: Review) -> None:
    name = f"{review.pk}:{postmortem.round}"
    _plan(postmortem, "review", review.asked_at + REVIEW_AFTER, name)


def plan_again(reminder: Reminder, at: datetime) -> None:
    """The same once more, a week later."""
    name = reminder.key.split(":", 2)[2].split("@")[0]
    _plan(reminder.postmortem, reminder.kind, at, f"{name}@{at.isoformat()}")


def _plan(postmortem: Postmortem, kind: str, at: datetime, name: str) -> None:
    """Once a key: a row that was dropped before comes back when its date does."""
    key = f"{postmortem.pk}:{kind}:{name}"[:120]
    row, made = Reminder.objects.get_or_create(
        key=key, defaults={"postmortem": postmortem, "kind": kind, "due_at": at}
    )
    if not made and row.state == Reminder.State.DROPPED:
        row.state, row.due_at, row.attempts = Reminder.State.PENDING, at, 0
        row.save(update_fields=["state", "due_at", "attempts"])
