"""Deleting schedules and policies: only what nothing uses, by managers, and told why not."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import User
from alerts.models import Route
from core.actor import program
from oncall import services
from oncall.models import Escalation, EscalationPolicy, Schedule
from tests.cast import api_client, make_system, sign_in

pytestmark = pytest.mark.django_db
Make = Callable[..., User]
ACTOR = program("A test")


@pytest.fixture
def manager(person: Make) -> User:
    return person("Max", "manager")


@pytest.fixture
def browser(manager: User) -> Client:
    return sign_in(manager)


@pytest.fixture
def schedule(manager: User) -> Schedule:
    rotation = {"name": "w", "users": [manager.email], "starts": "2026-01-05T09:00:00Z",
                "handoff": "09:00"}  # fmt: skip
    return services.save_schedule(
        slug="primary", name="Primary", time_zone="UTC", rotations=[rotation], actor=ACTOR
    )


def policy(slug: str = "night", **more: object) -> EscalationPolicy:
    target = more.pop("target", {"slack_channel": "#ops"})
    return services.save_policy(
        slug=slug, name=slug.capitalize(), steps=[{"targets": [target]}], actor=ACTOR, **more
    )  # type: ignore[arg-type]


def said(browser: Client, address: str) -> str:
    return browser.post(address, follow=True).content.decode()


def test_a_schedule_goes_by_the_page_once_no_policy_names_it(
    schedule: Schedule, browser: Client
) -> None:
    policy(target={"schedule": "primary"})
    edit, delete = "/on-call/schedules/primary/edit/", "/on-call/schedules/primary/delete/"
    page = browser.get(edit).content.decode()
    assert "The escalation policy “Night”" in page
    assert delete not in page
    assert "the escalation policy “Night” still uses it" in said(browser, delete)
    services.delete_policy(slug="night", actor=ACTOR)
    assert delete in browser.get(edit).content.decode()
    assert "is deleted" in said(browser, delete)
    assert not Schedule.objects.exists()


def test_a_schedule_that_a_running_escalation_may_come_to_stays(
    schedule: Schedule, manager: User
) -> None:
    target = {"kind": "schedule", "ref": "primary", "label": "Primary"}
    running = Escalation.objects.create(
        subject_key="incident:1", policy={"steps": [{"targets": [target]}]}, card={}
    )
    api = api_client(manager)
    refused = api.delete("/api/v1/schedules/primary/")
    assert (refused.status_code, "runs now" in refused.json()["detail"]) == (409, True)
    running.state = Escalation.State.ACKNOWLEDGED
    running.save()
    assert api.delete("/api/v1/schedules/primary/").status_code == 204
    assert api.delete("/api/v1/schedules/primary/").status_code == 404


def test_a_policy_goes_once_no_system_and_no_route_pages_by_it(
    manager: User, browser: Client
) -> None:
    made, system = policy(), make_system("assistant", name="Assistant")
    services.set_system_policy(system=system, policy=made, actor=ACTOR)
    route = Route.objects.create(name="Payments", slug="payments", escalation_policy=made)
    api = api_client(manager)
    refused = api.delete("/api/v1/escalation-policies/night/").json()["detail"]
    assert "the route “Payments” and the system “Assistant” still use it" in refused
    page = browser.get("/on-call/policies/night/edit/").content.decode()
    assert "The route “Payments”" in page
    assert "The system “Assistant”" in page
    route.delete()
    services.set_system_policy(system=system, policy=None, actor=ACTOR)
    assert "is deleted" in said(browser, "/on-call/policies/night/delete/")


def test_the_fallback_stays_until_another_policy_is_it(manager: User, browser: Client) -> None:
    policy(is_fallback=True)
    assert "this is the fallback" in browser.get("/on-call/policies/night/edit/").content.decode()
    api = api_client(manager)
    assert api.delete("/api/v1/escalation-policies/night/").status_code == 409
    policy("day", is_fallback=True)
    assert api.delete("/api/v1/escalation-policies/night/").status_code == 204


def test_of_many_users_five_are_named_and_the_others_counted(
    schedule: Schedule, manager: User
) -> None:
    for number in range(7):
        policy(f"p{number}", target={"schedule": "primary"})
    answer = api_client(manager).delete("/api/v1/schedules/primary/").json()["detail"]
    assert "“P4” and 2 more still use it" in answer


@pytest.mark.parametrize("role", ["viewer", "responder"])
def test_others_delete_neither(schedule: Schedule, person: Make, role: str) -> None:
    policy()
    eve = person("Eve", role)
    for path in ("schedules/primary", "policies/night"):
        assert sign_in(eve).post(f"/on-call/{path}/delete/").status_code == 403
    for path in ("schedules/primary", "escalation-policies/night"):
        assert api_client(eve).delete(f"/api/v1/{path}/").status_code == 403
    assert Schedule.objects.exists()
    assert EscalationPolicy.objects.exists()


def test_nothing_is_deleted_by_looking(schedule: Schedule, browser: Client) -> None:
    assert browser.get("/on-call/schedules/primary/delete/").status_code == 405
    assert Schedule.objects.exists()
