"""Schedules, policies and pages in the API."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from core.actor import program
from core.obligations import make_view, overdue
from oncall import escalations, services
from oncall.visibility import subject_visibility
from tests.fakes.channel import FakeChannel
from tests.fakes.paging import later, work_off

pytestmark = pytest.mark.django_db(transaction=True)
SCHEDULE = {
    "slug": "primary", "name": "Primary", "time_zone": "Europe/Berlin",
    "rotations": [{"name": "weekly", "users": ["ana@example.org", "ben@example.org"],
                   "starts": "2026-01-05T09:00:00+01:00", "handoff": "09:00"}],
}  # fmt: skip


@pytest.fixture
def people(person: Callable[..., User], pigeon: FakeChannel) -> dict[str, User]:
    return {name: person(name) for name in ("Ana", "Ben")}


def api(user: User) -> APIClient:
    client = APIClient()
    client.force_authenticate(user)
    return client


def test_a_manager_saves_a_schedule_and_anybody_asks_who_is_on_call(
    people: dict[str, User], person: Callable[..., User]
) -> None:
    made = api(person("Max", role="manager")).post("/api/v1/schedules/", SCHEDULE)
    assert (made.status_code, made.json()["rotations"][0]["users"][1]) == (201, "ben@example.org")
    path = "/api/v1/schedules/primary/on-call/"
    got = api(people["Ana"]).get(path, {"at": "2026-01-13T10:00:00Z"}).json()
    assert got["on_call"] == {"email": "ben@example.org", "name": "Ben"}
    assert (got["because"], got["name"]) == ("rotation", "weekly")
    assert got["until"] == "2026-01-19T08:00:00Z"
    before = api(people["Ana"]).get(path, {"at": "2025-12-01T00:00:00Z"}).json()
    assert (before["on_call"], before["because"]) == (None, "gap")


@pytest.mark.parametrize("at", ["yesterday", "9999-01-01T00:00:00Z", "0001-01-01T00:00:00Z"])
def test_a_time_that_is_none_is_refused(people: dict[str, User], at: str) -> None:
    services.save_schedule(**SCHEDULE, actor=program())  # type: ignore[arg-type]
    answer = api(people["Ana"]).get("/api/v1/schedules/primary/on-call/", {"at": at})
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["at"])


def test_an_override_is_added_told_as_the_reason_and_taken_back(people: dict[str, User]) -> None:
    services.save_schedule(**SCHEDULE, actor=program())  # type: ignore[arg-type]
    client = api(people["Ana"])
    path = "/api/v1/schedules/primary/"
    made = client.post(
        f"{path}overrides/",
        {"user": "ana@example.org", "starts": "2030-01-08T00:00:00Z",
         "ends": "2030-01-09T00:00:00Z", "reason": "swap"},
    )  # fmt: skip
    assert made.status_code == 201
    got = client.get(f"{path}on-call/", {"at": "2030-01-08T12:00:00Z"}).json()
    assert (got["because"], got["name"]) == ("override", "swap")
    assert client.get(path).json()["overrides"][0]["id"] == made.json()["id"]
    assert client.delete(f"{path}overrides/{made.json()['id']}/").status_code == 204
    assert client.get(path).json()["overrides"] == []


def test_a_responder_may_not_save_a_schedule_or_a_policy(people: dict[str, User]) -> None:
    for path in ("schedules", "escalation-policies"):
        assert api(people["Ana"]).post(f"/api/v1/{path}/", SCHEDULE).status_code == 403


def test_a_policy_that_names_nobody_known_is_refused_by_field(
    people: dict[str, User], person: Callable[..., User]
) -> None:
    answer = api(person("Max", role="manager")).post(
        "/api/v1/escalation-policies/",
        {"slug": "p", "name": "P", "steps": [{"targets": [{"user": "ghost@example.org"}]}]},
    )
    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == ["steps.0.targets.0"]


def page(user: User, subject: str) -> None:
    policy = services.save_policy(
        slug="p", name="P", steps=[{"targets": [{"user": user.email}]}], actor=program()
    )
    escalations.start_escalation(
        subject_key=subject, card={"ref": "INC-1"}, policy=policy, actor=program()
    )
    work_off()


def test_pages_tell_who_was_paged_through_what_and_what_came_of_it(
    people: dict[str, User], django_assert_max_num_queries: Any
) -> None:
    page(people["Ana"], "receipt:1")
    with django_assert_max_num_queries(6):
        (got,) = api(people["Ana"]).get("/api/v1/pages/").json()["results"]
    assert (got["user"]["name"], got["subject"], got["ref"]) == ("Ana", "receipt:1", "INC-1")
    by_channel = {row["channel"]: row for row in got["deliveries"]}
    assert by_channel["pigeon"]["state"] == "sent"
    assert by_channel["pigeon"]["attempts"][0]["outcome"] == "accepted"


def test_pages_about_what_one_may_not_see_are_left_out_but_not_ones_own(
    people: dict[str, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subject_visibility, "_items", {"secret": lambda user, keys: set()})
    page(people["Ana"], "secret:1")
    assert api(people["Ben"]).get("/api/v1/pages/").json()["results"] == []
    assert len(api(people["Ana"]).get("/api/v1/pages/").json()["results"]) == 1


def test_a_step_and_a_delivery_that_are_late_are_seen(people: dict[str, User]) -> None:
    make_view()
    policy = services.save_policy(
        slug="p", name="P", steps=[{"targets": [{"user": "ana@example.org"}]}], actor=program()
    )
    escalations.start_escalation(subject_key="receipt:1", card={}, policy=policy, actor=program())
    assert overdue() == []
    later(16)
    assert [late.kind for late in overdue()] == ["escalation"]
    work_off(deliver=False)
    later(16)
    assert {late.kind for late in overdue()} == {"delivery"}


def test_what_a_policy_would_do_is_asked_without_paging_anybody(
    people: dict[str, User], person: Callable[..., User], pigeon: FakeChannel
) -> None:
    manager = person("Mia", "manager")
    services.save_policy(
        slug="default",
        name="Default",
        steps=[
            {"targets": [{"user": "ana@example.org"}], "severities": ["sev1"]},
            {"after_seconds": 300, "targets": [{"user": "ben@example.org"}]},
        ],
        actor=program("A test"),
    )
    path = "/api/v1/escalation-policies/default/preview/"
    found = api(manager).get(path, {"severity": "sev3", "at": "2030-01-07T09:00:00Z"}).json()
    passed, paged = found["steps"]
    assert (passed["due_at"], passed["why_not"]) == (None, "only for sev1")
    assert paged["due_at"] == "2030-01-07T09:05:00Z"
    assert [who["name"] for who in paged["people"]] == ["Ben"]
    assert not found["pages_fallback"]
    wrong = api(manager).get(path, {"severity": "sev9"})
    assert (wrong.status_code, set(wrong.json()["errors"])) == (400, {"severity"})
    assert api(manager).get(path, {"at": "soon"}).status_code == 400
    assert api(manager).get(path.replace("default", "other")).status_code == 404
    assert pigeon.taken == []


def test_calendar_addresses_are_made_once_shown_and_taken_back_by_their_owner(
    people: dict[str, User], person: Callable[..., User]
) -> None:
    viewer = person("Vic", "viewer")
    api(person("Mia", "manager")).post("/api/v1/schedules/", SCHEDULE, format="json")
    path = "/api/v1/calendar-feeds/"
    made = api(viewer).post(path, {"schedule": "primary"}, format="json")
    assert made.status_code == 201
    address = made.json()["address"]
    assert APIClient().get(address).status_code == 200
    (listed,) = api(viewer).get(path).json()["results"]
    assert (listed["schedule"], "address" in listed) == ("primary", False)
    assert api(people["Ana"]).get(path).json()["results"] == []
    one = f"{path}{listed['id']}/"
    assert api(people["Ana"]).delete(one).status_code == 404
    assert api(viewer).delete(one).status_code == 204
    assert APIClient().get(address).status_code == 404
    assert api(viewer).post(path, {"schedule": "nowhere"}, format="json").status_code == 404
