"""Suspects as pages and scripts show them: through dependencies, and only what may be seen."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from catalog.models import Change, System
from core import clock
from incidents.models import Incident
from incidents.selectors.causes import causes_of
from incidents.selectors.suspects import suspects_of
from incidents.selectors.versions import versions_of
from tests.cast import api_client, make_system, sign_in
from tests.incidents.cast import make_incident

pytestmark = pytest.mark.django_db


def noted(system: System, hours: float, **more: object) -> Change:
    wanted = {"kind": "prompt", "summary": "Shorter answers", "version": "v32"}
    return Change.objects.create(
        system=system, occurred_at=clock.now() - timedelta(hours=hours), **{**wanted, **more}
    )


@pytest.fixture
def incident(system: System, teammate: User) -> Incident:
    make_system("index", depends_on=[])
    make_system("retrieval", depends_on=["index"])
    system.depends_on.add(System.objects.get(slug="retrieval"))
    make_system("bystander")
    return make_incident(by=teammate, systems=[system])


def test_changes_are_found_through_dependencies_and_nowhere_else(
    incident: Incident, system: System, teammate: User
) -> None:
    here = noted(system, 2)
    below = noted(System.objects.get(slug="index"), 1, kind="index")
    noted(System.objects.get(slug="bystander"), 1)
    noted(system, 24 * 40)
    found = suspects_of(teammate, incident, [system], causes_of(incident))
    assert [(one.change, one.distance) for one in found] == [(here, 0), (below, 2)]
    assert [one.place for one in found] == [1, 2]


def test_a_circle_of_dependencies_ends(incident: Incident, system: System, teammate: User) -> None:
    System.objects.get(slug="index").depends_on.add(system)
    noted(system, 1)
    assert len(suspects_of(teammate, incident, [system], [])) == 1


def test_the_number_of_queries_does_not_grow(
    incident: Incident, system: System, teammate: User
) -> None:
    counts = []
    for _ in range(2):
        for number in range(5):
            noted(system, number + 1)
        with CaptureQueriesContext(connection) as asked:
            suspects_of(teammate, incident, [system], [])
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 6


def test_then_and_now_stand_side_by_side(
    incident: Incident, system: System, teammate: User
) -> None:
    noted(system, 100, version="v30")
    noted(system, 2, version="v32", previous_version="v31")
    noted(system, 200, version="m1", kind="model")
    prompt, model = versions_of(teammate, incident, [system])
    assert (prompt.then, prompt.now, prompt.differs) == ("v30", "v32", True)
    assert (model.then, model.now, model.differs) == ("m1", "m1", False)


def test_the_page_and_the_api_say_why(incident: Incident, system: System, stranger: User) -> None:
    noted(system, 2, summary="<b>Shorter</b> answers", url="javascript:alert(1)")
    page = sign_in(stranger).get(f"/incidents/{incident.ref}/").text
    assert "before the onset." in page
    assert "&lt;b&gt;Shorter" in page
    ranked = sign_in(stranger).get(f"/incidents/{incident.ref}/suspects/").text
    assert "javascript:" not in ranked
    assert "Then and now" in ranked
    told = api_client(stranger).get(f"/api/v1/incidents/{incident.ref}/suspects/").json()
    assert told["results"][0]["rank"] == 1
    assert told["results"][0]["kind"] == "prompt"
    assert told["results"][0]["reasons"]


def test_without_changes_it_says_where_they_come_from(incident: Incident, stranger: User) -> None:
    page = sign_in(stranger).get(f"/incidents/{incident.ref}/suspects/").text
    assert "/api/v1/changes/" in page


def test_a_private_incident_has_no_suspects_for_strangers(
    system: System, teammate: User, stranger: User
) -> None:
    private = make_incident(by=teammate, systems=[system], private=True)
    assert sign_in(stranger).get(f"/incidents/{private.ref}/suspects/").status_code == 404
    asked = api_client(stranger).get(f"/api/v1/incidents/{private.ref}/suspects/")
    assert asked.status_code == 404
