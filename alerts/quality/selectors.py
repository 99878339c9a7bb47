"""The noisiest rules and those that nobody acts on, from the daily counts: two queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import F, Max, Q, QuerySet, Sum

from accounts.models import User
from alerts.models import AlertTally
from core import clock
from core.csv_text import csv_lines

DAYS = (7, 30, 90)
SHOWN = 100
MOST = 10_000

DEFINITIONS = (
    ("Fired", "Alerts of the rule that began, each episode once. Drills and tests do not count."),
    ("Paged", "Those whose incident asked somebody for attention."),
    ("Acted on", "Those whose incident a person acknowledged, here or at the sender."),
    ("Silenced", "Those that a silence, maintenance, another alert or flapping held back."),
    ("False alarms", "Those whose incident was cancelled."),
)
SORTS = {
    "noisiest": ("-fired", "rule"),
    "never-acted-on": ("-paged", "-fired", "rule"),
    "false-alarms": ("-false_alarms", "-fired", "rule"),
    "silenced": ("-silenced", "-fired", "rule"),
}
COLUMNS = ("rule", "source", "fired", "paged", "acted_on", "silenced", "false_alarms")


@dataclass(frozen=True, slots=True)
class RuleQuality:
    rule: str
    source: str
    source_name: str
    fired: int
    paged: int
    acted_on: int
    silenced: int
    false_alarms: int

    @property
    def acted_share(self) -> float | None:
        """Of the alerts that paged, the share that somebody acted on, 0 to 1."""
        return self.acted_on / self.paged if self.paged else None

    @property
    def verdict(self) -> str:
        """What to do about it, in a few words; "" for nothing."""
        if self.paged and not self.acted_on:
            return "Pages, and nobody acts on it: lower its severity or mend its threshold."
        if self.fired and self.false_alarms * 2 > self.fired:
            return "More than half are false alarms: mend its threshold."
        if self.fired and self.silenced * 2 > self.fired:
            return "Mostly silenced: is it still wanted?"
        return ""


def rule_quality(
    user: User, *, days: int = 30, sort: str = "noisiest", limit: int = SHOWN
) -> list[RuleQuality]:
    """One line a rule and source, in the order asked for."""
    rows = _tallies(user, days).values("rule", "source__slug", "source__name")
    found = rows.annotate(
        fired=Sum("fired"),
        paged=Sum("paged"),
        acted_on=Sum("acted_on"),
        silenced=Sum("silenced"),
        false_alarms=Sum("false_alarms"),
    )
    if sort == "never-acted-on":
        found = found.filter(paged__gt=0, acted_on=0)
    elif sort == "false-alarms":
        found = found.filter(false_alarms__gt=0)
    elif sort == "silenced":
        found = found.filter(silenced__gt=0)
    order = [F(name[1:]).desc() if name[0] == "-" else F(name).asc() for name in SORTS[sort]]
    return [
        RuleQuality(
            rule=row["rule"],
            source=row["source__slug"],
            source_name=row["source__name"],
            fired=row["fired"],
            paged=row["paged"],
            acted_on=row["acted_on"],
            silenced=row["silenced"],
            false_alarms=row["false_alarms"],
        )
        for row in found.order_by(*order)[:limit]
    ]


def totals(user: User, *, days: int) -> dict[str, int]:
    """All rules together, and how many paged without anybody ever acting on them."""
    sums = _tallies(user, days).aggregate(**{name: Sum(name) for name in COLUMNS[2:]})
    return {name: value or 0 for name, value in sums.items()}


def counted_until(user: User) -> date | None:
    """The last day that is counted."""
    last: date | None = _tallies(user, max(DAYS)).aggregate(last=Max("day"))["last"]
    return last


def csv_of(rows: Sequence[RuleQuality]) -> str:
    lines = [[str(getattr(row, name)) for name in COLUMNS] for row in rows]
    return csv_lines([COLUMNS, *lines])


def _tallies(user: User, days: int) -> QuerySet[AlertTally]:
    since = clock.now().date() - timedelta(days=days - 1)
    found = AlertTally.objects.filter(Q(day__gte=since)).order_by()
    return found if user.is_active else found.none()
