"""A readiness review as people and scripts make it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from accounts.models import User
from catalog.models import Change, System
from catalog.readiness import selectors, services
from catalog.readiness.checks import checks_for
from catalog.readiness.models import ReadinessReview
from core import clock
from core.errors import Conflict, Invalid
from tests.cast import actor_of, api_client, make_user, sign_in

pytestmark = pytest.mark.django_db


def said(system: System, by: User, check: str = "kill-switch", **more: object) -> None:
    wanted = {"answer": "yes", "evidence": "Tried on Monday", "actor": actor_of(by)}
    services.answer_check(system=system, check=check, **{**wanted, **more})  # type: ignore[arg-type]


def test_a_review_goes_from_the_first_answer_to_passed(system: System, teammate: User) -> None:
    for check in checks_for(system.kind):
        said(system, teammate, check.slug)
    review = services.close_review(system=system, note="Go", actor=actor_of(teammate))
    assert (review.passed, review.ml_test_score, review.share) == (True, 7.0, 1.0)
    page = selectors.readiness_page(teammate, system)
    assert page.due == ""
    assert page.last == review


def test_a_review_with_blocking_checks_open_has_not_passed(system: System, teammate: User) -> None:
    with pytest.raises(Conflict, match="Nothing is answered"):
        services.close_review(system=system, actor=actor_of(teammate))
    said(system, teammate)
    review = services.close_review(system=system, actor=actor_of(teammate))
    assert not review.passed
    assert "kill-switch" not in review.blocking
    assert "fallback" in review.blocking


def test_a_material_change_makes_it_due_again(system: System, teammate: User) -> None:
    said(system, teammate)
    services.close_review(system=system, actor=actor_of(teammate))
    Change.objects.create(system=system, kind="code", summary="x", occurred_at=clock.now())
    assert selectors.readiness_badge(teammate, system).due == ""
    Change.objects.create(
        system=system, kind="model", version="m2", summary="x", occurred_at=clock.now()
    )
    assert selectors.readiness_badge(teammate, system).due == (
        "Model changed to m2 since the last review."
    )


def test_closed_reviews_are_kept_as_they_were(system: System, teammate: User) -> None:
    said(system, teammate)
    services.close_review(system=system, actor=actor_of(teammate))
    said(system, teammate, answer="no", evidence="")
    services.close_review(system=system, actor=actor_of(teammate))
    newer, older = ReadinessReview.objects.filter(system=system)
    assert "kill-switch" in newer.blocking
    assert "kill-switch" not in older.blocking


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"check": "no-such"}, "check"),
        ({"check": "tool-inventory"}, "check"),
        ({"answer": "maybe"}, "answer"),
        ({"evidence": ""}, "evidence"),
        ({"evidence": "x" * 10_001}, "evidence"),
        ({"evidence_url": "javascript:alert(1)"}, "evidence_url"),
        ({"owner": "nobody@example.org"}, "owner"),
        ({"waiver": "Later"}, "waived_until"),
        ({"waived_until": "soon"}, "waiver"),
        ({"waived_until": "yesterday", "waiver": "x"}, "waived_until"),
        ({"waived_until": "far", "waiver": "x"}, "waived_until"),
        ({"check": "runbooks", "waived_until": "soon", "waiver": "x"}, "waived_until"),
    ],
)
def test_what_is_wrong_is_said_by_field(
    system: System, teammate: User, wrong: dict[str, str], field: str
) -> None:
    days = {"soon": 7, "yesterday": -1, "far": 400}
    given: dict[str, object] = dict(wrong)
    if day := wrong.get("waived_until"):
        given["waived_until"] = clock.now().date() + timedelta(days=days[day])
    with pytest.raises(Invalid) as refused:
        said(system, teammate, **given)
    assert field in refused.value.errors
    assert not system.readiness.exists()


def test_the_pages_lead_from_the_system_to_a_closed_review(system: System, owner: User) -> None:
    browser = sign_in(owner)
    assert "No review was closed yet" in browser.get(f"/systems/{system.slug}/").text
    address = f"/systems/{system.slug}/readiness/"
    assert "Switching it off was tried" in browser.get(address).text
    empty = browser.post(f"{address}kill-switch/", {"answer": "yes"})
    assert empty.status_code == 422
    answer = {"answer": "yes", "evidence": "<script>alert(1)</script>", "owner": owner.email}
    assert browser.post(f"{address}kill-switch/", answer).status_code == 302
    assert "<script>alert" not in browser.get(address).text
    closed = browser.post(f"{address}close/", {"note": "Not yet"}, follow=True).text
    assert "It has not passed" in closed
    assert "→" not in closed
    browser.post(f"{address}fallback/", answer)
    again = browser.post(f"{address}close/", {"note": "Better"}, follow=True).text
    low, high = (int(found) for found in re.findall(r"AIRE's list: (\d+) % → (\d+) %", again)[0])
    assert low < high
    assert "Review due" not in browser.get(f"/systems/{system.slug}/").text
    assert browser.get(f"{address}no-such/").status_code == 404
    assert browser.get("/systems/no-such/readiness/").status_code == 404


def test_who_may_only_look_changes_nothing(system: System, teammate: User, stranger: User) -> None:
    address = f"/systems/{system.slug}/readiness/"
    assert sign_in(stranger).get(address).status_code == 200
    assert sign_in(stranger).get(f"{address}kill-switch/").status_code == 403
    assert sign_in(teammate).post(f"{address}close/").status_code == 403


def test_a_script_reads_answers_and_closes(system: System, owner: User, stranger: User) -> None:
    address = f"/api/v1/systems/{system.slug}/readiness/"
    told = api_client(stranger).get(address).json()
    assert told["ml_test_score"] == 0.0
    assert told["due"] == "No review was closed yet."
    script = api_client(owner)
    given = {"answer": "partly", "evidence": "Manual, see the runbook", "owner": owner.email}
    answered = script.put(f"{address}infra-rollback/", given)
    assert answered.status_code == 200
    sections = {one["section"]: one for one in answered.json()["sections"]}
    assert sections["infrastructure"]["points"] == 0.5
    assert script.put(f"{address}nonsense/", given).status_code == 400
    assert api_client(stranger).put(f"{address}infra-rollback/", given).status_code == 403
    closed = script.post(f"{address}reviews/", {"note": "First"})
    assert closed.status_code == 201
    assert closed.json()["reviews"][0]["passed"] is False


def test_a_teammate_who_left_answers_for_nothing(system: System, teammate: User) -> None:
    gone = make_user("Gone Girl", is_active=False)
    with pytest.raises(Invalid, match="Nobody active"):
        said(system, teammate, owner=gone.email)
