"""From the start of a post until a mail server has taken the page of the person on call."""

from __future__ import annotations

import contextlib
import email
import email.policy
import re
import threading
import time
from collections.abc import Iterator
from typing import Any

from aiosmtpd.controller import Controller

from bench.program import Program, free_port
from bench.report import Result, at_most, percentile
from bench.visible import NO_STORM, Poster

RATES = ((5, 6.0, 300.0, 1000.0), (50, 8.0, 300.0, 1000.0), (150, 8.0, 2000.0, 10000.0))
"""Alerts a second, seconds, the most for p50 and p99 in ms."""

MARK = re.compile(r"\br\d+x\d+-0\b|\bwarm\d+-0\b")


class Inbox:
    """When the page of each alert was taken, and how often."""

    def __init__(self) -> None:
        self.at: dict[str, float] = {}
        self.copies = 0
        self._lock = threading.Lock()

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        now = time.perf_counter()
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        body = message.get_body(("plain",))
        text = f"{message['subject']}\n{body.get_content() if body else ''}"
        with self._lock:
            for mark in set(MARK.findall(text)):
                self.copies += mark in self.at
                self.at.setdefault(mark, now)
        return "250 OK"


def run() -> Result:
    result = Result("pages", "Alert to page handed to the mail server")
    inbox = Inbox()
    with (
        mail_server(inbox) as port,
        Program({"AIRE_EMAIL_URL": f"smtp://127.0.0.1:{port}", **NO_STORM}) as program,
    ):
        _measure(program, inbox, 5, 2.0, "warm")
        for rate, seconds, p50, p99 in RATES:
            took, lost = _measure(program, inbox, rate, seconds, f"r{rate}x")
            at_most(result, f"{rate}/s p50", percentile(took, 0.5), p50)
            at_most(result, f"{rate}/s p99", percentile(took, 0.99), p99)
            result.add(f"{rate}/s pages", f"{len(took)}", "all sent", lost == 0)
        result.add("second copies", str(inbox.copies), "0", inbox.copies == 0)
    return result


@contextlib.contextmanager
def mail_server(inbox: Inbox) -> Iterator[int]:
    """Its port."""
    port = free_port()
    mail = Controller(inbox, hostname="127.0.0.1", port=port)
    mail.start()
    try:
        yield port
    finally:
        mail.stop()


def _measure(
    program: Program, inbox: Inbox, rate: float, seconds: float, name: str
) -> tuple[list[float], int]:
    """Milliseconds of each page that came, and how many did not within twenty seconds."""
    poster = Poster(program, name)
    poster.post_for(seconds, rate)
    deadline = time.monotonic() + 20
    while not poster.sent.keys() <= inbox.at.keys() and time.monotonic() < deadline:
        time.sleep(0.05)
    took = [1000 * (inbox.at[k] - at) for k, at in poster.sent.items() if k in inbox.at]
    return took, len(poster.sent) - len(took) + poster.refused
