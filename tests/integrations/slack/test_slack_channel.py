"""The Slack channel against a Slack that keeps the documented rules."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import User
from core.ids import new_id
from integrations.slack.channel import CHANNEL
from integrations.slack.models import SlackIdentity
from notifications.channels import DeliveryError, Sent
from notifications.message import Action, Message
from tests.fakes.slack import FakeSlack, Fault

pytestmark = pytest.mark.django_db
MESSAGE = Message(
    kind="page", headline="SEV1 · INC-1", title="It burns", why="Named in step 1",
    actions=(Action("incident.acknowledge", "Acknowledge", "INC-1"),),
)  # fmt: skip


@pytest.fixture
def ana(person: Callable[..., User], slack: FakeSlack) -> User:
    user = person("Ana")
    slack.add_user(user.email)
    return user


def send(address: str, message: Message = MESSAGE) -> Sent:
    return CHANNEL.send(
        address=address, message=message, delivery_id=new_id(), attempt=1, may_repeat=False
    )


def failure(address: str, message: Message = MESSAGE) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        send(address, message)
    return caught.value


def test_a_person_gets_a_direct_message_and_is_looked_up_once(ana: User, slack: FakeSlack) -> None:
    sent = send(ana.email)
    send(ana.email)
    assert [post.text for post in slack.posts_to(ana.email)] == ["SEV1 · INC-1: It burns"] * 2
    assert sent.provider_ref == f"D0001:{slack.posts[0].ts}"
    assert len(slack.called("users.lookupByEmail")) == 1
    assert SlackIdentity.objects.get().user == ana


def test_a_channel_gets_a_post(slack: FakeSlack) -> None:
    slack.channels.add("#incidents")
    send("#incidents")
    assert len(slack.posts_to("#incidents")) == 1


def test_somebody_slack_does_not_know_is_refused_for_good(slack: FakeSlack) -> None:
    error = failure("ghost@example.org")
    assert error.permanent
    assert error.sentence == "Nobody in Slack has this e-mail address. (users_not_found)"


@pytest.mark.parametrize(
    ("fault", "permanent", "unsure", "retry_after"),
    [
        (Fault(error="is_archived"), True, False, None),
        (Fault(error="token_revoked"), True, False, None),
        (Fault(error="fatal_error"), False, True, None),
        (Fault(status=429, retry_after=17), False, False, 17.0),
        (Fault(status=503), False, False, None),
        (Fault(status=500), False, True, None),
        (Fault(drop=True), False, True, None),
    ],
)
def test_each_failure_says_whether_trying_again_can_help(
    slack: FakeSlack, fault: Fault, permanent: bool, unsure: bool, retry_after: float | None
) -> None:
    slack.channels.add("#c")
    slack.script(fault)
    error = failure("#c")
    assert (error.permanent, error.unsure) == (permanent, unsure)
    assert error.retry_after == retry_after


def test_a_post_that_was_taken_without_an_answer_is_unsure(slack: FakeSlack) -> None:
    slack.channels.add("#c")
    slack.script(Fault(accept=True, drop=True))
    assert failure("#c").unsure
    assert len(slack.posts) == 1


def test_a_slack_that_hangs_is_left_after_the_timeout(
    slack: FakeSlack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("integrations.slack.client.call.__kwdefaults__", {"timeout": 0.3})
    slack.script(Fault(hang=1.0))
    assert failure("#c").unsure


def test_a_slack_that_is_not_there_is_tried_again(settings: Any) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        settings.AIRE_SLACK_BOT_TOKEN = "xoxb-x"
        settings.AIRE_SLACK_API_URL = f"http://127.0.0.1:{free.getsockname()[1]}/api/"
        error = failure("#c")
    assert (error.permanent, error.unsure) == (False, False)


def test_a_lookup_without_an_answer_posted_nothing(ana: User, slack: FakeSlack) -> None:
    slack.script(Fault(method="users.lookupByEmail", drop=True))
    assert not failure(ana.email).unsure


@pytest.mark.parametrize("code", ["invalid_blocks", "msg_blocks_too_long"])
def test_a_card_that_slack_refuses_goes_out_as_text(slack: FakeSlack, code: str) -> None:
    slack.channels.add("#c")
    slack.script(Fault(error=code))
    send("#c")
    (post,) = slack.posts
    assert post.text == "SEV1 · INC-1: It burns"
    assert "blocks" not in post.body


def test_without_a_signing_secret_there_is_nothing_to_press(
    slack: FakeSlack, settings: Any
) -> None:
    settings.AIRE_SLACK_SIGNING_SECRET = ""
    slack.channels.add("#c")
    send("#c")
    assert slack.posts[0].buttons == []


def test_whoever_changed_their_slack_account_is_looked_up_again(
    ana: User, slack: FakeSlack
) -> None:
    send(ana.email)
    slack.users[ana.email] = "U9999"
    assert failure(ana.email).permanent
    send(ana.email)
    assert slack.posts[-1].channel == "D9999"
