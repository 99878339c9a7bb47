"""The fake mail server and Slack, with the time at which each message came in."""

from __future__ import annotations

import logging
import re
import threading
from dataclasses import dataclass
from datetime import UTC, datetime

from aiosmtpd.smtp import Envelope

from tests.fakes.mail import MailInbox
from tests.fakes.slack import FakeSlack, Post

# aiosmtpd tells every line of every conversation.
logging.getLogger("mail.log").setLevel(logging.WARNING)
_REF = re.compile(r"INC-([0-9]+)")


@dataclass(frozen=True)
class Message:
    """What reached somebody. `to` is a mail address or a Slack conversation; `delivery` names the
    obligation where the channel carries it (mail does, Slack does not)."""

    channel: str
    to: str
    text: str
    at: datetime
    delivery: str = ""
    kind: str = "page"

    @property
    def incident(self) -> int | None:
        found = _REF.search(self.text)
        return int(found[1]) if found else None


class Inboxes:
    """Both, and everything they took in one list, in the order of arrival."""

    def __init__(self) -> None:
        self.received: list[Message] = []
        self._lock = threading.Lock()
        self.mail = _Mail(self)
        self.slack = _Slack(self)
        # How Slack holds messages back has tests of its own: here every page has to arrive soon.
        self.slack.rates = False

    def keep(self, message: Message) -> None:
        with self._lock:
            self.received.append(message)

    def start(self) -> None:
        self.mail.start()
        self.slack.start()

    def stop(self) -> None:
        self.mail.stop()
        self.slack.stop()

    def environment(self) -> dict[str, str]:
        return {**self.mail.environment(), **self.slack.environment()}

    def about(self, title: str, *, channel: str = "") -> list[Message]:
        """Messages that name this title, of one channel or of both."""
        return [m for m in self.received if title in m.text and channel in ("", m.channel)]


class _Mail(MailInbox):
    def __init__(self, inboxes: Inboxes) -> None:
        super().__init__()
        self._inboxes = inboxes

    def _keep(self, envelope: Envelope) -> None:
        super()._keep(envelope)
        mail = self.messages[-1]
        self._inboxes.keep(
            Message(
                channel="email",
                to=envelope.rcpt_tos[0],
                text=str(mail["Subject"]).strip(),  # a long one is folded at its start
                at=datetime.now(UTC),
                delivery=str(mail["X-AIRE-Delivery"]),
                kind=str(mail["X-AIRE-Kind"]),
            )
        )


class _Slack(FakeSlack):
    def __init__(self, inboxes: Inboxes) -> None:
        super().__init__()
        self._inboxes = inboxes
        self.channels.add("#incidents")

    def keep(self, post: Post) -> Post:
        if not post.seen_by:
            self._inboxes.keep(Message("slack", post.channel, post.text, datetime.now(UTC)))
        return super().keep(post)
