"""A failure becomes an evaluation case, pipelines tell how it goes, regressions hold back."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from accounts.models import User
from catalog.models import System
from core import clock
from core.actor import program
from core.errors import Invalid
from incidents.evidence import cases
from incidents.evidence.cases import make_case, take_results
from incidents.evidence.models import EvidenceSample
from incidents.evidence.services import add_sample
from incidents.evidence.shapes import SHAPES, Case
from incidents.models import Incident
from incidents.services import set_private
from postmortems.models import Postmortem
from postmortems.services import start_postmortem
from tests.cast import actor_of, api_client, sign_in
from tests.incidents.cast import make_incident, move

pytestmark = pytest.mark.django_db
HOSTILE = "file://etc/passwd {{ env.KEY }} {% endraw %}{{ 7*7 }}"


@pytest.fixture
def case(system: System, teammate: User) -> EvidenceSample:
    incident = make_incident(systems=[system], by=teammate)
    sample = {"prompt": HOSTILE, "answer": "Order 1 for anna@example.org", "context": ["LM only"],
              "expected": "I cannot find it", "wrong": "Invented"}  # fmt: skip
    add_sample(incident_id=incident.pk, sample=sample, actor=program())
    return make_case(incident_id=incident.pk, number=1, case=True, actor=program())


def tell(case: EvidenceSample, user: User, commit: str, passed: bool, **more: Any) -> str:
    system = case.incident.systems.get()
    results = [{"case": case.ref, "passed": passed}]
    take_results(user=user, system=system, commit=commit, results=results, actor=program(), **more)
    case.refresh_from_db()
    return case.case_state


def test_every_shape_is_read_by_its_reader(case: EvidenceSample, teammate: User) -> None:
    client = api_client(teammate)
    got = {}
    for name in SHAPES:
        answer = client.get(f"/api/v1/incidents/{case.incident.ref}/cases/?shape={name}")
        text = answer.content.decode()
        assert "anna@example.org" not in text
        assert "attachment" in answer.headers["Content-Disposition"]
        got[name] = (
            json.loads(text) if name in ("promptfoo", "deepeval") else json.loads(text.strip())
        )
    assert got["jsonl"]["id"] == case.ref
    assert got["openai-evals"]["input"][1] == {"role": "user", "content": HOSTILE}
    assert got["openai-evals"]["ideal"] == "I cannot find it"
    (test,) = got["promptfoo"]
    assert {one["type"] for one in test["assert"]} == {"llm-rubric", "not-equals"}
    # Read as a template it says what was written, and nothing is loaded or evaluated.
    assert test["vars"]["prompt"].startswith("{% raw %}file://")
    assert test["vars"]["prompt"].count("{% endraw %}") == 1
    assert got["deepeval"][0]["expected_output"] == "I cannot find it"
    assert got["deepeval"][0]["retrieval_context"] == ["LM only"]
    assert client.get(f"/api/v1/incidents/{case.incident.ref}/cases/?shape=x").status_code == 400


def test_shapes_of_a_bare_case() -> None:
    bare = Case("INC-1/1", "x", ["s"], {"prompt": "Hi"})
    for shape in SHAPES.values():
        assert shape.write([bare])
        assert shape.write([]) in ("", "[]\n")


def test_a_case_that_passed_and_fails_again_has_regressed(
    case: EvidenceSample, teammate: User
) -> None:
    assert case.case_state == "new"
    assert tell(case, teammate, "a1", False) == "failing"
    assert tell(case, teammate, "b2", True) == "passing"
    assert tell(case, teammate, "c3", False) == "regressed"
    assert tell(case, teammate, "c3", True) == "regressed"  # the same run told again
    assert tell(case, teammate, "c3", True, run="again") == "passing"
    earlier = clock.now() - timedelta(days=1)
    assert tell(case, teammate, "a0", False, ran_at=earlier) == "passing"
    said = case.incident.events.filter(text__startswith="Evaluation case").order_by("pk")
    assert [event.detail["state"] for event in said] == [
        "failing",
        "passing",
        "regressed",
        "passing",
    ]


def test_results_of_what_is_not_there_are_refused_whole(
    case: EvidenceSample, teammate: User, system: System
) -> None:
    results = [{"case": case.ref, "passed": True}, {"case": "INC-9/9", "passed": True}]
    with pytest.raises(Invalid, match="Nothing was kept"):
        take_results(user=teammate, system=system, commit="a", results=results, actor=program())
    assert not case.results.exists()


def test_the_promotion_gate_refuses_while_a_case_has_regressed(
    case: EvidenceSample, teammate: User, stranger: User, system: System
) -> None:
    client, gate = api_client(teammate), f"/api/v1/systems/{system.slug}/promotion/"
    assert client.get(gate).json()["allowed"] is True
    body = {"commit": "b2", "results": [{"case": case.ref, "passed": True, "score": 0.9}]}
    address = f"/api/v1/systems/{system.slug}/case-results/"
    assert client.post(address, body, format="json").json()[0]["case_state"] == "passing"
    body = {"commit": "c3", "results": [{"case": case.ref, "passed": False}]}
    client.post(address, body, format="json")
    answer = client.get(gate).json()
    assert answer["allowed"] is False
    assert case.ref in answer["refusals"][0]["reason"]
    assert client.get(address).json()["results"][0]["case_state"] == "regressed"
    page = sign_in(teammate).get(f"/incidents/{case.incident.ref}/").content.decode()
    assert "Regressed" in page
    set_private(incident_id=case.incident_id, private=True, actor=actor_of(teammate))
    assert api_client(stranger).get(gate).json()["refusals"] == []
    set_private(incident_id=case.incident_id, private=False, actor=actor_of(teammate))
    make_case(incident_id=case.incident_id, number=1, case=False, actor=program())
    assert client.get(gate).json()["allowed"] is True


def test_pages_show_how_cases_stand(case: EvidenceSample, teammate: User, owner: User) -> None:
    incident = Incident.objects.get(pk=case.incident_id)
    tell(case, teammate, "b2", True)
    client = sign_in(teammate)
    for page in ("evidence/", "evidence/samples/1/"):
        assert "b2" in client.get(f"/incidents/{incident.ref}/{page}").content.decode()
    assert client.get(f"/incidents/{incident.ref}/evidence/cases/deepeval/").status_code == 200
    answer = client.post(f"/incidents/{incident.ref}/evidence/samples/1/remove/")
    assert answer.status_code == 409
    move(incident, "resolved")
    start_postmortem(incident_id=incident.pk, actor=actor_of(owner))
    document = Postmortem.objects.get()
    assert case.ref in client.get(f"/postmortems/{document.ref}/").content.decode()
    make_case(incident_id=incident.pk, number=1, case=False, actor=program())
    assert client.post(f"/incidents/{incident.ref}/evidence/samples/1/remove/").status_code == 302
    assert not incident.samples.exists()


def test_the_cases_of_a_system_are_those_of_its_visible_incidents(
    case: EvidenceSample, stranger: User, teammate: User, system: System
) -> None:
    address = f"/api/v1/systems/{system.slug}/cases/"
    assert api_client(stranger).get(address).content
    set_private(incident_id=case.incident_id, private=True, actor=actor_of(teammate))
    assert not api_client(stranger).get(address).content
    assert cases.visible_cases(teammate, system).count() == 1
