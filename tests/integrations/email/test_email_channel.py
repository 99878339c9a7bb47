"""The e-mail channel against a real SMTP conversation."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Any

import pytest

from core.ids import new_id
from integrations.email.channel import CHANNEL
from notifications.channels import DeliveryError, Sent
from notifications.message import Message
from tests.fakes.mail import MailFault, MailInbox

MESSAGE = Message(
    kind="page",
    headline="SEV1 · INC-42",
    title="Answers <b>leak</b>\nX-Injected: yes",
    facts=(("System", "Support"),),
    body="Since 10:02\nmore",
    why="On call: Platform until Mon 09:00",
    url="https://aire.example/incidents/INC-42/",
)


@pytest.fixture
def mail(settings: Any) -> Iterator[MailInbox]:
    with MailInbox() as inbox:
        for name, value in inbox.settings().items():
            setattr(settings, name, value)
        settings.AIRE_BASE_URL = "https://aire.example"
        yield inbox


DELIVERY = new_id()


def send(**more: Any) -> Sent:
    given = {"attempt": 1, "may_repeat": False, "delivery_id": DELIVERY, "message": MESSAGE}
    return CHANNEL.send(address="ana@example.org", **{**given, **more})


def test_a_mail_says_what_why_and_where_in_text_and_html(mail: MailInbox) -> None:
    send()
    (got,) = mail.to("ana@example.org")
    text = got.get_body(("plain",)).get_content()
    html = got.get_body(("html",)).get_content()
    assert "System: Support" in text
    assert "Why you got this: On call: Platform until Mon 09:00" in text
    assert 'href="https://aire.example/incidents/INC-42/"' in html
    assert "Answers &lt;b&gt;leak&lt;/b&gt;" in html


def test_a_title_cannot_add_a_header(mail: MailInbox) -> None:
    send()
    (got,) = mail.messages
    assert got["X-Injected"] is None
    assert got["Subject"].strip() == "SEV1 · INC-42: Answers <b>leak</b> X-Injected: yes"


def test_every_try_has_the_same_message_id_and_a_repeat_is_marked(mail: MailInbox) -> None:
    first = send()
    send(attempt=2, may_repeat=True)
    assert first.provider_ref == f"<{DELIVERY}@aire.example>"
    assert {got["Message-ID"] for got in mail.messages} == {first.provider_ref}
    assert mail.messages[1]["Subject"].strip().startswith("[possible repeat] ")
    assert mail.messages[1]["X-AIRE-Attempt"] == "2"


def failure(**more: Any) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        send(**more)
    return caught.value


@pytest.mark.parametrize(
    ("answer", "permanent"), [("550 No such mailbox", True), ("451 Try later", False)]
)
def test_what_the_server_refuses_is_final_or_not_by_its_code(
    mail: MailInbox, answer: str, permanent: bool
) -> None:
    mail.script(MailFault(answer=answer))
    error = failure()
    assert (error.permanent, error.unsure) == (permanent, False)
    assert answer in error.sentence


def test_a_server_that_is_not_there_is_tried_again(settings: Any) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free.getsockname()[1]
        error = failure()
    assert (error.permanent, error.unsure) == (False, False)


def test_a_server_that_takes_the_mail_and_goes_away_leaves_it_unsure(mail: MailInbox) -> None:
    mail.script(MailFault(accept=True, drop=True))
    assert failure().unsure
    assert len(mail.messages) == 1


def test_a_server_that_hangs_is_left_after_the_timeout(
    mail: MailInbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("integrations.email.channel.TIMEOUT_SECONDS", 0.3)
    mail.script(MailFault(hang=1.5))
    assert failure().unsure


def test_a_template_that_fails_leaves_the_plain_text(
    mail: MailInbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> str:
        raise RuntimeError

    monkeypatch.setattr("integrations.email.channel.render_to_string", broken)
    send()
    assert "System: Support" in mail.messages[0].get_content()
