"""The front: who is refused, and that everything is answered at once and kept once."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import User
from integrations.slack.front import background, desk, keeper
from integrations.slack.front.desk import HELD, LOST, Ack, Desk
from integrations.slack.inbox.envelope import Envelope, read_http
from integrations.slack.inbox.models import SlackRequest
from tests.fakes.slack import FakeSlack, View
from tests.integrations.slack.door import post, worked

kept = pytest.mark.django_db(transaction=True)
EMPTY = b"payload=%7B%7D"


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Slack-Signature": "v0=0000"},
        {"X-Slack-Signature": "v0=\xe9"},
        {"X-Slack-Signature": ""},
        {"X-Slack-Signature": "v1=" + "0" * 64},
        {"X-Slack-Signature": "v0=" + "A" * 10_000},
        {"X-Slack-Request-Timestamp": "rubbish"},
        {"X-Slack-Request-Timestamp": ""},
        {"X-Slack-Request-Timestamp": "9" * 400},
        {"X-Slack-Request-Timestamp": "٣" * 10},
        {"X-Slack-Request-Timestamp": "301 s ago"},
    ],
    ids=str,
)
def test_a_forged_or_old_request_is_refused_and_not_kept(
    slack: FakeSlack, headers: dict[str, str]
) -> None:
    headers = {name: value.encode().decode("latin-1") for name, value in headers.items()}
    assert post(slack, "actions", EMPTY, **headers).status == 401


@pytest.mark.parametrize("seconds", [-301, 301])
def test_a_request_of_another_time_with_its_own_right_signature_is_refused(
    slack: FakeSlack, seconds: int
) -> None:
    other = slack.sign(EMPTY, at=time.time() + seconds)
    assert post(slack, "actions", EMPTY, **other).status == 401


@kept
def test_a_signature_is_of_the_bytes_that_came_and_not_of_what_they_mean(
    slack: FakeSlack, person: Callable[..., User]
) -> None:
    ana = slack.add_user(person("Ana").email)
    body = slack.command("help", by=ana)
    same = body.replace(b"+", b"%20") + b"&"
    assert post(slack, "commands", same, **slack.sign(body)).status == 401
    assert post(slack, "commands", body, **slack.sign(body, secret="another")).status == 401
    assert post(slack, "commands", body).status == 200


@pytest.mark.parametrize("secret", ["", "   "])
def test_without_a_secret_everything_is_refused(
    slack: FakeSlack, settings: Any, secret: str
) -> None:
    settings.AIRE_SLACK_SIGNING_SECRET = secret
    assert post(slack, "actions", EMPTY).status == 503


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("actions", b""),
        ("actions", b"payload="),
        ("actions", b"payload=[]"),
        ("actions", b"payload=%7B"),
        ("actions", b"\xff\xfe"),
        ("actions", b"payload=" + b"[" * 100_000),
        ("actions", b"a=1&" * 100),
        ("events", b""),
        ("events", b"null"),
        ("events", b'{"type": "event_callback"'),
        ("commands", b"\xff"),
    ],
    ids=str,
)
def test_a_signed_body_that_makes_no_sense_is_refused_calmly(
    slack: FakeSlack, name: str, body: bytes
) -> None:
    assert post(slack, name, body).status in (400, 401)


ODD: list[dict[str, Any]] = [
        {"type": "block_actions"},
        {"type": "block_actions", "actions": "x"},
        {"type": "block_actions", "actions": [1, {"action_id": ["x"]}]},
        {"type": "block_actions", "user": 5, "actions": [{"action_id": "incident.resolve"}]},
        {"type": "block_actions", "actions": [{"action_id": "x", "action_ts": {}}], "team": []},
        {"type": "view_submission"},
        {"type": "view_submission", "view": {"state": {"values": [1]}, "private_metadata": 4}},
        {"type": "block_suggestion", "action_id": 7, "value": ["x"]},
        {"type": "shortcut", "callback_id": None, "user": "U1"},
        {"type": "view_closed"},
        {"type": {"a": 1}},
        {"type": "block_actions", "team": {"id": "T0001"}, "user": {"id": "\u0000U\ud800"},
         "actions": [{"action_id": "run", "value": "\u0000", "action_ts": "1"}]},
]  # fmt: skip


@kept
def test_payloads_of_other_shapes_are_answered_and_change_nothing(slack: FakeSlack) -> None:
    for payload in ODD:
        assert post(slack, "actions", slack.form(payload)).status == 200, payload
    worked()
    assert not SlackRequest.objects.filter(state="pending").exclude(error="").exists()


def test_too_much_and_what_is_no_post_is_refused(slack: FakeSlack) -> None:
    assert post(slack, "actions", b"x" * 600_000).status == 413
    answer = post(slack, "actions", b"", method="GET")
    assert (answer.status, answer.headers["allow"]) == (405, "POST")


def test_slack_can_check_the_address_of_events_once_it_has_signed(slack: FakeSlack) -> None:
    body = json.dumps({"type": "url_verification", "challenge": "abc"}).encode()
    assert post(slack, "events", body).json == {"challenge": "abc"}
    assert post(slack, "events", body, **{"X-Slack-Signature": "v0=1"}).status == 401


@kept
def test_talk_in_channels_and_other_programs_are_not_kept(slack: FakeSlack) -> None:
    for event in (
        {"type": "message", "channel": "C1", "text": "hello", "user": "U1"},
        {"type": "message", "subtype": "bot_message", "text": "x"},
        {"type": "app_mention", "bot_id": "B1", "user": "U1", "text": "<@UBOT> help"},
        {"type": "user_typing"},
        {"type": ["message"]},
    ):
        assert post(slack, "events", slack.event(event)).status == 200
    assert not SlackRequest.objects.exists()


@kept
def test_a_repeat_is_kept_once_whatever_its_kind(slack: FakeSlack) -> None:
    ana = slack.add_user("ana@example.org")
    home = {"type": "app_home_opened", "user": ana, "tab": "home"}
    bodies = [
        ("events", slack.event(home, event_id="Ev1")),
        ("commands", slack.command("help", by=ana)),
        ("actions", slack.form(slack.shortcut("declare", by=ana))),
    ]
    for name, body in bodies * 3:
        assert post(slack, name, body, **{"X-Slack-Retry-Num": "1"}).status == 200
    assert SlackRequest.objects.count() == 3
    assert sorted(SlackRequest.objects.values_list("kind", flat=True)) == [
        "command", "event", "shortcut",
]  # fmt: skip


@kept
def test_what_is_kept_has_no_token_in_it(slack: FakeSlack) -> None:
    post(slack, "commands", slack.command("help", by="U1"))
    assert "token" not in SlackRequest.objects.get().payload


class Stuck:
    """A database that answers nothing, then everything."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.free = asyncio.Event()
        store = keeper.Keeper._store

        async def slow(own: keeper.Keeper, batch: list[Any]) -> Any:
            await self.free.wait()
            return await store(own, batch)

        monkeypatch.setattr(keeper.Keeper, "_store", slow)


