"""Around an incident: who depends on it, what is in trouble upstream, what it cost the business,
which bundle ran."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from accounts.models import User
from catalog.kpis.models import Kpi, KpiValue
from catalog.models import System
from catalog.services import change_system, record_change, record_served
from core import clock
from incidents.models import Incident
from incidents.selectors.business import costs_of
from incidents.selectors.reach import reach_of_incident
from incidents.selectors.versions import versions_of
from postmortems.business_sources import drafted_business
from reports.kpi_impacts import impact_lines
from reports.period import read_period
from reports.scope import Scope
from tests.cast import TESTER, api_client, make_system, sign_in
from tests.incidents.cast import make_incident

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def incident(system: System) -> Incident:
    """It lasted for three hours."""
    found = make_incident(systems=[system])
    Incident.objects.filter(pk=found.pk).update(
        onset_at=this_hour() - 3 * HOUR, mitigated_at=this_hour()
    )
    found.refresh_from_db()
    return found


def this_hour():  # type: ignore[no-untyped-def]
    return clock.now().replace(minute=0, second=0, microsecond=0)


def orders(system: System, *, lost: float, **more: str) -> Kpi:
    """A hundred an hour, give or take one; `lost` fewer in the last three hours."""
    kpi = {"slug": "orders", "name": "Orders", "unit": "orders", **more}
    change_system(slug=system.slug, kpis=[kpi], actor=TESTER)
    found = Kpi.objects.get(system=system)
    KpiValue.objects.bulk_create(
        KpiValue(kpi=found, start=this_hour() - HOUR * n,
                 value=100 + n // 168 % 3 - (lost if n <= 3 else 0))
        for n in range(1, 7 * 168)
    )  # fmt: skip
    return found


def test_what_was_lost_is_estimated_with_an_interval_wherever_it_is_told(
    incident: Incident, system: System, owner: User, stranger: User
) -> None:
    orders(system, lost=40)
    cost = costs_of(incident)[0]
    assert cost.estimate is not None
    assert cost.estimate.low <= 121 <= cost.estimate.high
    assert cost.is_worse
    page = sign_in(stranger).get(f"/incidents/{incident.ref}/").text
    assert f"{cost.words}" in page
    told = api_client(stranger).get(f"/api/v1/incidents/{incident.ref}/business-impact/").json()
    assert told[0]["words"] == cost.words
    [line] = drafted_business(incident)
    assert line.text.startswith("Orders: about 12")
    period = read_period("30d", now=clock.now() + HOUR, zone=ZoneInfo("UTC"))
    [impact] = impact_lines(Scope(user=owner, period=period))
    assert (round(impact.amount), impact.incidents) == (round(cost.estimate.amount), 1)
    assert "Orders below usual" in sign_in(owner).get("/reports/cost/").text


def test_what_is_as_usual_costs_nothing_and_is_not_drafted(
    incident: Incident, system: System, owner: User
) -> None:
    orders(system, lost=0)
    assert costs_of(incident)[0].words.startswith("As in other weeks")
    assert drafted_business(incident) == []
    period = read_period("30d", now=clock.now() + HOUR, zone=ZoneInfo("UTC"))
    assert impact_lines(Scope(user=owner, period=period)) == []


def test_less_of_what_should_be_little_is_no_loss(incident: Incident, system: System) -> None:
    orders(system, lost=40, direction="down")
    assert "better than usual" in costs_of(incident)[0].words


def test_a_drill_costs_the_business_nothing(incident: Incident, system: System) -> None:
    orders(system, lost=40)
    incident.drill = True
    assert costs_of(incident) == []


def test_the_blast_radius_and_what_burns_upstream(
    incident: Incident, system: System, teammate: User, stranger: User
) -> None:
    provider, calm = make_system("provider"), make_system("calm")
    change_system(slug=system.slug, depends_on=["provider", "calm"], actor=TESTER)
    make_system("shop", tier=1, depends_on=[system.slug])
    make_system("desk", depends_on=["shop"])
    make_incident("Provider slow", systems=[provider])
    make_incident("Secret", systems=[calm], private=True, by=teammate)
    found = reach_of_incident(stranger, incident)
    assert found is not None
    assert (found.reach.systems, found.reach.critical, found.reach.farthest) == (2, 1, 2)
    assert [(one.system.slug, one.incidents) for one in found.upstream] == [("provider", 1)]
    page = sign_in(stranger).get(f"/incidents/{incident.ref}/").text
    assert "2 systems depend on it, 1 of tier 1, up to 2 steps away" in page
    assert "In trouble upstream" in page


def test_the_bundle_names_its_parts_and_what_answers(
    incident: Incident, system: System, teammate: User
) -> None:
    began = incident.onset_at
    assert began is not None
    parts = [{"kind": "model", "name": "answers"}, {"kind": "model", "name": "judge"}]
    change_system(slug=system.slug, parts=parts, actor=TESTER)
    for days, version, part in ((9, "m1", "answers"), (0, "m2", "answers"), (8, "j1", "judge")):
        record_change(
            system=system, kind="model", version=version, part=part, summary=version,
            occurred_at=began - timedelta(days=days, minutes=9), actor=TESTER,
        )  # fmt: skip
    record_served(system=system, served="other", part="answers", actor=TESTER)
    first, second = versions_of(teammate, incident, [system])
    assert (first.part, first.then, first.now, first.served) == ("answers", "m1", "m2", "other")
    assert first.served_differs
    assert (second.part, second.then, second.differs) == ("judge", "j1", False)
    assert (
        "Not what was asked for"
        in sign_in(teammate).get(f"/incidents/{incident.ref}/suspects/").text
    )
