"""BI-N: numbers and times. Read with a note, never an alert whose clock is absurd."""

from __future__ import annotations

from tests.bad_input.corpus import READ, Case, alert, bare, labelled, raw


def _time(name: str, value: object, field: str = "startsAt") -> Case:
    return Case(name, alert(**{field: value}), outcome=READ)


def _number(name: str, text: str) -> Case:
    body = labelled("@@", name="value").replace(b'"@@"', text.encode())
    return Case(name, body, outcome=READ)


CASES = [
    _number("NaN", "NaN"),
    _number("Infinity", "Infinity"),
    _number("1e400", "1e400"),
    _number("-0", "-0"),
    _number("an integer of 5,000 digits", "7" * 5_000),
    _number("2^63", str(2**63)),
    _number("2^64", str(2**64)),
    _number("-2^63-1", str(-(2**63) - 1)),
    _number("a fraction of 400 digits", "0." + "1" * 400),
    Case("true where a number is due", raw("truncatedAlerts", "true"), outcome=READ),
    Case("startsAt is missing", bare(startsAt=None), outcome=READ),
    _time("startsAt in the year 1", "0001-06-01T00:00:00Z"),
    _time("endsAt in the year 1: it still fires", "0001-01-01T00:00:00Z", "endsAt"),
    _time("the year 9999", "9999-12-31T23:59:59Z"),
    _time("the year 10000", "10000-01-01T00:00:00Z"),
    _time("30 February", "2026-02-30T00:00:00Z"),
    _time("24:00:00", "2026-11-21T24:00:00Z"),
    _time("a leap second", "2026-12-31T23:59:60Z"),
    _time("epoch in seconds", 1790000000),
    _time("epoch in milliseconds", 1790000000000),
    _time("epoch in nanoseconds as text", "1790000000000000000"),
    _time("offset +14:00", "2026-11-21T00:00:00+14:00"),
    _time("offset -12:00", "2026-11-21T00:00:00-12:00"),
    _time("offset +99:99", "2026-11-21T00:00:00+99:99"),
    _time("a naive time that is skipped", "2026-03-29T02:30:00"),
    _time("a naive time that comes twice", "2026-10-25T02:30:00"),
    _time("ten years ago", "2016-11-21T00:00:00Z"),
    _time("ten years ahead", "2036-11-21T00:00:00Z"),
    Case("it ends before it starts",
         alert(startsAt="2026-11-21T02:00:00Z", endsAt="2026-11-21T01:00:00Z", status="resolved"),
         outcome=READ),
    _time("a negative duration", "-PT5M"),
]  # fmt: skip
