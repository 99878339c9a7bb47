"""Burning objectives reach people through the ordinary alert path, each as one incident."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection

from accounts.models import User
from aire_web.config.export import export_yaml
from alerts.models import Alert, Receipt, Route
from catalog.models import System
from core import crashpoints
from incidents.models import Incident
from slos import services
from slos.alerting import own_source
from slos.definition import Definition, NoData
from slos.evaluation import LOCK, evaluate
from slos.models import RuleState, Slo
from tests.alerts.scene import make_source, work_off
from tests.cast import TESTER, sign_in
from tests.slos.scene import DAY, HOUR, flow, judged, make_slo, measure, point

# Receipts and events are due by the database's clock: each step needs a transaction of its own.
pytestmark = pytest.mark.django_db(transaction=True)


def burning(system: System, slug: str = "grounded") -> Slo:
    """Half of all answers are bad since an hour ago."""
    slo = make_slo(system, slug)
    flow(slo, range(60, 24 * 60, 10), good=100, total=100)
    flow(slo, range(60), good=50, total=100)
    return slo


def test_all_tiers_of_a_burning_objective_are_one_incident(system: System) -> None:
    slo = burning(system)
    judged(slo)
    work_off()
    alerts = Alert.objects.filter(source=own_source())
    assert {alert.labels["tier"] for alert in alerts} >= {"fast", "slow"}
    assert {alert.labels["slo"] for alert in alerts} == {"grounded"}
    incident = Incident.objects.get()
    assert incident.severity == "sev2"
    assert list(incident.systems.all()) == [system]
    assert incident.alert_links.count() == alerts.count()


def test_its_alerts_carry_the_failure_that_it_stands_for(system: System) -> None:
    slo = burning(system)
    Slo.objects.update(failure_class="generation.ungrounded-claim")
    judged(slo)
    work_off()
    for alert in Alert.objects.filter(source=own_source()):
        assert alert.labels["failure_class"] == "generation.ungrounded-claim"


def test_two_objectives_are_two_incidents(system: System) -> None:
    judged(burning(system))
    judged(burning(system, "relevant"))
    work_off()
    assert Incident.objects.count() == 2


def test_evaluating_again_sends_nothing_more(system: System) -> None:
    slo = burning(system)
    judged(slo)
    sent = Receipt.objects.count()
    judged(slo)
    judged(slo)
    assert Receipt.objects.count() == sent == 1


def test_it_resolves_when_the_long_window_is_calm_again(system: System) -> None:
    slo = burning(system)
    judged(slo)
    work_off()
    flow(slo, range(60), good=100, total=100)  # late truth: nothing was bad
    judged(slo)
    work_off()
    assert not RuleState.objects.filter(firing=True).exists()
    assert set(Alert.objects.values_list("status", flat=True)) == {"resolved"}
    assert Incident.objects.get().status == "resolved"


def test_a_rule_that_was_taken_away_resolves(system: System) -> None:
    slo = burning(system)
    judged(slo)
    services.save_slo(
        slug=slo.slug, name=slo.name, system=system, sli=slo.sli, actor=TESTER,
        definition=Definition(target=0.98),
    )  # fmt: skip
    judged(slo)
    assert not RuleState.objects.filter(firing=True).exists()


def test_silence_is_no_data_and_told_once(system: System) -> None:
    slo = make_slo(system, definition=Definition(target=0.98, no_data=NoData(600)))
    measure(slo, point(HOUR, 10, 10))
    Slo.objects.update(created_at=slo.created_at - DAY)
    state = judged(slo)
    judged(slo)
    work_off()
    assert state.state == "no_data"
    assert Alert.objects.get().title == "Grounded: no data"
    measure(slo, point(timedelta(0), 10, 10))
    assert judged(slo).state == "ok"
    work_off()
    assert Alert.objects.get().status == "resolved"


def test_a_new_objective_has_time_before_it_is_missed(system: System) -> None:
    assert judged(make_slo(system)).state == "no_data"
    assert not Receipt.objects.exists()


def test_a_route_may_keep_objectives_from_opening_incidents(system: System) -> None:
    Route.objects.create(slug="r", name="R", match=['aire_source="slo"'], open_incident="never")
    judged(burning(system))
    work_off()
    assert Alert.objects.filter(source=own_source()).exists()
    assert not Incident.objects.exists()


def test_a_small_sample_of_judged_answers_pages_nobody(system: System) -> None:
    slo = make_slo(system)
    type(slo.sli).objects.update(kind="evaluated", sample_rate=0.01)
    flow(slo, range(0, 40, 20), good=0, total=1)
    judged(slo)
    assert not RuleState.objects.filter(firing=True).exists()


@pytest.mark.parametrize("place", ["slos:before_write", "slos:evaluated"])
def test_a_death_at_any_point_leaves_one_alert(
    system: System, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    slo = burning(system)

    def die(name: str) -> None:
        if name == place:
            raise SystemExit(9)

    monkeypatch.setattr("slos.evaluation.crash_point", die)
    with pytest.raises(SystemExit):
        judged(slo)
    monkeypatch.setattr("slos.evaluation.crash_point", crashpoints.crash_point)
    judged(slo)
    work_off()
    assert Alert.objects.filter(dedup_key="grounded/fast").count() == 1
    assert Alert.objects.get(dedup_key="grounded/fast").count == 1


def test_an_evaluation_under_way_elsewhere_is_left_alone(system: System) -> None:
    slo = burning(system)
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
            assert evaluate([slo.pk]) == 0
            # A closed connection lets go a moment later; this does it now.
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
    finally:
        other.close()
    assert evaluate([slo.pk]) == 1


def test_the_source_is_neither_offered_nor_exported_and_keeps_clear_of_others(
    system: System, owner: User
) -> None:
    make_source("slo")
    judged(burning(system))
    work_off()
    assert own_source().slug == "aire-slo"
    assert own_source().alerts.exists()
    assert "aire-slo" not in export_yaml(only="Source")
    assert 'value="slo"' not in sign_in(owner).get("/alerts/sources/new/").content.decode()
    shown = sign_in(owner).get("/alerts/sources/aire-slo/").content.decode()
    assert "AIRE&#x27;s SLOs" in shown
