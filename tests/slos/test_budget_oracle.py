"""The budget is what a brute-force count over all measurements says, whatever came when."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.models import System
from slos import counting, services
from slos.definition import Definition, Method
from slos.evaluation import evaluate
from slos.models import Measurement, Slo, SloState
from slos.points import Point
from slos.recording import record_points
from slos.rollups import refresh_stale
from slos.windows import Window, calendar_span, rolling_start
from tests.cast import TESTER
from tests.slos.scene import make_sli, make_slo, now_minute, quiet

Moves = list[tuple[int, int, int, bool]]

moves = st.lists(
    st.tuples(
        st.integers(0, 31 * 24 * 12),  # five-minute slots ago
        st.integers(0, 20),
        st.integers(0, 20),
        st.booleans(),  # roll up and evaluate after it
    ),
    min_size=1,
    max_size=40,
)
WINDOWS = [
    Window(),
    Window(seconds=7 * 86_400),
    Window(seconds=6 * 3600),
    Window("calendar", 30 * 86_400, "month", "Europe/Athens"),
    Window("calendar", 7 * 86_400, "week", "Asia/Kolkata"),
]
METHODS = [
    Method(),
    Method("timeslices", 900, 0.5),
    Method("ratio_timeslices", 600),
]


@pytest.fixture(autouse=True)
def _few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "FEW", counting.FEW)


@pytest.mark.parametrize("few", [0, 1000], ids=["in passing", "one by one"])
@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.name)
@settings(max_examples=25, suppress_health_check=list(HealthCheck))
@given(given_moves=moves, window=st.sampled_from(WINDOWS))
def test_budget_equals_a_count_over_everything(
    db: None, system: System, method: Method, few: int, given_moves: Moves, window: Window
) -> None:
    counting.FEW = few
    slo = _objective(system, quiet(0.9, window=window, method=method))
    truth = _play(slo, given_moves)
    refresh_stale()
    evaluate([slo.pk])
    state = SloState.objects.get(slo=slo)
    good, total = _oracle(slo, truth.values(), method, state.as_of)
    assert (state.good, state.total) == pytest.approx((good, total))
    assert Measurement.objects.filter(track__sli=slo.sli).count() == len(truth)


def _objective(system: System, definition: Definition) -> Slo:
    Slo.objects.filter(slug="oracle").delete()
    number = Slo.objects.count() + len(list(system.slis.all()))
    sli = make_sli(f"oracle-{number}", system=system)
    return make_slo(system, "oracle", sli=sli, definition=definition)


def _play(slo: Slo, given_moves: Moves) -> dict[Any, Point]:
    """Sends late, repeated and replacing measurements; answers the last truth of each."""
    base = now_minute()
    truth = {}
    for slot, good, bad, settle in given_moves:
        end = base - slot * timedelta(minutes=5)
        sent = Point(end - timedelta(minutes=5), end, good, good + bad)
        record_points(sli=slo.sli, points=[sent, sent])
        truth[sent.end] = sent
        if settle:
            refresh_stale()
            evaluate([slo.pk])
    return truth


def _oracle(slo: Slo, points: Any, method: Method, at: datetime) -> tuple[float, float]:
    if slo.window_kind == "rolling":
        start = rolling_start(at, timedelta(seconds=slo.window_seconds))
    else:
        from zoneinfo import ZoneInfo

        start, _ = calendar_span(at, unit=slo.calendar_unit, zone=ZoneInfo(slo.time_zone))
    if not method.sliced:
        inside = [one for one in points if start < one.end <= at]
        return sum(one.good for one in inside), sum(one.total for one in inside)
    slices: dict[int, list[Point]] = {}
    for one in points:
        number = -int(-one.end.timestamp() // method.slice_seconds)
        slices.setdefault(number, []).append(one)
    good = total = 0.0
    for number, members in slices.items():
        over = number * method.slice_seconds
        events = sum(one.total for one in members)
        if not (start.timestamp() < over <= at.timestamp()) or not events:
            continue
        ratio = sum(one.good for one in members) / events
        total += 1
        good += ratio if method.name == "ratio_timeslices" else float(ratio >= method.slice_target)
    return good, total


def test_corrections_take_a_span_out_once(system: System) -> None:
    slo = make_slo(system, definition=quiet(0.9))
    base = now_minute()
    points = [
        Point(base - timedelta(minutes=n + 1), base - timedelta(minutes=n), 5, 10)
        for n in range(180)
    ]
    record_points(sli=slo.sli, points=points)
    for first, last in ((100, 60), (80, 40)):
        services.correct_budget(
            slo=slo, kind="maintenance", reason="Moving the index", actor=TESTER,
            start=base - timedelta(minutes=first), end=base - timedelta(minutes=last),
        )  # fmt: skip
    refresh_stale()
    evaluate()
    state = SloState.objects.get(slo=slo)
    assert state.total == pytest.approx(1800 - 600)
    assert state.excluded == pytest.approx(600)
    assert state.good == pytest.approx(600)
