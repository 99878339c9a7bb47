"""Building schedules and policies on their pages, as a browser sends what it was shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from oncall.models import EscalationPolicy, Rotation, Schedule
from tests.cast import sign_in

pytestmark = pytest.mark.django_db
Make = Callable[..., User]


@pytest.fixture
def browser(person: Make) -> Client:
    return sign_in(person("Max", "manager"))


def fields(answer: Any, prefix: str) -> dict[str, Any]:
    """What a browser would send of the page, untouched."""
    found: dict[str, Any] = {}
    rows = answer.context["rows"]
    for form in (answer.context["form"], rows.management_form, *rows.forms):
        for bound in form:
            value = bound.value()
            if value is not None and value is not False and value not in ("", []):
                shown = bound.field.widget.format_value(value) if not _many(value) else value
                found[bound.html_name] = shown
    assert any(name.startswith(prefix) for name in found)
    return found


def _many(value: object) -> bool:
    return isinstance(value, list | tuple | bool)


def test_a_schedule_is_edited_with_its_spare_rotation_left_empty(
    browser: Client, person: Make
) -> None:
    person("Ben")
    given = {
        **fields(browser.get("/on-call/schedules/new/"), "rotations"),
        "name": "Nights",
        "slug": "nights",
        "time_zone": "UTC",
        "rotations-0-name": "Weekly",
        "rotations-0-users": "Ben\nmax@example.org",
        "rotations-0-starts": "2026-01-05T09:00",
    }
    assert browser.post("/on-call/schedules/new/", given).status_code == 302
    names = [member.user.name for member in Rotation.objects.get().members.all()]
    assert names == ["Ben", "Max"]
    path = "/on-call/schedules/nights/edit/"
    sent = {**fields(browser.get(path), "rotations"), "name": "All nights"}
    answer = browser.post(path, sent)
    assert answer.status_code == 302, answer.context["rows"].errors
    assert Schedule.objects.get().name == "All nights"
    assert Rotation.objects.count() == 1


def test_a_name_that_two_people_have_is_asked_about(browser: Client, person: Make) -> None:
    for email in ("a@example.org", "b@example.org"):
        User.objects.create(email=email, name="Ben", role="responder")
    answer = browser.post(
        "/on-call/schedules/new/",
        {
            **fields(browser.get("/on-call/schedules/new/"), "rotations"),
            "name": "Nights",
            "slug": "nights",
            "rotations-0-name": "Weekly",
            "rotations-0-users": "Ben",
            "rotations-0-starts": "2026-01-05T09:00",
        },
    )
    assert answer.status_code == 422
    assert "Several people are called Ben" in answer.content.decode()


def test_another_rotation_is_asked_for_without_saving(browser: Client) -> None:
    sent = fields(browser.get("/on-call/schedules/new/"), "rotations")
    page = browser.post("/on-call/schedules/new/", {**sent, "name": "Kept", "more": "1"})
    assert len(page.context["rows"].forms) == 2
    assert 'value="Kept"' in page.content.decode()
    assert not Schedule.objects.exists()
    hostile = {"rotations-TOTAL_FORMS": "99999999999", "rotations-INITIAL_FORMS": "0", "more": "1"}
    assert browser.post("/on-call/schedules/new/", hostile).status_code == 422


def test_a_policy_pages_at_once_and_gets_as_many_steps_as_are_asked_for(
    browser: Client, person: Make
) -> None:
    ben = person("Ben")
    path = "/on-call/policies/new/"
    sent = fields(browser.get(path), "steps")
    assert sent["steps-0-after"] == "0"
    more = browser.post(path, {**sent, "name": "Night", "slug": "night", "more": "1"})
    sent = fields(more, "steps")
    assert (len(more.context["rows"].forms), sent["steps-1-after"]) == (2, "5m")
    sent |= {"steps-0-users": [ben.email], "steps-1-slack_channels": "#ops"}
    assert browser.post(path, sent).status_code == 302
    steps = EscalationPolicy.objects.get().steps.all()
    assert [step.after_seconds for step in steps] == [0, 300]
