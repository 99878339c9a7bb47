"""Charts say what they show, keep gaps open and stay within their frame."""

from __future__ import annotations

import math
import re
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.charts import (
    Band,
    Line,
    Scale,
    Tick,
    interval_bar,
    limit_bar,
    line_chart,
    nice_ticks,
)

UNIT = Scale(0, 1, (Tick(0, "0%"), Tick(1, "100%")))
DAYS = Scale(0, 10, (Tick(0, "1 Mar"), Tick(5, "6 Mar"), Tick(10, "11 Mar")))


def drawn(*lines: Line, **more: object) -> str:
    return str(line_chart(lines, x=DAYS, y=UNIT, title="Budget left", **more))  # type: ignore[arg-type]


def test_a_chart_is_an_image_with_a_title_and_well_formed() -> None:
    found = ElementTree.fromstring(drawn(Line("left", [(0, 1.0), (10, 0.4)])))
    assert found.get("role") == "img"
    assert found.findtext("title") == "Budget left"


def test_a_gap_interrupts_the_line_instead_of_falling_to_zero() -> None:
    path = re.findall(
        r'chart-line[^"]*" d="([^"]*)"', drawn(Line("a", [(0, 1), (1, None), (2, 0.5)]))
    )
    assert path[0].count("M") == 2


def test_values_outside_the_scale_are_drawn_at_its_edge() -> None:
    path = re.findall(r'chart-line[^"]*" d="([^"]*)"', drawn(Line("a", [(-5, -3.0), (99, 9.0)])))
    assert path == ["M0 168L1000 0"]


def test_labels_keep_within_the_frame() -> None:
    svg = drawn(Line("a", []))
    assert re.findall(r'%" y="\d+" text-anchor="(\w+)"', svg) == ["start", "middle", "end"]


def test_bands_and_marks_say_what_they_are() -> None:
    svg = drawn(bands=[Band(2, 2, "INC-7 <b>")], marks=[Tick(0.25, "at risk")])
    assert "<title>INC-7 &lt;b&gt;</title>" in svg
    assert "<title>at risk</title>" in svg
    assert 'width="3"' in svg  # short ones can still be seen


def test_a_bar_beyond_its_limit_is_red_and_without_a_value_there_is_none() -> None:
    assert "chart-danger" in limit_bar(15, limit=14, top=20, title="x")
    assert "chart-danger" not in limit_bar(13, limit=14, top=20, title="x")
    assert "chart-bar" not in limit_bar(None, limit=14, top=20, title="x")
    assert "chart-bar" not in limit_bar(math.nan, limit=14, top=20, title="x")


def test_an_interval_is_red_only_when_all_of_it_is_beyond_the_limit() -> None:
    beyond = interval_bar(0.1, low=0.06, high=0.2, limit=0.05, top=0.3, title="x")
    unsure = interval_bar(0.1, low=0.04, high=0.2, limit=0.05, top=0.3, title="x")
    assert "chart-danger" in beyond
    assert "chart-danger" not in unsure


@given(st.floats(-1e9, 1e9), st.floats(1e-6, 1e9), st.integers(2, 9))
def test_ticks_are_few_and_between_the_ends(low: float, width: float, most: int) -> None:
    found = nice_ticks(low, low + width, most=most)
    assert len(found) <= most
    slack = width * 1e-6 + abs(low) * 1e-9
    assert all(low - slack <= tick <= low + width + slack for tick in found)


@pytest.mark.parametrize(("low", "high"), [(1, 1), (2, 1), (0, math.inf), (math.nan, 1)])
def test_no_stretch_has_no_ticks(low: float, high: float) -> None:
    assert nice_ticks(low, high) == []


def test_ticks_are_round_numbers() -> None:
    assert nice_ticks(0, 1) == [0, 0.25, 0.5, 0.75, 1.0]
    assert nice_ticks(-0.4, 1.0) == [0, 0.5, 1.0]
