"""Shift report, fairness and pay of a period. Managers see everybody by name and in the order of
the alphabet; everybody else sees themselves beside the range of the others, without names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median

from accounts.models import User
from notifications.rules import zone_of
from oncall import rotation
from oncall.load.figures import Earned, Load, Rate, load_of, paid_hours, paid_pages
from oncall.load.models import PayRule
from oncall.models import Page
from oncall.shift_length import ScheduleError
from oncall.snapshot import rules_of, with_rules

FEW = 3
"""Of fewer people a range would say who is meant."""


@dataclass(frozen=True, slots=True)
class Row:
    user: User
    load: Load
    hours: float
    schedules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Spread:
    """Least, middle and most of the people on call in the period."""

    least: float
    middle: float
    most: float


@dataclass(frozen=True, slots=True)
class Report:
    mine: Row | None
    rows: list[Row]
    spreads: dict[str, Spread]
    people: int


Spans = dict[int, list[tuple[str, datetime, datetime]]]


def report(user: User, since: datetime, until: datetime) -> Report:
    rows = _rows(since, until)
    mine = next((row for row in rows if row.user.pk == user.pk), None)
    spreads = {}
    if len(rows) >= FEW:
        spreads = {
            "interruptions": _spread([row.load.interruptions for row in rows]),
            "outside": _spread([row.load.outside for row in rows]),
            "woken": _spread([row.load.woken for row in rows]),
            "hours": _spread([row.hours for row in rows]),
        }
    return Report(mine, rows if user.can_manage else [], spreads, len(rows))


def pay_rows(user: User, since: datetime, until: datetime) -> Iterator[list[str]]:
    """One line a person, schedule and rule; of oneself unless one manages."""
    yield [
        "email", "name", "from", "to", "time zone", "rule", "unit", "quantity", "amount",
        "total", "currency",
    ]  # fmt: skip
    rates = rates_now()
    spans, moments, people = _spans(since, until), _moments(since, until), _people()
    for person in people:
        if not user.can_manage and person.pk != user.pk:
            continue
        zone = zone_of(person.time_zone)
        held = [(start, end) for _, start, end in spans.get(person.pk, [])]
        earned: list[Earned] = [
            *paid_hours(held, rates, zone),
            *paid_pages(moments.get(person.pk, []), rates, zone),
        ]
        for one in earned:
            yield [
                person.email, person.name, since.date().isoformat(), until.date().isoformat(),
                person.time_zone, one.rate.name, one.rate.unit, f"{one.quantity.normalize():f}",
                f"{one.rate.amount}", f"{one.total}", one.rate.currency,
            ]  # fmt: skip


def rates_now() -> list[Rate]:
    return [
        Rate(
            name=rule.name,
            unit=rule.unit,
            amount=rule.amount,
            currency=rule.currency,
            weekdays=frozenset(rule.weekdays or range(7)),
            starts=rule.starts,
            ends=rule.ends,
        )
        for rule in PayRule.objects.all()
    ]


def _rows(since: datetime, until: datetime) -> list[Row]:
    spans, moments = _spans(since, until), _moments(since, until)
    return [
        Row(
            user=person,
            load=load_of(moments.get(person.pk, []), zone_of(person.time_zone)),
            hours=sum((end - start).total_seconds() for _, start, end in held) / 3_600,
            schedules=tuple(sorted({name for name, _, _ in held})),
        )
        for person in _people()
        if (held := spans.get(person.pk, [])) or person.pk in moments
    ]


def _people() -> list[User]:
    return list(User.objects.order_by("name", "id"))


def _spans(since: datetime, until: datetime) -> Spans:
    """Who was on call when, by the schedules as they are now."""
    found: Spans = {}
    for schedule in with_rules(since=since, until=until):
        try:
            shifts = rotation.shifts(rules_of(schedule), since, until)
        except ScheduleError:
            continue
        for shift in shifts:
            if shift.user is not None:
                found.setdefault(shift.user.pk, []).append(
                    (schedule.name, max(shift.start, since), min(shift.end, until))
                )
    return found


def _moments(since: datetime, until: datetime) -> dict[int, list[datetime]]:
    """When whom was paged for real: neither in shadow nor for a drill."""
    pages = Page.objects.filter(
        created_at__gte=since, created_at__lt=until, shadow=False, user__isnull=False
    ).exclude(escalation__card__drill=True)
    found: dict[int, list[datetime]] = {}
    for user_id, at in pages.values_list("user_id", "created_at"):
        if user_id is not None:
            found.setdefault(user_id, []).append(at)
    return found


def _spread(values: Sequence[float]) -> Spread:
    return Spread(min(values), median(values), max(values))
