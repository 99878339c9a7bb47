"""Yesterday stays explainable: by the definition that held then, corrected by late truth."""

from __future__ import annotations

from datetime import timedelta

import pytest

from catalog.models import System
from core import clock
from slos import keeping, services
from slos.history import compute_history
from slos.models import BudgetDay, Measurement, Slo, SloDefinition
from slos.recording import record_points
from slos.rollups import refresh_stale
from tests.cast import TESTER
from tests.slos.scene import DAY, HOUR, flow, make_slo, measure, point, quiet


def settle() -> None:
    refresh_stale()
    while compute_history():
        pass


def with_week(system: System) -> Slo:
    slo = make_slo(system, definition=quiet(0.9))
    measure(slo, *(point(n * DAY, 90, 100, span=HOUR) for n in range(1, 8)))
    settle()
    return slo


def test_each_past_day_has_its_budget(system: System) -> None:
    slo = with_week(system)
    days = BudgetDay.objects.filter(slo=slo).order_by("day")
    assert [day.total for day in days] == [100 * n for n in range(1, 8)][: len(days)]
    assert len(days) in (6, 7)  # the eve of today, whatever the hour
    assert days[0].consumed == pytest.approx(10)
    assert days[0].fraction_left == pytest.approx(0)


def test_a_new_target_does_not_rewrite_yesterday(system: System) -> None:
    slo = with_week(system)
    before = list(BudgetDay.objects.order_by("day").values("day", "fraction_left", "version"))
    services.save_slo(
        slug=slo.slug, name=slo.name, system=system, sli=slo.sli, definition=quiet(0.5),
        actor=TESTER,
    )  # fmt: skip
    Slo.objects.update(history_from=before[0]["day"])
    settle()
    after = list(BudgetDay.objects.order_by("day").values("day", "fraction_left", "version"))
    assert after == before


def test_the_version_that_held_at_the_days_end_counts(system: System) -> None:
    slo = with_week(system)
    services.save_slo(
        slug=slo.slug, name=slo.name, system=system, sli=slo.sli, definition=quiet(0.5),
        actor=TESTER,
    )  # fmt: skip
    changed = clock.now() - 3 * DAY
    SloDefinition.objects.filter(version=1).update(valid_until=changed)
    SloDefinition.objects.filter(version=2).update(valid_from=changed)
    Slo.objects.update(history_from=(clock.now() - 7 * DAY).date())
    settle()
    versions = {row.day: row.version for row in BudgetDay.objects.all()}
    assert versions[(changed - DAY).date()] == 1
    assert versions[changed.date()] == 2


def test_late_truth_and_corrections_change_the_days_they_touch(system: System) -> None:
    slo = with_week(system)
    measure(slo, point(4 * DAY, 0, 100, span=HOUR))
    settle()
    days = {row.day: row.consumed for row in BudgetDay.objects.all()}
    late = (clock.now() - 4 * DAY).date()
    if late in days and late + DAY in days:
        assert days[late + DAY] - days[late - DAY] == pytest.approx(110)
    services.correct_budget(
        slo=slo, kind="disputed", reason="The judge was broken", actor=TESTER,
        start=clock.now() - 4 * DAY - 3 * HOUR, end=clock.now() - 4 * DAY + 3 * HOUR,
    )  # fmt: skip
    settle()
    assert BudgetDay.objects.latest("day").excluded == pytest.approx(100)


def test_what_is_older_than_kept_is_refused_and_forgotten(system: System) -> None:
    slo = make_slo(system)
    old = point(keeping.KEPT + HOUR, 1, 1)
    assert [error.field for error in record_points(sli=slo.sli, points=[old]).refused] == ["end"]
    flow(slo, [5], good=1, total=1)
    Measurement.objects.update(ended=old.end - 2 * DAY, started=old.start - 2 * DAY)
    assert keeping.forget_old_measurements() == 1
    assert not Measurement.objects.exists()
    assert timedelta(days=366) < keeping.KEPT