def taken(
    slack: FakeSlack, monkeypatch: pytest.MonkeyPatch, envelope: Envelope, *, ever: bool
) -> tuple[Ack, float, list[str]]:
    """What is answered while the database is stuck, after how long, and what is said later."""
    told: list[str] = []
    monkeypatch.setattr(background, "tell", lambda _, sentence: told.append(sentence))

    async def run() -> tuple[Ack, float]:
        stuck, front = Stuck(monkeypatch), Desk()
        began = time.monotonic()
        ack = await front.take(envelope)
        seconds = time.monotonic() - began
        if ever:
            stuck.free.set()
        else:
            monkeypatch.setattr(keeper, "CLOSE_SECONDS", 0.0)
        await front.close()
        return ack, seconds

    ack, seconds = asyncio.run(run())
    return ack, seconds, told


@kept
def test_while_the_database_is_stuck_an_event_is_left_to_slack_to_send_again(
    slack: FakeSlack, monkeypatch: pytest.MonkeyPatch
) -> None:
    event = {"type": "app_home_opened", "user": "U1", "tab": "home"}
    envelope = read_http("events", slack.event(event))
    ack, seconds, told = taken(slack, monkeypatch, envelope, ever=False)
    assert (ack.status, told) == (503, [])
    assert seconds < 3


@kept
def test_while_the_database_is_stuck_a_command_is_held_and_kept_when_it_answers(
    slack: FakeSlack, monkeypatch: pytest.MonkeyPatch
) -> None:
    envelope = read_http("commands", slack.command("list", by="U1"))
    ack, seconds, told = taken(slack, monkeypatch, envelope, ever=True)
    assert (ack.status, ack.body) == (200, {"response_type": "ephemeral", "text": HELD})
    assert (SlackRequest.objects.count(), told) == (1, [])
    assert seconds < 3


@kept
def test_a_form_that_was_held_says_so_and_is_worked_as_soon_as_it_is_kept(
    slack: FakeSlack, monkeypatch: pytest.MonkeyPatch
) -> None:
    worked_on: list[Any] = []
    monkeypatch.setattr(desk, "work_leased", lambda pk, *_: worked_on.append(pk))
    view = View("V1", "U1", {"type": "modal", "title": {"text": "Declare"}, "blocks": []})
    envelope = read_http("actions", slack.form(slack.submission(view, {}, by="U1")))
    ack, _, _ = taken(slack, monkeypatch, envelope, ever=True)
    assert HELD in str(ack.body)
    assert worked_on == [SlackRequest.objects.get().pk]


@kept
def test_what_could_not_be_kept_in_the_end_is_said_to_have_not_been_done(
    slack: FakeSlack, monkeypatch: pytest.MonkeyPatch
) -> None:
    envelope = read_http("commands", slack.command("list", by="U1"))
    _, _, told = taken(slack, monkeypatch, envelope, ever=False)
    assert (told, SlackRequest.objects.count()) == ([LOST], 0)


def test_the_sentence_reaches_the_person_without_the_database(
    slack: FakeSlack, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana = slack.add_user("ana@example.org")
    slack.channels.add("C0001")
    envelope = read_http("commands", slack.command("list", by=ana))
    background.tell(envelope, LOST)
    deadline = time.monotonic() + 10
    while not slack.answers_to(ana) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert slack.answers_to(ana)[0].text == LOST


@kept
def test_one_row_that_cannot_be_stored_does_not_hold_up_the_others(slack: FakeSlack) -> None:
    async def run() -> list[Any]:
        own = keeper.Keeper()
        bad = Envelope("event", key="k" * 500, payload={})
        good = Envelope("event", key="e:1", payload={})
        rows = [keeper.Row(desk.new_id(), one) for one in (bad, good)]
        found = await asyncio.gather(*map(own.keep, rows), return_exceptions=True)
        await own.close()
        return found

    refused, kept = asyncio.run(run())
    assert isinstance(refused, keeper.NotKept)
    assert kept is True
