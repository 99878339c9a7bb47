"""The on-call pages and the inbox, as a manager, a responder and a viewer use them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from core import clock
from core.actor import program
from notifications.models import ChannelChoice
from oncall import escalations, services
from oncall.models import Escalation, EscalationPolicy, Override, Schedule
from tests.fakes.channel import FakeChannel
from tests.fakes.paging import work_off

pytestmark = pytest.mark.django_db(transaction=True)
HOSTILE = "<script>alert(1)</script>"


@pytest.fixture
def as_user(
    client: Client, person: Callable[..., User], pigeon: FakeChannel
) -> Callable[..., User]:
    def sign_in(name: str, role: str) -> User:
        user = person(name, role=role)
        client.force_login(user)
        return user

    return sign_in


def schedule(*users: User, **more: Any) -> Schedule:
    return services.save_schedule(
        slug="primary", name="Primary", time_zone="Europe/Berlin", actor=program(),
        rotations=[{"name": "weekly", "users": [u.email for u in users], "handoff": "09:00",
                    "starts": clock.now() - timedelta(days=30), **more}],
    )  # fmt: skip


def page(user: User, subject: str = "receipt:1", **card: Any) -> Escalation:
    policy = services.save_policy(
        slug="p", name="P", steps=[{"targets": [{"user": user.email}]}], actor=program()
    )
    started = escalations.start_escalation(
        subject_key=subject, card={"title": HOSTILE, "severity": "sev2", "ref": "R-1", **card},
        policy=policy, actor=program(),
    )  # fmt: skip
    work_off()
    return started


def test_home_says_that_i_am_on_call_and_until_when(
    client: Client, as_user: Callable[..., User], person: Callable[..., User]
) -> None:
    schedule(as_user("Ana", "responder"), person("Ben"), starts=clock.now() - timedelta(hours=1))
    html = client.get("/on-call/").content.decode()
    assert "You are on call" in html
    assert "<strong>Primary</strong>, weekly, until" in html


def test_home_shows_my_waiting_page_with_a_button_and_escapes_its_text(
    client: Client, as_user: Callable[..., User]
) -> None:
    ana = as_user("Ana", "responder")
    escalation = page(ana)
    html = client.get("/on-call/").content.decode()
    assert "Acknowledge R-1" in html
    assert HOSTILE not in html
    pk = escalation.pages.get().pk
    assert client.post(f"/on-call/pages/{pk}/acknowledge/").status_code == 302
    escalation.refresh_from_db()
    assert (escalation.state, escalation.ended_by) == ("acknowledged", "Ana")
    assert "No page waits for you" in client.get("/on-call/").content.decode()


def test_acknowledging_needs_a_post(client: Client, as_user: Callable[..., User]) -> None:
    pk = page(as_user("Ana", "responder")).pages.get().pk
    assert client.get(f"/on-call/pages/{pk}/acknowledge/").status_code == 405


def test_a_manager_makes_a_schedule_without_javascript(
    client: Client, as_user: Callable[..., User]
) -> None:
    ana = as_user("Ana", "manager")
    answer = client.post(
        "/on-call/schedules/new/",
        {
            "name": "Night", "slug": "night", "time_zone": "Europe/Berlin",
            "rotations-TOTAL_FORMS": "1", "rotations-INITIAL_FORMS": "0",
            "rotations-0-name": "weekly", "rotations-0-users": f"{ana.email}\n",
            "rotations-0-starts": "2026-01-05T09:00", "rotations-0-handoff": "09:00",
            "rotations-0-shift_length": "1w",
            "rotations-0-restrictions": "mon-fri 18:00-06:00\nsat,sun 00:00-00:00",
        },
    )  # fmt: skip
    assert answer.headers["Location"] == "/on-call/schedules/night/"
    rotation = Schedule.objects.get(slug="night").rotations.get()
    assert rotation.restrictions[1] == {
        "weekdays": ["sat", "sun"], "start": "00:00", "end": "00:00",
    }  # fmt: skip
    html = client.get("/on-call/schedules/night/").content.decode()
    assert "gap: nobody" in html
    assert client.get("/on-call/schedules/night/edit/").status_code == 200


def test_a_wrong_address_is_named_beside_its_rotation(
    client: Client, as_user: Callable[..., User]
) -> None:
    as_user("Ana", "manager")
    answer = client.post(
        "/on-call/schedules/new/",
        {
            "name": "Night", "slug": "night", "time_zone": "UTC",
            "rotations-TOTAL_FORMS": "1", "rotations-INITIAL_FORMS": "0",
            "rotations-0-name": "weekly", "rotations-0-users": "nobody@example.org",
            "rotations-0-starts": "2026-01-05T09:00", "rotations-0-handoff": "09:00",
            "rotations-0-shift_length": "1w",
        },
    )  # fmt: skip
    assert answer.status_code == 422
    assert "nobody with the address" in answer.content.decode()
    assert not Schedule.objects.exists()


def test_a_responder_takes_a_shift_over_and_gives_it_back(
    client: Client, as_user: Callable[..., User], person: Callable[..., User]
) -> None:
    schedule(person("Ben"))
    ana = as_user("Ana", "responder")
    form = {"user": ana.email, "starts": "2030-01-01T09:00", "ends": "2030-01-02T09:00"}
    assert client.post("/on-call/schedules/primary/overrides/", form).status_code == 302
    override = Override.objects.get()
    assert (override.user, override.created_by) == (ana, ana)
    path = f"/on-call/schedules/primary/overrides/{override.pk}/remove/"
    assert client.post(path).status_code == 302
    assert not Override.objects.exists()


def test_an_override_that_ends_before_it_starts_is_refused_with_a_sentence(
    client: Client, as_user: Callable[..., User]
) -> None:
    ana = as_user("Ana", "responder")
    schedule(ana)
    form = {"user": ana.email, "starts": "2030-01-02T09:00", "ends": "2030-01-01T09:00"}
    answer = client.post("/on-call/schedules/primary/overrides/", form)
    assert answer.status_code == 422
    assert "must end after it starts" in answer.content.decode()


def test_a_manager_makes_and_edits_a_policy(client: Client, as_user: Callable[..., User]) -> None:
    ana = as_user("Ana", "manager")
    form = {
        "name": "Main", "slug": "main", "repeat": "1",
        "steps-TOTAL_FORMS": "2", "steps-INITIAL_FORMS": "0",
        "steps-0-after": "0m", "steps-0-users": [ana.email],
        "steps-1-after": "5m", "steps-1-slack_channels": "#incidents",
    }  # fmt: skip
    assert client.post("/on-call/policies/new/", form).status_code == 302
    html = client.get("/on-call/policies/main/").content.decode()
    assert "At once: Ana" in html
    assert "After 5 min: #incidents (Slack channel)" in html
    form = {**form, "steps-INITIAL_FORMS": "2", "steps-1-DELETE": "on"}
    assert client.post("/on-call/policies/main/edit/", form).status_code == 302
    assert EscalationPolicy.objects.get().steps.count() == 1


@pytest.mark.parametrize("path", ["schedules/new/", "policies/new/"])
def test_a_responder_may_not_edit(client: Client, as_user: Callable[..., User], path: str) -> None:
    as_user("Ana", "responder")
    assert client.get(f"/on-call/{path}").status_code == 403


@pytest.mark.parametrize("path", ["", "schedules/", "schedules/primary/", "policies/"])
def test_a_stranger_is_sent_to_sign_in(client: Client, db: None, path: str) -> None:
    assert client.get(f"/on-call/{path}").headers["Location"].startswith("/accounts/login/")


def test_the_inbox_shows_my_pages_and_nobody_elses(
    client: Client, as_user: Callable[..., User], person: Callable[..., User]
) -> None:
    page(as_user("Ana", "responder"))
    html = client.get("/inbox/").content.decode()
    assert "SEV2 · R-1" in html
    assert HOSTILE not in html
    client.post("/inbox/read/")
    assert "Nothing unread" in client.get("/inbox/").content.decode()
    client.force_login(person("Ben"))
    assert "SEV2 · R-1" not in client.get("/inbox/").content.decode()


def test_a_channel_is_switched_off_for_oneself(
    client: Client, as_user: Callable[..., User]
) -> None:
    ana = as_user("Ana", "viewer")
    client.post("/inbox/channels/", {"channel": "pigeon", "enabled": "0"})
    client.post("/inbox/channels/", {"channel": "in_app", "enabled": "0"})
    assert list(ChannelChoice.objects.values_list("user", "channel", "enabled")) == [
        (ana.pk, "pigeon", False)
    ]


def test_lists_cost_the_same_with_more_schedules(
    client: Client, as_user: Callable[..., User], django_assert_max_num_queries: Any
) -> None:
    ana = as_user("Ana", "manager")
    for number in range(12):
        services.save_schedule(
            slug=f"s{number}", name=f"S{number}", time_zone="UTC", actor=program(),
            rotations=[{"name": "r", "users": [ana.email], "starts": clock.now()}],
        )  # fmt: skip
    with django_assert_max_num_queries(20):
        client.get("/on-call/")
    with django_assert_max_num_queries(12):
        client.get("/on-call/schedules/")
