"""The three pictures say what they show, and no data is never drawn as a value."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from slos.bands import TimeBand
from slos.comparison import Part, measure_all
from slos.pictures import Chart, burn_bar, burn_down, by_day, failing, pace_bar

NOW = datetime(2026, 3, 20, 12, tzinfo=UTC)
DAY = timedelta(days=1)
SPAN = (NOW - 28 * DAY, NOW + 3 * DAY)


def burned(days: list[tuple[date, float | None]], **more: Any) -> Chart:
    asked = {
        "left": 0.4, "as_of": NOW, "span": SPAN, "seconds_left": 86_400.0, "at_risk_below": 0.25,
    }  # fmt: skip
    return burn_down(days, **{**asked, **more})


def test_the_burn_down_ends_with_what_is_left_now() -> None:
    chart = burned([(date(2026, 3, 18), 0.8), (date(2026, 3, 19), 0.6)])
    assert chart.rows[0] == ("20 Mar 2026 12:00", "40%")
    assert [row[1] for row in chart.rows] == ["40%", "60%", "80%"]
    assert "Error budget left, 20 Feb to 20 Mar: 40% now" in chart.svg


def test_the_pace_is_a_dotted_line_only_where_the_budget_shrinks() -> None:
    assert "Dotted: at the present pace" in burned([]).key
    assert "chart-dashed" in burned([]).svg
    calm = burned([], seconds_left=None)
    assert "Dotted: at the present pace" not in calm.key
    assert "chart-dashed" not in calm.svg


def test_no_data_is_a_gap_and_said() -> None:
    chart = burned([(date(2026, 3, 18), None)], left=None)
    assert [row[1] for row in chart.rows] == ["no data", "no data"]
    assert 'd=""' in chart.svg


def test_an_overspent_budget_goes_below_zero() -> None:
    chart = burned([(date(2026, 3, 18), -0.4)], left=-3.0)
    assert chart.rows[0][1] == "-300%"
    assert ">-100%<" in chart.svg


def test_incidents_are_bands_with_their_names() -> None:
    lasting = [TimeBand(NOW - DAY, None, "INC-1 <Wrong>"), TimeBand(NOW + 9 * DAY, None, "later")]
    chart = burned([], lasting=lasting)
    assert "INC-1 &lt;Wrong&gt;" in chart.svg
    assert "later" not in chart.svg
    assert "Bands: incidents" in chart.key


def test_a_rate_says_from_where_it_pages() -> None:
    bar = burn_bar("fast: 1 h", 20.0, 14.4, pages=True)
    assert (bar.value, bar.limit, bar.tone) == ("20×", "pages from 14.4×", "danger")
    silent = burn_bar("day: 24 h", None, 3.0, pages=False)
    assert (silent.value, silent.limit, silent.tone) == ("No data", "makes a ticket from 3×", "")


def test_the_pace_is_told_against_the_rate_that_lasts() -> None:
    assert pace_bar("24 h", 1.5).tone == "warn"
    assert pace_bar("24 h", 0.5).tone == ""
    assert pace_bar("24 h", None).value == "No data"


def test_what_fails_is_shown_with_its_interval_and_what_counted_nothing_is_not() -> None:
    measured = measure_all([Part("v1", "", 99, 100), Part("v2", "", 50, 100), Part("v3", "", 0, 0)])
    bars = failing(measured, allowed=0.02)
    assert [bar.label for bar in bars] == ["v2", "v1"]
    assert bars[0].note == "clearly above what is allowed"
    assert bars[0].tone == "danger"
    assert (bars[1].value, bars[1].note) == ("1.0%", "")


def test_at_most_four_lines_are_drawn_by_day() -> None:
    found = [
        (Part(f"v{number}", "", 9, 10), [(date(2026, 3, 19), 9.0, 10.0), (date(2026, 3, 20), 0, 0)])
        for number in range(6)
    ]
    chart = by_day(found, allowed=0.02, span=SPAN)
    assert chart.svg.count("chart-line") == 4
    assert chart.rows[:2] == [("19 Mar 2026", "v0", "10.0%"), ("20 Mar 2026", "v0", "no data")]
    assert chart.key[0] == "v0: blue"


@pytest.mark.parametrize(
    ("left", "said"), [(0.123, "12%"), (0.0456, "4.6%"), (0.00123, "0.12%"), (0.0, "0%")]
)
def test_small_shares_keep_a_digit(left: float, said: str) -> None:
    assert burned([], left=left).rows[0][1] == said
