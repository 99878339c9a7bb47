"""What waits for one person: to be written, reviewed, published, handed over, read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q

from accounts.models import User
from core import clock
from postmortems.models import Postmortem, Read, Review
from postmortems.selectors.lists import visible_postmortems

SHOWN = 50
READ_WITHIN = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Waiting:
    """One document and what this person is asked to do with it."""

    postmortem: Postmortem
    what: str
    since: datetime | None

    @property
    def overdue(self) -> bool:
        due = self.postmortem.due_at
        return due is not None and due < clock.now() and self.postmortem.status != "published"


@dataclass(frozen=True, slots=True)
class Queue:
    items: list[Waiting]

    @property
    def count(self) -> int:
        return len(self.items)

    @property
    def overdue(self) -> int:
        return sum(item.overdue for item in self.items)


def waiting_for(user: User, *, limit: int = SHOWN) -> Queue:
    """Late ones first, then by date. Three queries for everybody, four for managers."""
    items = [*_to_review(user), *_to_write(user)]
    if user.can_manage:
        items += [*_to_give(user), *_to_read(user)]
    items.sort(key=lambda item: (not item.overdue, item.postmortem.due_at or clock.now()))
    return Queue(items[:limit])


def _to_review(user: User) -> Iterator[Waiting]:
    mine = Review.objects.filter(postmortem=OuterRef("pk"), user=user, state=Review.State.WAITING)
    rows = visible_postmortems(user).filter(Exists(mine), status="in_review")
    for row in rows.filter(set_aside_at__isnull=True)[:SHOWN]:
        yield Waiting(row, "Review it", row.submitted_at)


_STEPS = {
    "draft": "Write it and send it to review",
    "changes_requested": "Make the requested changes",
    "approved": "Publish it",
}


def _to_write(user: User) -> Iterator[Waiting]:
    rows = visible_postmortems(user).filter(
        owner=user, status__in=_STEPS, set_aside_at__isnull=True
    )
    # A SEV4 draft without a date is an offer, not a demand.
    for row in rows.filter(Q(due_at__isnull=False) | ~Q(status="draft"))[:SHOWN]:
        yield Waiting(row, _STEPS[row.status], row.created_at)


def _to_give(user: User) -> Iterator[Waiting]:
    """Nobody writes it: no owner, or one who has left."""
    rows = visible_postmortems(user).filter(
        Q(owner__isnull=True) | Q(owner__is_active=False), set_aside_at__isnull=True
    )
    rows = rows.exclude(status="published").filter(due_at__isnull=False)
    for row in rows[:SHOWN]:
        who = f"{row.owner} has left: give it to somebody" if row.owner else "Give it to somebody"
        yield Waiting(row, who, row.created_at)


def _to_read(user: User) -> Iterator[Waiting]:
    """Published lately, grave, and not read yet by this manager."""
    read = Read.objects.filter(postmortem=OuterRef("pk"), user=user)
    since = clock.now() - READ_WITHIN
    rows = visible_postmortems(user).filter(
        ~Exists(read),
        status="published",
        published_at__gte=since,
        incident__severity__in=("sev1", "sev2"),
    )
    for row in rows.exclude(owner=user)[:SHOWN]:
        yield Waiting(row, "Read it", row.published_at)
