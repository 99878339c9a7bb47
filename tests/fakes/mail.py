"""A mail server on a free local port that keeps what it took and fails when told to.

`with MailInbox() as mail:` then point `AIRE_EMAIL_URL` at `mail.url`, or give Django
`mail.settings()`. `mail.messages` holds what was taken; `mail.script(…)` makes the next tries fail.
"""

from __future__ import annotations

import asyncio
import email
import email.policy
import threading
from collections import deque
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass(frozen=True)
class MailFault:
    """`answer`: refuse with this SMTP line. `hang`: seconds of silence. `drop`: the connection is
    cut instead of an answer; the mail was taken all the same when `accept`."""

    answer: str = ""
    hang: float = 0.0
    drop: bool = False
    accept: bool = False


class MailInbox:
    def __init__(self, port: int = 0) -> None:
        self.messages: list[EmailMessage] = []
        self.recipients: list[str] = []
        self._faults: deque[MailFault] = deque()
        self._lock = threading.Lock()
        self._port = port
        self._controller: Controller | None = None

    def __enter__(self) -> MailInbox:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        self._controller = _Controller(self, hostname="127.0.0.1", port=self._port)
        self._controller.start()
        self._port = self._controller.port

    def stop(self) -> None:
        if self._controller is not None:
            self._controller.stop()
            self._controller = None

    @property
    def port(self) -> int:
        return self._port

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self._port}?from=aire@example.org"

    def environment(self) -> dict[str, str]:
        """For a program under test."""
        return {"AIRE_EMAIL_URL": self.url}

    def settings(self) -> dict[str, Any]:
        """What Django's settings would be with this URL."""
        return {
            "EMAIL_CONFIGURED": True,
            "EMAIL_HOST": "127.0.0.1",
            "EMAIL_PORT": self._port,
            "EMAIL_HOST_USER": "",
            "EMAIL_HOST_PASSWORD": "",
            "EMAIL_USE_TLS": False,
            "EMAIL_USE_SSL": False,
            "DEFAULT_FROM_EMAIL": "AIRE <aire@example.org>",
        }

    def script(self, *faults: MailFault) -> None:
        """The next mails go wrong like this, in order."""
        with self._lock:
            self._faults.extend(faults)

    def to(self, address: str) -> list[EmailMessage]:
        """What this address was sent, oldest first."""
        with self._lock:
            pairs = list(zip(self.recipients, self.messages, strict=True))
        return [message for recipient, message in pairs if recipient == address]

    # -- aiosmtpd's handler ----------------------------------------------------------------

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        with self._lock:
            fault = self._faults.popleft() if self._faults else None
        if fault is None or fault.accept:
            self._keep(envelope)
        if fault is None:
            return "250 Taken"
        if fault.hang:
            await asyncio.sleep(fault.hang)
        if fault.drop:
            server.transport.abort()
        return fault.answer or "250 Taken"

    def _keep(self, envelope: Envelope) -> None:
        content = envelope.content
        raw = content if isinstance(content, bytes) else str(content).encode()
        parsed = email.message_from_bytes(raw, policy=email.policy.default)
        with self._lock:
            for recipient in envelope.rcpt_tos:
                self.recipients.append(recipient)
                self.messages.append(parsed)


class _Controller(Controller):
    def _trigger_server(self) -> None:
        """The port that was asked for may be 0: the one that was given is known by now."""
        server: Any = self.server
        self.port = server.sockets[0].getsockname()[1]
        super()._trigger_server()
