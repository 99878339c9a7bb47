"""Periods: read from words in the reader's zone, whole days, cut into pieces that cover them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Invalid
from reports.period import last_quarter, read_period

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


def days(words: str) -> tuple[str, str]:
    """First day and the day after the last, in Berlin."""
    period = read_period(words, now=NOW, zone=BERLIN)
    return tuple(str(at.astimezone(BERLIN).date()) for at in (period.start, period.end))  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("words", "first", "after"),
    [
        ("1d", "2026-11-20", "2026-11-21"),
        ("30d", "2026-10-22", "2026-11-21"),
        ("2026-Q3", "2026-07-01", "2026-10-01"),
        ("2026-02", "2026-02-01", "2026-03-01"),
        ("2025-12", "2025-12-01", "2026-01-01"),
        ("2025", "2025-01-01", "2026-01-01"),
        ("2026", "2026-01-01", "2026-11-21"),
        ("2026-01-05..2026-01-05", "2026-01-05", "2026-01-06"),
        ("all", "2000-01-01", "2026-11-21"),
        ("", "2026-08-23", "2026-11-21"),
    ],
)
def test_words_are_whole_days_of_the_reader(words: str, first: str, after: str) -> None:
    assert days(words) == (first, after)


def test_a_day_begins_at_the_readers_midnight() -> None:
    period = read_period("2026-07-01..2026-07-01", now=NOW, zone=BERLIN)
    assert period.start == datetime(2026, 6, 30, 22, tzinfo=UTC)
    assert period.end - period.start == timedelta(days=1)


@pytest.mark.parametrize(
    "words",
    ["soon", "0d", "-1d", "2026-Q5", "2026-13", "2027", "2026-02-30..2026-03-01", "1999",
     "2026-03-01..2026-02-01", "9999-12-31..9999-12-31", "0000", "٣d", "2000-01-01..2026-01-01"],
)  # fmt: skip
def test_what_is_no_period_is_refused_by_name(words: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_period(words, now=NOW, zone=BERLIN)
    assert "period" in refused.value.errors


@given(st.integers(1, 3_600))
def test_the_pieces_begin_before_the_period_and_cover_it(length: int) -> None:
    period = read_period(f"{length}d", now=NOW, zone=BERLIN)
    pieces = period.buckets()
    assert pieces == sorted(set(pieces))
    assert pieces[0] <= period.start < pieces[1] if len(pieces) > 1 else True
    assert pieces[-1] < period.end
    assert len(pieces) <= 17


@given(st.text(max_size=40))
def test_no_text_breaks_the_reader(words: str) -> None:
    try:
        period = read_period(words, now=NOW, zone=BERLIN)
    except Invalid:
        return
    assert period.start < period.end


def test_the_last_quarter_is_one_that_has_ended() -> None:
    assert last_quarter(NOW.date()) == "2026-Q3"
    assert last_quarter(datetime(2026, 1, 1, tzinfo=UTC).date()) == "2025-Q4"
