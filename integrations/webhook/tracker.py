"""A signed webhook as a tracker, for whatever has no client of its own.

What goes out and what comes in is signed as https://www.standardwebhooks.com describes.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any, Final

from core import clock
from core.connecting import Option
from core.http import OutboundFailed, OutboundRefused, request
from core.payload import PayloadError, load_json
from postmortems.trackers import (
    TIMEOUT_SECONDS,
    Connection,
    Incoming,
    Issue,
    Remote,
    TrackerError,
    UnreadableWebhook,
    WrongSignature,
)

TOLERANCE_SECONDS: Final = 300
PREFIX: Final = "whsec_"
STATUSES: Final = ("open", "in_progress", "done", "wont_do")


class Webhook:
    name = "webhook"
    title = "Webhook"
    base_url = ""
    options: tuple[Option, ...] = ()
    signature_help = (
        "Sign what you send with the same secret: the headers webhook-id, webhook-timestamp and "
        "webhook-signature, and a body such as {“action”: “ACT-7”, “status”: “done”}."
    )

    def create(self, connection: Connection, issue: Issue) -> Remote:
        return self._send(connection, issue, "action.linked")

    def find(self, connection: Connection, issue: Issue) -> Remote | None:
        return None  # the same webhook-id goes out again: the other side knows it by that

    def read(self, connection: Connection, external_id: str) -> Remote | None:
        return Remote(external_id, "", "", "")

    def update(self, connection: Connection, external_id: str, issue: Issue) -> Remote:
        return self._send(connection, issue, "action.changed")

    def receive(self, connection: Connection, headers: Mapping[str, str], body: bytes) -> Incoming:
        delivery = headers.get("webhook-id", "")
        moment = headers.get("webhook-timestamp", "")
        if not moment.isascii() or not moment.isdigit() or len(moment) > 12:
            raise WrongSignature("The time of the signature is missing.")
        if abs(clock.now().timestamp() - int(moment)) > TOLERANCE_SECONDS:
            raise WrongSignature("The signature is older than five minutes.")
        expected = signature(connection.webhook_secret.reveal(), delivery, moment, body)
        given = headers.get("webhook-signature", "").split(" ")
        if not any(hmac.compare_digest(expected.encode(), one.encode()) for one in given[:10]):
            raise WrongSignature("The signature is missing or wrong.")
        return Incoming(delivery, remote=_said(body))

    def _send(self, connection: Connection, issue: Issue, kind: str) -> Remote:
        body = json.dumps(_payload(issue, kind), ensure_ascii=False).encode()
        moment = str(int(clock.now().timestamp()))
        # The same for each try of one version, so that the other side takes it once.
        delivery = f"{issue.marker.lower()}.{issue.version}"
        headers = {
            "Content-Type": "application/json",
            "webhook-id": delivery,
            "webhook-timestamp": moment,
        }
        if secret := connection.webhook_secret.reveal():
            headers["webhook-signature"] = signature(secret, delivery, moment, body)
        if token := connection.token.reveal():
            headers["Authorization"] = f"Bearer {token}"
        try:
            answer = request(
                "POST",
                connection.base_url,
                headers=headers,
                content=body,
                timeout=TIMEOUT_SECONDS,
            )
        except OutboundRefused as error:
            raise TrackerError(
                f"{connection.name} was not called: {error.message} Correct its address.",
                permanent=True,
            ) from error
        except OutboundFailed as error:
            raise TrackerError(
                f"{connection.name} gave no answer: {error.message} It is tried again by itself.",
                retry_after=error.retry_after,
            ) from error
        if not answer.ok:
            raise TrackerError(
                f"{connection.name} answered HTTP {answer.status}. It is tried again by itself.",
                permanent=answer.status == 410,
                retry_after=answer.retry_after,
            )
        return Remote(issue.marker, "", issue.status, issue.status)


def signature(secret: str, delivery: str, moment: str, body: bytes) -> str:
    """`v1,` and the base64 of HMAC-SHA-256 over id, time and body, joined by dots."""
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        key = secret.encode()
    signed = f"{delivery}.{moment}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def _payload(issue: Issue, kind: str) -> dict[str, Any]:
    return {
        "type": kind,
        "timestamp": clock.now().isoformat(),
        "data": {
            "action": issue.marker,
            "title": issue.title,
            "body": issue.body,
            "status": issue.status,
            "reason": issue.reason,
            "due_on": issue.due_on.isoformat() if issue.due_on else None,
            "url": issue.url,
        },
    }


def _said(body: bytes) -> Remote:
    try:
        value = load_json(body).value
    except PayloadError as error:
        raise UnreadableWebhook("The body is not JSON.") from error
    said = value if isinstance(value, dict) else {}
    ref, status = said.get("action"), said.get("status")
    if not isinstance(ref, str) or status not in STATUSES:
        raise UnreadableWebhook("Say {“action”: “ACT-7”, “status”: one of the four}.")
    label = str(said.get("label") or status)[:80]
    return Remote(ref[:200], str(said.get("url") or ""), str(status), label)


TRACKER = Webhook()
