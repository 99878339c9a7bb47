"""Every channel that speaks HTTP, against its vendor's documented rules."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest

from integrations.apprise.channel import CHANNEL as APPRISE
from integrations.mattermost.channel import CHANNEL as MATTERMOST
from integrations.ntfy.channel import CHANNEL as NTFY
from integrations.teams.channel import CHANNEL as TEAMS
from integrations.telegram.channel import CHANNEL as TELEGRAM
from integrations.twilio.channel import SMS, VOICE
from integrations.web_push.channel import CHANNEL as WEB_PUSH
from notifications.channels import BadAddress, DeliveryError, Sent
from notifications.message import Action, Message
from tests.fakes.providers import BOT, Providers
from tests.fakes.tracker_server import Answer

pytestmark = pytest.mark.django_db
HOSTILE = "@all [x](https://evil) <script>*_`\u202e" + "😀" * 300
PAGE = Message(
    kind="page",
    headline="SEV1 · INC-42",
    title="It burns",
    severity="sev1",
    facts=(("System", HOSTILE),),
    body=HOSTILE * 10,
    why="On call: Platform, primary until Mon 09:00 CET",
    url="https://aire.example.org/incidents/INC-42/",
    actions=(
        Action(
            "incident.acknowledge", "Acknowledge", "INC-42", "https://aire.example.org/ack/token/"
        ),
    ),
)


@pytest.fixture
def vendors(settings: Any) -> Iterator[Providers]:
    with Providers() as found:
        for name, value in found.settings().items():
            setattr(settings, name, value)
        yield found


def send(channel: Any, address: str, message: Message = PAGE) -> Sent:
    sent: Sent = channel.send(
        address=address, message=message, delivery_id=uuid4(), attempt=1, may_repeat=False
    )
    return sent


def addresses(vendors: Providers) -> list[tuple[Any, str]]:
    return [
        (SMS, "+491711234567"),
        (VOICE, "+491711234567"),
        (NTFY, "ana-pages"),
        (TELEGRAM, "123456"),
        (TEAMS, f"{vendors.url}/teams/a"),
        (MATTERMOST, f"{vendors.url}/mattermost/a"),
        (WEB_PUSH, vendors.browser().subscription),
    ]


def test_every_vendor_takes_a_hostile_page_by_its_rules(vendors: Providers) -> None:
    for channel, address in addresses(vendors):
        assert send(channel, address).detail, channel.name
    names = [taken.vendor for taken in vendors.inbox]
    assert names == ["sms", "call", "ntfy", "telegram", "teams", "mattermost", "push"]


@pytest.mark.parametrize(
    ("fault", "permanent", "unsure", "wait"),
    [
        (Answer(429, {}, (("Retry-After", "30"),)), False, False, 30.0),
        (Answer(503, {}), False, False, None),
        (Answer(500, {}), False, True, None),
        (Answer(400, {"message": "no"}), True, False, None),
        (Answer(403, {}), True, False, None),
    ],
)
def test_what_a_vendor_answers_says_whether_trying_again_can_help(
    vendors: Providers, fault: Answer, permanent: bool, unsure: bool, wait: float | None
) -> None:
    for channel, address in addresses(vendors):
        vendors.faults.append(fault)
        with pytest.raises(DeliveryError) as caught:
            send(channel, address)
        error = caught.value
        assert (error.permanent, error.unsure, error.retry_after) == (permanent, unsure, wait), (
            channel.name
        )
    assert vendors.inbox == []


def test_an_answer_that_is_lost_may_have_arrived(vendors: Providers) -> None:
    for channel, address in addresses(vendors):
        vendors.lost = 1
        with pytest.raises(DeliveryError) as caught:
            send(channel, address)
        assert (caught.value.unsure, caught.value.permanent) == (True, False), channel.name
    assert len(vendors.inbox) == 7


def test_a_push_is_read_by_its_browser_alone_and_leads_to_the_page_that_asks(
    vendors: Providers,
) -> None:
    browser = vendors.browser()
    send(WEB_PUSH, browser.subscription)
    shown = browser.read(vendors.inbox[0].body)
    assert shown["title"] == "SEV1 · INC-42: It burns"
    assert shown["acknowledge"] == "https://aire.example.org/ack/token/"
    assert vendors.inbox[0].headers["urgency"] == "high"
    assert b"It burns" not in vendors.inbox[0].body


def test_a_browser_that_unsubscribed_is_final_and_says_what_to_do(vendors: Providers) -> None:
    vendors.faults.append(Answer(410))
    with pytest.raises(DeliveryError, match="Switch it on again"):
        send(WEB_PUSH, vendors.browser().subscription)


def test_no_text_mentions_formats_or_hides_a_link(vendors: Providers) -> None:
    send(MATTERMOST, f"{vendors.url}/mattermost/a")
    send(TEAMS, f"{vendors.url}/teams/a")
    send(TELEGRAM, "123456")
    post, card, text = (taken.body for taken in vendors.inbox)
    said = json.dumps(post, ensure_ascii=False)
    assert "@all" not in said
    assert "[x](" not in said
    assert "](https://evil" not in json.dumps(card["attachments"][0]["content"]["body"][1])
    assert "parse_mode" not in text


def test_a_text_message_says_how_to_acknowledge_and_never_cuts_its_link(vendors: Providers) -> None:
    long = Message(**{**PAGE.to_json(), "title": "x" * 290, "actions": PAGE.actions, "facts": ()})
    send(SMS, "+491711234567", long)
    body = vendors.inbox[0].body["Body"]
    assert "Reply ACK 42 to acknowledge." in body
    assert body.endswith(PAGE.url)
    assert len(body) <= 480


def test_a_number_that_said_stop_is_final_in_words(vendors: Providers) -> None:
    with pytest.raises(DeliveryError, match="replied STOP") as caught:
        send(SMS, "+491711230000")
    assert caught.value.permanent


def test_the_token_of_a_bot_is_in_no_sentence(vendors: Providers) -> None:
    with pytest.raises(DeliveryError) as caught:
        send(TELEGRAM, "404404")
    assert "chat not found" in caught.value.sentence
    assert BOT not in caught.value.sentence


def test_teams_says_no_in_the_body_of_a_yes(vendors: Providers) -> None:
    vendors.faults.append(Answer(200, "Microsoft Teams endpoint returned HTTP error 429"))
    with pytest.raises(DeliveryError) as caught:
        send(TEAMS, f"{vendors.url}/teams/a")
    assert caught.value.retry_after == 30


@pytest.mark.parametrize(
    ("channel", "text", "kept"),
    [
        (SMS, "0049 (171) 123-4567", "+491711234567"),
        (SMS, "0171 1234567", None),
        (SMS, "+49171' OR 1=1", None),
        (NTFY, "my topic", None),
        (NTFY, "a/../b", None),
        (TELEGRAM, "12;34", None),
        (TEAMS, "http://teams.example.org/x", None),
        (TEAMS, "https://user@evil/x", None),
        (MATTERMOST, "file:///etc/passwd", None),
        (WEB_PUSH, '{"endpoint": "https://push.example.org", "keys": {}}', None),
        (WEB_PUSH, "[" * 50_000, None),
        (APPRISE, "https://not-apprise", None),
        (APPRISE, "mailto://user:pass@example.org", None),
        (APPRISE, "syslog://", None),
        (APPRISE, "dbus://", None),
        (APPRISE, "mqtt://10.0.0.1/topic", None),
    ],
)
def test_an_address_has_one_form_or_is_refused(channel: Any, text: str, kept: str | None) -> None:
    if kept is None:
        with pytest.raises(BadAddress):
            channel.form.check(text)
    else:
        assert channel.form.check(text)[0] == kept


def test_apprise_reaches_no_private_network_unless_it_is_allowed(
    vendors: Providers, settings: Any
) -> None:
    host = vendors.url.removeprefix("http://")
    address = f"json://{host}/hook/apprise"
    assert send(APPRISE, address).detail.startswith("Taken by")
    assert len(vendors.inbox) == 1
    settings.AIRE_ALLOW_PRIVATE_NETWORK = ""
    with pytest.raises(DeliveryError, match="not on the public internet") as caught:
        send(APPRISE, address)
    assert caught.value.permanent
    assert len(vendors.inbox) == 1
