"""What became of the alerts of each rule: counted, listed, exported."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from alerts import services
from alerts.models import AlertTally
from alerts.quality import selectors
from core import clock
from incidents import services as incident_services
from incidents import tallying
from incidents.models import Incident
from tests.alerts.scene import deliver, make_source, work_off
from tests.cast import TESTER, actor_of, api_client, sign_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def counted(owner: User) -> None:
    """One rule that is acted on, one that is a false alarm, one that is silenced."""
    source = make_source()
    services.create_silence(
        match=['alertname="Quiet"'], reason="Known", ends_at=clock.now() + timedelta(hours=1),
        actor=TESTER,
    )  # fmt: skip
    for rule, count in (("Useful", 1), ("=Noisy", 3), ("Quiet", 2)):
        for number in range(count):
            body = {"title": rule, "key": f"{rule}{number}", "labels": {"alertname": rule}}
            deliver(source, {**body, "severity": "warning"})
    work_off()
    useful = Incident.objects.get(title="Useful")
    noisy = Incident.objects.get(title="=Noisy")
    move = incident_services.transition_incident
    move(incident_id=useful.pk, to="acknowledged", actor=actor_of(owner))
    move(incident_id=noisy.pk, to="cancelled", actor=actor_of(owner), note="Nothing was wrong")
    tallying.count_recent()
    tallying.count_recent()


@pytest.mark.usefixtures("counted")
def test_each_rule_says_what_came_of_it(owner: User) -> None:
    found = {row.rule: row for row in selectors.rule_quality(owner)}
    assert list(found) == ["=Noisy", "Quiet", "Useful"]
    assert (found["Useful"].paged, found["Useful"].acted_on) == (1, 1)
    assert (found["=Noisy"].fired, found["=Noisy"].false_alarms) == (3, 3)
    assert (found["Quiet"].silenced, found["Quiet"].paged) == (2, 0)
    never = selectors.rule_quality(owner, sort="never-acted-on")
    assert [row.rule for row in never] == ["=Noisy"]
    assert selectors.totals(owner, days=7)["fired"] == 6


@pytest.mark.usefixtures("counted")
def test_the_page_and_its_table_cost_the_same_however_much_is_counted(owner: User) -> None:
    client = sign_in(owner)
    page = client.get("/alerts/quality/").content.decode()
    assert "More than half are false alarms" in page or "nobody acts on it" in page
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get("/alerts/quality/")
    source = AlertTally.objects.first().source  # type: ignore[union-attr]
    AlertTally.objects.bulk_create(
        AlertTally(day=clock.now().date(), source=source, rule=f"R{number}", fired=number)
        for number in range(300)
    )
    with CaptureQueriesContext(connection) as many:
        assert client.get("/alerts/quality/").status_code == 200
    assert len(many) == len(few) <= 12
    table = client.get("/alerts/quality/?format=csv&days=7").content.decode()
    assert '"\'=Noisy"' in table


@pytest.mark.usefixtures("counted")
def test_the_api_tells_the_same_and_refuses_what_it_does_not_know(owner: User) -> None:
    api = api_client(owner)
    found = api.get("/api/v1/alert-quality/?days=7").json()
    assert found["results"][0]["rule"] == "=Noisy"
    assert "Fired" in found["definitions"]
    assert set(api.get("/api/v1/alert-quality/?days=5&sort=x").json()["errors"]) == {"days", "sort"}


@pytest.mark.usefixtures("counted")
def test_private_incidents_count_nowhere(owner: User) -> None:
    Incident.objects.update(private=True)
    tallying.count_recent()
    assert {row.paged + row.acted_on for row in selectors.rule_quality(owner)} == {0}
