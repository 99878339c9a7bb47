"""A signed webhook as a remedy: whatever runs it knows what the action means.

What goes out is signed as https://www.standardwebhooks.com describes. `webhook-id` is the same for
every try of a step, so that the other side carries it out once.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from core import clock
from core.connecting import Option
from core.http import OutboundRefused, check_destination
from integrations.webhook.tracker import signature
from playbooks.remedies import Act, Api, Order, Planned, RemedyError, Sending, Target


class Webhook:
    name = "webhook"
    title = "Signed webhook"
    base_url = ""
    token_label = "Bearer token"  # noqa: S105 - a label
    secret_label = "Signing secret"  # noqa: S105 - a label
    allowed_label = ""
    options: tuple[Option, ...] = ()
    acts: tuple[Act, ...] = (
        Act(
            "send",
            "Post a signed message",
            "",
            (
                Option("do", "What to do", "A word that the other side knows: disable-tool."),
                Option("value", "With what", "Free text.", required=False),
                Option(
                    "undo",
                    "What takes it back",
                    "The word to send for undoing; empty: it cannot be undone.",
                    required=False,
                ),
            ),
        ),
    )

    def look(self, target: Target, order: Order) -> dict[str, Any]:
        """Nothing to read; but an address inside is refused before anybody approves it."""
        parts = urlsplit(target.base_url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        try:
            check_destination(parts.hostname or "", port)
        except OutboundRefused as error:
            raise RemedyError(f"{target.name} may not be called: {error.message}") from error
        return {}

    def plan(self, target: Target, order: Order, seen: Mapping[str, Any]) -> Planned:
        word, undo = order.params["do"], order.params.get("undo", "")
        return Planned(
            f"Posts “{word}” to {target.name}.",
            _sending(order, "playbook.step", word),
            f"Posts “{undo}” to {target.name}." if undo else "",
        )

    def undo(
        self, target: Target, order: Order, before: Mapping[str, Any], seen: Mapping[str, Any]
    ) -> Planned:
        word = order.params.get("undo", "")
        if not word:
            raise RemedyError("The playbook names no word that takes it back.")
        sending = _sending(order, "playbook.undo", word)
        return Planned(f"Posts “{word}” to {target.name}.", sending)

    def happened(
        self, order: Order, before: Mapping[str, Any], seen: Mapping[str, Any]
    ) -> bool | None:
        return None

    def perform(self, target: Target, sending: Sending, key: str) -> str:
        body = json.dumps(sending.body, ensure_ascii=False).encode()
        moment = str(int(clock.now().timestamp()))
        headers = {"webhook-id": key, "webhook-timestamp": moment}
        if secret := target.secret.reveal():
            headers["webhook-signature"] = signature(secret, key, moment, body)
        if token := target.token.reveal():
            headers["Authorization"] = f"Bearer {token}"
        answer = Api(target).send(sending, content=body, headers=headers)
        return f"HTTP {answer.status}"


def _sending(order: Order, kind: str, word: str) -> Sending:
    data = {"do": word, "value": order.params.get("value", ""), **order.about}
    return Sending("POST", "", {"type": kind, "data": data}, {"Content-Type": "application/json"})


REMEDY = Webhook()
