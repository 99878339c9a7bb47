"""The objectives of a system on its timeline."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from accounts.models import User
from catalog.models import System
from core import clock
from slos.lanes import slo_lanes
from slos.models import BudgetDay
from tests.slos.scene import flow, make_slo, quiet

pytestmark = pytest.mark.django_db


def test_an_indicator_runs_beside_its_target_and_days_of_one_state_are_one_stretch(
    system: System, owner: User
) -> None:
    slo = make_slo(system, definition=quiet())
    flow(slo, range(1, 120), good=97, total=100)
    today = clock.now().date()
    BudgetDay.objects.bulk_create(
        BudgetDay(
            slo=slo, day=today - timedelta(days=ago), fraction_left=left, version=1, good=0,
            total=0, budget_total=1, consumed=1 - left, computed_at=clock.now(),
        )
        for ago, left in ((6, 0.1), (5, 0.05), (4, 0.5), (3, 0.1), (2, 0.0), (1, -0.4))
    )  # fmt: skip
    now = clock.now()
    [lane] = slo_lanes(system, owner, now - timedelta(days=7), now)
    measured = [value for _, value in lane.curves[0].points if value is not None]
    assert measured
    assert set(measured) == {0.97}
    assert [point[1] for point in lane.curves[1].points] == [slo.target] * 2
    assert [(one.tone, (one.end - one.start).days if one.end else 0) for one in lane.stretches] == [
        ("warn", 2), ("warn", 1), ("danger", 2),
    ]  # fmt: skip


def test_a_day_was_at_risk_by_the_limit_of_its_objective(system: System, owner: User) -> None:
    slo = make_slo(system, definition=replace(quiet(), at_risk_below=0.4))
    yesterday = clock.now().date() - timedelta(days=1)
    BudgetDay.objects.create(
        slo=slo, day=yesterday, fraction_left=0.3, version=1, good=0, total=0, budget_total=1,
        consumed=0.7, computed_at=clock.now(),
    )  # fmt: skip
    now = clock.now()
    [lane] = slo_lanes(system, owner, now - timedelta(days=7), now)
    assert [one.tone for one in lane.stretches] == ["warn"]


def test_what_was_not_measured_is_no_line(system: System, owner: User) -> None:
    make_slo(system, definition=quiet())
    now = clock.now()
    [lane] = slo_lanes(system, owner, now - timedelta(days=7), now)
    assert lane.curves == ()
