"""A drill from its first symptom to the score, on the way that every alert takes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.test import Client

from accounts.models import User
from alerts.models import Alert, Receipt
from catalog.models import System
from core import clock
from core.errors import Conflict, Invalid
from incidents import services as incident_services
from incidents.drills import selectors, services
from incidents.drills.models import Drill, DrillSend
from incidents.drills.scenario import scenarios
from incidents.models import Incident
from incidents.services.causes import attach_cause
from tests.cast import actor_of, api_client, sign_in
from tests.flow.test_main_job import work_off
from tests.incidents.cast import make_incident, move

pytestmark = pytest.mark.django_db(transaction=True)
NAME = "hallucination-spike"


def begun(system: System, by: User, name: str = NAME) -> Drill:
    drill = services.start_drill(name=name, system=system, actor=actor_of(by))
    work_off()
    return drill


def test_a_drill_is_met_from_the_first_symptom_to_the_last(system: System, teammate: User) -> None:
    drill = begun(system, teammate)
    incident = Incident.objects.get()
    assert incident.drill
    assert [row.slug for row in incident.systems.all()] == [system.slug]
    DrillSend.objects.update(due_at=clock.now())
    services.run_due_sends()
    work_off()
    assert Alert.objects.filter(incident_link__incident=incident, drill=True).count() == 2
    incident.refresh_from_db()
    assert incident.severity == "sev1"
    move(incident, "acknowledged", by=teammate)
    attach_cause(
        incident_id=incident.pk, cause="generation.ungrounded-claim", actor=actor_of(teammate)
    )
    move(incident, "mitigated", by=teammate)
    services.end_drill(drill_id=drill.pk, actor=actor_of(teammate))
    work_off()
    incident.refresh_from_db()
    assert incident.status == "resolved"
    right = scenarios()[NAME].mitigations[0]
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
