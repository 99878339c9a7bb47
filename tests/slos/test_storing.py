"""Measurements and roll-ups under concurrency, hostile overlaps, deletion; who sees what."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection

from accounts.models import User
from accounts.services import save_user
from alerts.models import Alert
from catalog.models import System
from catalog.services import retire_system
from core import search
from core.obligations import sources
from core.search import read_query
from slos import services
from slos.models import HourCount, Measurement, RuleState, Sli, Slo, StaleHour
from slos.points import Point
from slos.recording import record_points
from slos.rollups import refresh_stale
from tests.alerts.scene import work_off
from tests.cast import TESTER, api_client, sign_in
from tests.slos.scene import DAY, HOUR, MINUTE, flow, judged, make_slo, measure, now_minute, point


@pytest.mark.django_db(transaction=True)
def test_a_write_under_way_while_its_hour_is_rolled_up_is_counted_later(system: System) -> None:
    slo = make_slo(system)
    measure(slo, point(3 * HOUR, 1, 1))
    refresh_stale()
    other = connection.copy()
    try:
        other.set_autocommit(False)
        with other.cursor() as cursor:
            cursor.execute(
                "UPDATE slos_measurement SET good = 7, total = 7; "
                "INSERT INTO slos_stalehour (sli_id, at, marked_at) "
                "SELECT %s, at, now() FROM slos_hourcount "
                "ON CONFLICT (sli_id, at) DO UPDATE SET marked_at = now()",
                [slo.sli_id],
            )
            assert refresh_stale() == 0  # neither waits nor takes the mark
        other.commit()
    finally:
        other.close()
    assert refresh_stale() == 1
    assert HourCount.objects.get().total == 7


@pytest.mark.django_db(transaction=True)
def test_what_stops_existing_stops_firing(system: System) -> None:
    for slug in ("dropped", "off", "retired"):
        flow(make_slo(system, slug), range(60), good=0, total=100)
    judged(Slo.objects.get(slug="off"))
    work_off()
    assert Alert.objects.filter(status="firing").count() >= 6
    services.delete_slo(slo=Slo.objects.get(slug="dropped"), actor=TESTER)
    services.switch_slo(slo=Slo.objects.get(slug="off"), enabled=False, actor=TESTER)
    retire_system(slug=system.slug, actor=TESTER)
    judged(Slo.objects.get(slug="retired"))
    work_off()
    assert not Alert.objects.filter(status="firing").exists()
    assert not RuleState.objects.filter(firing=True).exists()


def test_overlaps_with_what_is_stored_are_refused_wherever_they_begin(system: System) -> None:
    slo = make_slo(system)
    end = now_minute() - HOUR
    stored = [Point(end - (n + 1) * HOUR, end - n * HOUR, 1, 2) for n in (0, 2)]
    record_points(sli=slo.sli, points=stored)
    half = HOUR / 2
    wrong = [
        Point(end - HOUR - half, end - half, 1, 2),
        Point(end - half, end + half, 1, 2),
        Point(end - 4 * HOUR, end, 1, 2),
        Point(end - half, end - half + MINUTE, 1, 2),
    ]
    for one in wrong:
        recorded = record_points(sli=slo.sli, points=[(5, one)])
        assert [(error.index, error.field) for error in recorded.refused] == [(5, "start")]
    between = Point(end - 2 * HOUR, end - HOUR, 1, 2)
    assert record_points(sli=slo.sli, points=[between]).created == 1
    assert Measurement.objects.count() == 3


def test_points_in_any_order_are_stored_once(system: System) -> None:
    slo = make_slo(system)
    points = [point(n * MINUTE, 1, 2) for n in range(50)]
    assert record_points(sli=slo.sli, points=points).created == 50
    again = record_points(sli=slo.sli, points=points[::-1])
    assert (again.created, again.unchanged) == (0, 50)


def test_an_indicator_goes_with_everything_that_was_measured(system: System) -> None:
    slo = make_slo(system)
    measure(slo, point(3 * HOUR, 1, 1), point(MINUTE, 1, 1))
    judged(slo)
    services.delete_slo(slo=slo, actor=TESTER)
    services.delete_sli(sli=slo.sli, actor=TESTER)
    for model in (Sli, Measurement, HourCount, StaleHour):
        assert not model.objects.exists()


def test_a_new_evaluator_takes_over_from_now_on(system: System) -> None:
    slo = make_slo(system)
    for name in ("judge@1", "judge@2"):
        services.save_sli(
            slug=slo.sli.slug, name="G", system=system, actor=TESTER, evaluators=[{"name": name}]
        )
    slo.sli.evaluators.filter(name="judge@1").update(until=now_minute() - DAY)
    late = [point(2 * DAY, 1, 1, evaluator="judge@1"), point(HOUR, 1, 1, evaluator="judge@1")]
    recorded = record_points(sli=slo.sli, points=late)
    assert recorded.created == 1
    assert "replaced" in recorded.refused[0].message


def test_a_judge_that_errs_is_corrected_for(system: System) -> None:
    slo = make_slo(system)
    services.save_sli(
        slug=slo.sli.slug, name="G", system=system, actor=TESTER, kind="evaluated",
        evaluators=[{"name": "judge", "true_positive_rate": 0.9, "false_positive_rate": 0.02,
                     "bad_items": 500, "good_items": 500}],
    )  # fmt: skip
    measure(slo, point(HOUR, 970, 1000))
    state = judged(slo)
    assert state.consumed == pytest.approx((0.03 - 0.02) / 0.88 * 1000)
    assert state.good == 970


def test_nobody_without_an_account_sees_an_objective(system: System, stranger: User) -> None:
    slo = make_slo(system)
    client, script = sign_in(stranger), api_client(stranger)
    provider = search.providers.get("slos")
    assert provider is not None
    assert client.get(f"/slos/{slo.slug}/").status_code == 200
    assert provider.search(stranger, read_query("grounded"), 5)
    save_user(
        email=stranger.email, name="S", role="viewer", time_zone="UTC", is_active=False,
        actor=TESTER,
    )  # fmt: skip
    stranger.refresh_from_db()
    assert client.get(f"/slos/{slo.slug}/").status_code != 200
    assert script.get(f"/api/v1/slos/{slo.slug}/").status_code in (401, 403)
    assert not provider.search(stranger, read_query("grounded"), 5)
    assert not Slo.objects.visible_to(stranger).exists()


def test_an_objective_that_is_not_evaluated_is_overdue(system: System) -> None:
    slo = make_slo(system)
    sql = sources.get("slo")
    assert sql is not None
    with connection.cursor() as cursor:
        cursor.execute(sql)
        assert cursor.fetchall() == []
        Slo.objects.update(created_at=slo.created_at - timedelta(minutes=6))
        cursor.execute(sql)
        assert [row[1] for row in cursor.fetchall()] == ["grounded"]


@pytest.mark.django_db(transaction=True)
def test_a_death_while_rolling_up_loses_no_mark(
    system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    slo = make_slo(system)
    measure(slo, point(3 * HOUR, 3, 4))

    def die(name: str) -> None:
        raise SystemExit(9)

    with monkeypatch.context() as patched:
        patched.setattr("slos.rollups.crash_point", die)
        with pytest.raises(SystemExit):
            refresh_stale()
    assert StaleHour.objects.count() == 1
    assert refresh_stale() == 1
    assert HourCount.objects.get().total == 4
