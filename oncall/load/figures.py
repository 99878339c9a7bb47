"""What on-call work costs people, in figures with definitions. Pure.

An *interruption* is a page that was sent to a person; several within ten minutes are one. It is
*outside working hours* when it falls outside Monday to Friday 09:00 to 18:00 in the person's own
zone. An *hour woken* is a clock hour between 22:00 and 07:00 there with at least one page.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

TOGETHER = timedelta(minutes=10)
DAY_STARTS, DAY_ENDS = time(9), time(18)
NIGHT_STARTS, NIGHT_ENDS = time(22), time(7)
CENT = Decimal("0.01")

DEFINITIONS = {
    "pages": "Pages sent to the person.",
    "interruptions": "Pages, where several within ten minutes count as one.",
    "outside": "Interruptions outside Monday to Friday 09:00 to 18:00 in the person's own zone.",
    "woken": "Clock hours between 22:00 and 07:00 there with at least one page.",
    "hours": "Hours on call, by the schedules as they are now.",
}


@dataclass(frozen=True, slots=True)
class Load:
    pages: int = 0
    interruptions: int = 0
    outside: int = 0
    woken: int = 0


def load_of(moments: Iterable[datetime], zone: ZoneInfo) -> Load:
    times = sorted(moment.astimezone(zone) for moment in moments)
    begun = interruptions(times)
    return Load(
        pages=len(times),
        interruptions=len(begun),
        outside=sum(not at_work(moment) for moment in begun),
        woken=len({(one.date(), one.hour) for one in times if at_night(one)}),
    )


def interruptions(times: Sequence[datetime]) -> list[datetime]:
    """The first of each run of pages that come within ten minutes of the one before."""
    begun: list[datetime] = []
    last: datetime | None = None
    for moment in times:
        if last is None or moment - last > TOGETHER:
            begun.append(moment)
        last = moment
    return begun


def at_work(local: datetime) -> bool:
    return local.weekday() < 5 and DAY_STARTS <= local.time() < DAY_ENDS


def at_night(local: datetime) -> bool:
    return local.time() >= NIGHT_STARTS or local.time() < NIGHT_ENDS


@dataclass(frozen=True, slots=True)
class Rate:
    """One pay rule. Without times it holds all day; over midnight it belongs to the day it begins
    on."""

    name: str
    unit: str
    amount: Decimal
    currency: str
    weekdays: frozenset[int]
    starts: time | None = None
    ends: time | None = None

    def fits(self, local: datetime) -> bool:
        if self.starts is None or self.ends is None or self.starts == self.ends:
            return local.weekday() in self.weekdays
        clock = local.time()
        if self.starts < self.ends:
            return self.starts <= clock < self.ends and local.weekday() in self.weekdays
        if clock >= self.starts:
            return local.weekday() in self.weekdays
        return clock < self.ends and (local.weekday() - 1) % 7 in self.weekdays


@dataclass(frozen=True, slots=True)
class Earned:
    """`quantity` of the rule's unit; `total` rounded to the cent, half up."""

    rate: Rate
    quantity: Decimal

    @property
    def total(self) -> Decimal:
        return (self.quantity * self.rate.amount).quantize(CENT, ROUND_HALF_UP)


def paid_hours(
    spans: Iterable[tuple[datetime, datetime]], rates: Sequence[Rate], zone: ZoneInfo
) -> list[Earned]:
    """Each quarter of an hour on call goes to the first hourly rule that fits its beginning."""
    hourly = [rate for rate in rates if rate.unit == "hour"]
    quarters = dict.fromkeys(range(len(hourly)), 0)
    step = timedelta(minutes=15)
    for start, end in spans:
        moment = start
        while moment + step <= end:
            local = moment.astimezone(zone)
            place = next((n for n, rate in enumerate(hourly) if rate.fits(local)), None)
            if place is not None:
                quarters[place] += 1
            moment += step
    return [Earned(hourly[place], Decimal(count) / 4) for place, count in quarters.items() if count]


def paid_pages(moments: Iterable[datetime], rates: Sequence[Rate], zone: ZoneInfo) -> list[Earned]:
    """Each interruption goes to the first rule by page that fits it."""
    by_page = [rate for rate in rates if rate.unit == "page"]
    counts = dict.fromkeys(range(len(by_page)), 0)
    for moment in interruptions(sorted(at.astimezone(zone) for at in moments)):
        place = next((n for n, rate in enumerate(by_page) if rate.fits(moment)), None)
        if place is not None:
            counts[place] += 1
    return [Earned(by_page[place], Decimal(count)) for place, count in counts.items() if count]
