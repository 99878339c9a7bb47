"""A drill from its first symptom to the score, on the way that every alert takes."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.test import Client

from accounts.models import User
from alerts.models import Alert, Receipt
from catalog.models import System
from chatops.cards import incident_card
from core import clock
from core.errors import Conflict, Invalid
from core.search import read_query
from incidents import services as incident_services
from incidents.drills import selectors, services
from incidents.drills.models import Drill, DrillSend
from incidents.drills.scenario import scenarios
from incidents.models import Incident
from incidents.search import search_incidents
from incidents.services.causes import attach_cause
from incidents.slo_bands import incident_bands
from incidents.system_panels import open_incidents_by_system
from notifications.message import subject
from oncall.models import Page
from oncall.page_message import page_message
from reports.period import read_period
from reports.scope import Scope
from tests.cast import actor_of, api_client, sign_in
from tests.flow.test_main_job import work_off
from tests.incidents.cast import make_incident, move

pytestmark = pytest.mark.django_db(transaction=True)
NAME = "hallucination-spike"


def begun(system: System, by: User, name: str = NAME) -> Drill:
    drill = services.start_drill(name=name, system=system, actor=actor_of(by))
    work_off()
    return drill


@pytest.mark.parametrize("name", scenarios())
def test_a_drill_is_met_from_the_first_symptom_to_the_last(
    system: System, teammate: User, name: str
) -> None:
    scenario = scenarios()[name]
    System.objects.filter(pk=system.pk).update(kind=scenario.kinds[0])
    drill = begun(system, teammate, name)
    incident = Incident.objects.get()
    assert incident.drill
    assert [row.slug for row in incident.systems.all()] == [system.slug]
    DrillSend.objects.update(due_at=clock.now())
    services.run_due_sends()
    work_off()
    alerts = Alert.objects.filter(incident_link__incident=incident, drill=True)
    assert alerts.count() == len(scenario.deliveries)
    assert not Alert.objects.filter(drill=False).exists()
    incident.refresh_from_db()
    assert incident.severity == min(alerts.values_list("severity", flat=True))
    assert Page.objects.filter(escalation__subject_key=incident.subject_key).exists()
    move(incident, "acknowledged", by=teammate)
    attach_cause(incident_id=incident.pk, cause=scenario.causes[0], actor=actor_of(teammate))
    move(incident, "mitigated", by=teammate)
    services.end_drill(drill_id=drill.pk, actor=actor_of(teammate))
    work_off()
    incident.refresh_from_db()
    assert incident.status == "resolved"
    right = scenario.mitigations[0]
    services.debrief_drill(drill_id=drill.pk, chosen=[right], actor=actor_of(teammate))
    found = selectors.drill_page(teammate, selectors.drill_for(teammate, drill.pk))
    assert found.incident == incident
    assert {line.name: str(line.mark) for line in found.lines} == {
        "detected": "met", "paged": "met", "acknowledged": "met", "mitigated": "met",
        "class": "met", "mitigation": "met",
    }  # fmt: skip


def test_one_drill_of_a_system_runs_at_a_time(system: System, teammate: User) -> None:
    begun(system, teammate)
    with pytest.raises(Conflict, match="is running"):
        begun(system, teammate, "capacity")
    assert Drill.objects.count() == 1


def test_what_was_not_sent_when_it_ended_is_never_sent(system: System, teammate: User) -> None:
    drill = begun(system, teammate)
    services.end_drill(drill_id=drill.pk, actor=actor_of(teammate))
    DrillSend.objects.update(due_at=clock.now())
    services.run_due_sends()
    assert Receipt.objects.count() == 2
    with pytest.raises(Conflict, match="over already"):
        services.end_drill(drill_id=drill.pk, actor=actor_of(teammate))


def test_a_forgotten_drill_ends_by_itself(system: System, teammate: User) -> None:
    drill = begun(system, teammate)
    Drill.objects.update(due_to_end_at=clock.now() - timedelta(seconds=1))
    services.run_due_sends()
    work_off()
    drill.refresh_from_db()
    assert drill.ended_at is not None
    assert not Alert.objects.filter(status="firing").exists()


def test_a_drill_joins_no_real_incident_and_nothing_real_joins_it(
    system: System, teammate: User
) -> None:
    begun(system, teammate)
    real = Receipt.objects.get()
    Receipt.objects.create(
        source=real.source, format=real.format, body=bytes(real.body).replace(b"-1h", b"-6h"),
        drill=False, state="new",
    )  # fmt: skip
    work_off()
    assert sorted(Incident.objects.values_list("drill", flat=True)) == [False, True]
    drill = Drill.objects.get()
    assert selectors.incident_of(drill) == Incident.objects.get(drill=True)


@pytest.mark.parametrize("name", ["", "no-such", "hallucination-spike; rm", "x" * 500])
def test_an_unknown_scenario_is_refused_naming_the_known_ones(
    system: System, teammate: User, name: str
) -> None:
    with pytest.raises(Invalid, match="feature-drift"):
        services.start_drill(name=name, system=system, actor=actor_of(teammate))


def test_only_mitigations_of_the_scenario_can_be_chosen(system: System, teammate: User) -> None:
    drill = begun(system, teammate)
    with pytest.raises(Invalid, match="Not among the choices"):
        services.debrief_drill(
            drill_id=drill.pk, chosen=["<script>alert(1)</script>"], actor=actor_of(teammate)
        )


def test_the_number_of_a_private_incident_is_for_its_people(
    system: System, teammate: User, stranger: User
) -> None:
    drill = begun(system, teammate)
    incident = Incident.objects.get()
    move(incident, "acknowledged", by=teammate)
    incident_services.set_private(incident_id=incident.pk, private=True, actor=actor_of(teammate))
    mine = api_client(teammate).get(f"/api/v1/drills/{drill.pk}/").json()
    theirs = api_client(stranger).get(f"/api/v1/drills/{drill.pk}/").json()
    assert mine["incident"] == incident.ref
    assert theirs["incident"] is None
    assert incident.ref not in sign_in(stranger).get(f"/incidents/drills/{drill.pk}/").text


def test_a_drill_is_played_in_the_browser(system: System, teammate: User) -> None:
    browser = sign_in(teammate)
    assert "Drills" in browser.get("/incidents/").text
    address = f"/incidents/drills/new/{NAME}/"
    assert "It pages people now" in browser.get(address).text
    begun_at = browser.post(address, {"system": system.slug}, follow=True)
    assert "The first symptom is on its way" in begun_at.text
    again = browser.post(address, {"system": system.slug})
    assert again.status_code == 422
    assert "is running" in again.text
    drill = Drill.objects.get()
    work_off()
    page = browser.get(f"/incidents/drills/{drill.pk}/").text
    assert Incident.objects.get().ref in page
    browser.post(f"/incidents/drills/{drill.pk}/debrief/", {"learned": "Pager was **quiet**"})
    assert "over" in browser.post(f"/incidents/drills/{drill.pk}/end/", follow=True).text
    assert "over already" in browser.post(f"/incidents/drills/{drill.pk}/end/", follow=True).text
    drill.refresh_from_db()
    assert drill.learned == "Pager was **quiet**"


def test_a_viewer_sees_drills_and_starts_none(
    system: System, teammate: User, as_role: Callable[[str], Client]
) -> None:
    drill = begun(system, teammate)
    viewer = as_role("viewer")
    assert viewer.get("/incidents/drills/").status_code == 200
    assert "End the drill" not in viewer.get(f"/incidents/drills/{drill.pk}/").text
    assert viewer.post(f"/incidents/drills/{drill.pk}/end/").status_code == 403
    assert viewer.get(f"/incidents/drills/new/{NAME}/").status_code == 403


def test_a_drill_is_played_by_a_script(system: System, teammate: User, stranger: User) -> None:
    script = api_client(teammate)
    wanted = {"scenario": NAME, "system": system.slug}
    assert api_client(stranger).post("/api/v1/drills/", wanted).status_code == 403
    made = script.post("/api/v1/drills/", wanted)
    assert made.status_code == 201
    assert made.json()["scorecard"][0]["name"] == "detected"
    assert script.post("/api/v1/drills/", wanted).status_code == 409
    assert script.post("/api/v1/drills/", {**wanted, "scenario": "x"}).status_code == 400
    assert script.post("/api/v1/drills/", {**wanted, "system": "x"}).status_code == 400
    address = f"/api/v1/drills/{made.json()['id']}/"
    noted = script.patch(address, {"chosen": [], "learned": "Rollback took long"}, format="json")
    assert noted.json()["learned"] == "Rollback took long"
    assert script.post(f"{address}end/").status_code == 200
    assert script.post(f"{address}end/").status_code == 409
    assert script.get("/api/v1/drills/").json()["results"][0]["ended_at"]


def test_a_drill_is_played_from_the_server(system: System) -> None:
    out = StringIO()
    call_command("drill", NAME, stdout=out)
    work_off()
    call_command("drill", NAME, "--end", "--wait", "1", stdout=out)
    assert system.name in out.getvalue()
    assert "met      Incident opened" in out.getvalue()


def test_other_incidents_are_no_drills(system: System, teammate: User) -> None:
    make_incident(by=teammate)
    assert selectors.incident_of(begun(system, teammate)) != Incident.objects.get(drill=False)


def test_a_drill_is_marked_wherever_it_is_and_counted_nowhere(
    system: System, teammate: User
) -> None:
    drill = begun(system, teammate)
    incident = Incident.objects.get()
    attach_cause(incident_id=incident.pk, cause="drift.covariate", actor=actor_of(teammate))
    browser = sign_in(teammate)
    for address in (
        "/", "/incidents/", f"/incidents/{incident.ref}/", f"/systems/{system.slug}/",
        "/taxonomy/drift.covariate/", "/alerts/", "/search/?q=grounded",

    ):  # fmt: skip
        text = browser.get(address).text
        assert incident.title in text, address
        assert re.search(r">Drill<|[> ]Drill ", text), address
    assert {hit.detail for hit in search_incidents(teammate, read_query(incident.ref), 5)} == {
        "Drill"
    }
    assert incident_card(incident).headline.startswith("[drill] ")
    card = Page.objects.get().escalation.card
    assert subject(page_message(card, because="", step_label="")).startswith("[drill] ")
    now = clock.now()
    scope = Scope(user=teammate, period=read_period("90d", now=now, zone=UTC), team=None, by="")
    hour = timedelta(hours=1)
    assert list(incident_bands(teammate, system, now - hour, now + hour)) == []
    assert open_incidents_by_system([system], teammate) == {}
    assert [scope.any_time().count(), scope.paged_about().count()] == [0, 0]
    assert [row.ref for row in scope.left_out()] == [incident.ref]
    assert drill.ended_at is None
