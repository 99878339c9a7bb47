"""Button presses: signed, as the person who pressed, once, with an answer only they see."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import User
from core.actor import program
from incidents import services
from incidents.models import Incident
from oncall.services import save_policy
from tests.fakes.paging import work_off
from tests.fakes.slack import FakeSlack, Post
from tests.integrations.slack.door import post, worked
from tests.integrations.slack.working import settle

pytestmark = pytest.mark.django_db(transaction=True)


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


def card(slack: FakeSlack, user: User) -> Post:
    return slack.posts_to(user.email)[0]


def pressing(slack: FakeSlack, user: User, name: str, **more: Any) -> bytes:
    by = more.pop("by", slack.users.get(user.email, ""))
    return slack.press(more.pop("on", card(slack, user)), f"incident.{name}", by=by, **more)


def press(slack: FakeSlack, user: User, name: str, **more: Any) -> None:
    assert post(slack, "actions", pressing(slack, user, name, **more)).status == 200
    worked()


def test_acknowledging_in_slack_acts_as_that_person_and_redraws_the_card(
    slack: FakeSlack, ana: User, incident: Incident
) -> None:
    press(slack, ana, "acknowledge")
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


def test_resolving_takes_the_buttons_away(slack: FakeSlack, ana: User, incident: Incident) -> None:
    press(slack, ana, "resolve")
    settle()
    buttons = [b["action_id"] for b in card(slack, ana).buttons]
    assert "incident.acknowledge" not in buttons
    assert "incident.resolve" not in buttons


def test_the_same_press_sent_again_by_slack_is_taken_once(
    slack: FakeSlack, ana: User, incident: Incident
) -> None:
    body = pressing(slack, ana, "acknowledge")
    for number in ("", "1", "2", "3"):
        assert post(slack, "actions", body, **{"X-Slack-Retry-Num": number}).status == 200
        worked()
    assert len(slack.answers_to(slack.users[ana.email])) == 1
    assert incident.events.filter(kind="status").count() == 1


def test_the_second_person_is_told_who_was_faster(
    slack: FakeSlack, ana: User, incident: Incident, person: Callable[..., User]
) -> None:
    ben = slack.add_user(person("Ben").email)
    both = [
        pressing(slack, ana, "acknowledge"),
        pressing(slack, ana, "acknowledge", on=card(slack, ana), by=ben),
    ]
    for body in both:
        assert post(slack, "actions", body).status == 200
    worked()
    (answer,) = slack.answers_to(ben)
    assert answer.text.startswith(f"{incident.ref} is already acknowledged by Ana")
    assert incident.events.filter(kind="status").count() == 1


def test_somebody_aire_does_not_know_is_told_how_and_changes_nothing(
    slack: FakeSlack, ana: User, incident: Incident
) -> None:
    stranger = slack.add_user("stranger@elsewhere.example")
    press(slack, ana, "acknowledge", by=stranger)
    assert "AIRE does not know you" in slack.answers_to(stranger)[0].text
    incident.refresh_from_db()
    assert incident.status == "open"


def test_a_viewer_may_not_acknowledge(
    slack: FakeSlack, ana: User, incident: Incident, person: Callable[..., User]
) -> None:
    viewer = slack.add_user(person("Viv", role="viewer").email)
    press(slack, ana, "acknowledge", by=viewer)
    work_off()
    assert "needs the role responder" in slack.answers_to(viewer)[0].text
    incident.refresh_from_db()
    assert incident.status == "open"


def test_somebody_outside_a_private_incident_learns_nothing_of_it(
    slack: FakeSlack, ana: User, incident: Incident, person: Callable[..., User]
) -> None:
    Incident.objects.filter(pk=incident.pk).update(private=True)
    ben = slack.add_user(person("Ben").email)
    press(slack, ana, "acknowledge", by=ben)
    assert slack.answers_to(ben)[0].text.startswith(f"There is no incident {incident.ref}")
    incident.refresh_from_db()
    assert incident.status == "open"
