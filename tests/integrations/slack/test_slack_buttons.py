"""Button presses: signed, as the person who pressed, once, with an answer only they see."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from accounts.models import User
from core.actor import program
from incidents import services
from incidents.models import Incident
from oncall.services import save_policy
from tests.fakes.paging import work_off
from tests.fakes.slack import FakeSlack, Post
from tests.integrations.slack.working import settle

pytestmark = pytest.mark.django_db(transaction=True)
FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def ana(person: Callable[..., User], slack: FakeSlack) -> User:
    user = person("Ana")
    slack.add_user(user.email)
    return user


@pytest.fixture
def incident(ana: User, slack: FakeSlack) -> Incident:
    policy = save_policy(
        slug="p", name="P", steps=[{"targets": [{"user": ana.email}]}], actor=program()
    )
    made = services.open_incident(title="It burns", severity="sev1", policy=policy, actor=program())
    work_off()
    return made


def deliver(
    client: Client, slack: FakeSlack, body: bytes, path: str = "actions", **headers: str
) -> HttpResponse:
    signed = {**slack.sign(body), **headers}
    return client.post(f"/slack/{path}/", body, content_type=FORM, headers=signed)  # type: ignore[return-value]


def card(slack: FakeSlack, user: User) -> Post:
    return slack.posts_to(user.email)[0]


def press(client: Client, slack: FakeSlack, user: User, name: str, **more: Any) -> None:
    by = more.pop("by", slack.users.get(user.email, ""))
    body = slack.press(more.pop("on", card(slack, user)), f"incident.{name}", by=by, **more)
    assert deliver(client, slack, body).status_code == 200


def test_acknowledging_in_slack_acts_as_that_person_and_redraws_the_card(
    client: Client, slack: FakeSlack, ana: User, incident: Incident
) -> None:
    press(client, slack, ana, "acknowledge")
    incident.refresh_from_db()
    assert incident.status == "acknowledged"
    event = incident.events.filter(kind="status").get()
    assert (event.actor, event.via) == (ana, "slack")
    settle()
    post = card(slack, ana)
    assert "Acknowledged" in post.text
    assert "Acknowledged by Ana" in json.dumps(post.body, ensure_ascii=False)
    assert [b["action_id"] for b in post.buttons] == [
        "form:mitigate", "form:update", "form:roles", "form:note", "open", "more",
    ]  # fmt: skip


def test_resolving_takes_the_buttons_away(
    client: Client, slack: FakeSlack, ana: User, incident: Incident
) -> None:
    press(client, slack, ana, "resolve")
    settle()
    buttons = [b["action_id"] for b in card(slack, ana).buttons]
    assert "incident.acknowledge" not in buttons
    assert "incident.resolve" not in buttons


def test_the_same_press_sent_again_by_slack_is_taken_once(
    client: Client, slack: FakeSlack, ana: User, incident: Incident
) -> None:
    for _ in range(3):
        press(client, slack, ana, "acknowledge", action_ts="1.1")
    work_off()
    assert slack.answers_to(slack.users[ana.email]) == []
    assert incident.events.filter(kind="status").count() == 1


def test_the_second_person_is_told_who_was_faster(
    client: Client, slack: FakeSlack, ana: User, incident: Incident, person: Callable[..., User]
) -> None:
    ben = slack.add_user(person("Ben").email)
    post = card(slack, ana)
    press(client, slack, ana, "acknowledge", on=post)
    press(client, slack, ana, "acknowledge", on=post, by=ben)
    work_off()
    (answer,) = slack.answers_to(ben)
    assert answer.text.startswith(f"{incident.ref} is already acknowledged by Ana")


def test_somebody_aire_does_not_know_is_told_how_and_changes_nothing(
    client: Client, slack: FakeSlack, ana: User, incident: Incident
) -> None:
    stranger = slack.add_user("stranger@elsewhere.example")
    press(client, slack, ana, "acknowledge", by=stranger)
    work_off()
    assert "AIRE does not know you" in slack.answers_to(stranger)[0].text
    incident.refresh_from_db()
    assert incident.status == "open"


def test_a_viewer_may_not_acknowledge(
    client: Client, slack: FakeSlack, ana: User, incident: Incident, person: Callable[..., User]
) -> None:
    viewer = slack.add_user(person("Viv", role="viewer").email)
    press(client, slack, ana, "acknowledge", by=viewer)
    work_off()
    assert "needs the role responder" in slack.answers_to(viewer)[0].text
    incident.refresh_from_db()
    assert incident.status == "open"


def test_somebody_outside_a_private_incident_learns_nothing_of_it(
    client: Client, slack: FakeSlack, ana: User, incident: Incident, person: Callable[..., User]
) -> None:
    Incident.objects.filter(pk=incident.pk).update(private=True)
    ben = slack.add_user(person("Ben").email)
    press(client, slack, ana, "acknowledge", by=ben)
    work_off()
    assert slack.answers_to(ben)[0].text.startswith("There is no such incident")
    incident.refresh_from_db()
    assert incident.status == "open"


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Slack-Signature": "v0=0000"},
        {"X-Slack-Signature": "v0=é"},
        {"X-Slack-Request-Timestamp": "rubbish"},
        {"X-Slack-Request-Timestamp": ""},
        {"X-Slack-Request-Timestamp": str(int(time.time()) - 301)},
    ],
)
def test_a_forged_or_old_request_is_refused(
    client: Client, slack: FakeSlack, headers: dict[str, str]
) -> None:
    assert deliver(client, slack, b"payload=%7B%7D", **headers).status_code == 401


def test_an_old_request_with_its_own_right_signature_is_refused(
    client: Client, slack: FakeSlack
) -> None:
    body = b"payload=%7B%7D"
    old = slack.sign(body, at=time.time() - 400)
    assert deliver(client, slack, body, **old).status_code == 401


def test_without_a_secret_everything_is_refused(
    client: Client, slack: FakeSlack, settings: Any
) -> None:
    settings.AIRE_SLACK_SIGNING_SECRET = ""
    assert deliver(client, slack, b"payload=%7B%7D").status_code == 503


@pytest.mark.parametrize(
    "body",
    [b"", b"payload=", b"payload=[]", b"payload=%7B", b"\xff\xfe", b"payload=" + b"[" * 100_000],
)
def test_a_signed_body_that_makes_no_sense_is_refused_calmly(
    client: Client, slack: FakeSlack, body: bytes
) -> None:
    assert deliver(client, slack, body).status_code in (400, 401, 413)


@pytest.mark.parametrize(
    "payload",
    [
        {"type": "block_actions"},
        {"type": "block_actions", "actions": "x"},
        {"type": "block_actions", "actions": [1, {"action_id": ["x"]}]},
        {"type": "block_actions", "user": 5, "actions": [{"action_id": "incident.resolve"}]},
        {"type": "view_submission"},
    ],
)
def test_a_payload_of_another_shape_changes_nothing(
    client: Client, slack: FakeSlack, incident: Incident, payload: dict[str, Any]
) -> None:
    body = b"payload=" + json.dumps(payload).encode()
    assert deliver(client, slack, body).status_code == 200
    incident.refresh_from_db()
    assert incident.status == "open"


def test_slack_can_check_the_address_of_events(client: Client, slack: FakeSlack) -> None:
    body = json.dumps({"type": "url_verification", "challenge": "abc"}).encode()
    assert deliver(client, slack, body, path="events").json() == {"challenge": "abc"}  # type: ignore[attr-defined]


def test_a_get_is_not_for_people(client: Client, slack: FakeSlack) -> None:
    assert client.get("/slack/actions/").status_code == 405
