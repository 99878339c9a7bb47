"""What on-call costs, by definition: interruptions, nights, pay. Without a database."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from oncall.load.figures import Load, Rate, load_of, paid_hours, paid_pages

BERLIN = ZoneInfo("Europe/Berlin")
EVERY = frozenset(range(7))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN)


def test_pages_within_ten_minutes_of_each_other_interrupt_once() -> None:
    monday = [at(f"2026-03-02 10:{minute:02}") for minute in (0, 5, 14, 40)]
    assert load_of(monday, BERLIN) == Load(pages=4, interruptions=2, outside=0, woken=0)


def test_the_night_is_that_of_the_person() -> None:
    moment = at("2026-03-03 03:30").astimezone(UTC)
    assert load_of([moment], BERLIN) == Load(1, 1, 1, 1)
    assert load_of([moment], ZoneInfo("Asia/Tokyo")) == Load(1, 1, 0, 0)


@pytest.mark.parametrize(
    ("moment", "outside", "woken"),
    [
        ("2026-03-02 08:59", 1, 0),
        ("2026-03-02 09:00", 0, 0),
        ("2026-03-02 18:00", 1, 0),
        ("2026-03-02 21:59", 1, 0),
        ("2026-03-02 22:00", 1, 1),
        ("2026-03-07 12:00", 1, 0),
    ],
)
def test_the_edges_of_work_and_night(moment: str, outside: int, woken: int) -> None:
    found = load_of([at(moment)], BERLIN)
    assert (found.outside, found.woken) == (outside, woken)


def rate(name: str, amount: str, **more: object) -> Rate:
    given: dict[str, object] = {"unit": "hour", "currency": "EUR", "weekdays": EVERY, **more}
    return Rate(name=name, amount=Decimal(amount), **given)  # type: ignore[arg-type]


def test_each_hour_goes_to_the_first_rule_that_fits() -> None:
    weekend = rate("weekend", "4.00", weekdays=frozenset({5, 6}))
    night = rate("night", "3.50", starts=time(22), ends=time(6))
    day = rate("day", "2.00")
    friday = (at("2026-03-06 20:00"), at("2026-03-07 08:00"))
    earned = {one.rate.name: one for one in paid_hours([friday], [weekend, night, day], BERLIN)}
    assert {name: one.quantity for name, one in earned.items()} == {
        "weekend": Decimal(8),
        "night": Decimal(2),
        "day": Decimal(2),
    }
    assert earned["weekend"].total == Decimal("32.00")


def test_the_night_the_clocks_go_back_is_paid_an_hour_more() -> None:
    night = (at("2026-10-24 22:00").astimezone(UTC), at("2026-10-25 07:00").astimezone(UTC))
    (earned,) = paid_hours([night], [rate("any", "1.00")], BERLIN)
    assert earned.quantity == Decimal(10)


def test_an_interruption_is_paid_once() -> None:
    pages = [at("2026-03-02 03:00") + timedelta(minutes=n) for n in (0, 4, 30)]
    (earned,) = paid_pages(pages, [rate("page", "15.00", unit="page")], BERLIN)
    assert (earned.quantity, earned.total) == (Decimal(2), Decimal("30.00"))


def test_what_no_rule_fits_is_not_paid() -> None:
    noon = (at("2026-03-02 12:00"), at("2026-03-02 13:00"))
    assert paid_hours([noon], [rate("night", "1", starts=time(22), ends=time(6))], BERLIN) == []
