"""Runs cases through the ingest application in this process, then absorbs what they stored."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from alerts import absorb
from alerts.ingest.app import Ingest
from alerts.models import Alert, Receipt
from alerts.services import save_source
from core.actor import program
from tests.bad_input.corpus import SECRET, Case
from tests.integrations.hostile import GOOD_ALERT, encoded


@dataclass(frozen=True)
class Outcome:
    """`state` is "" when nothing was stored."""

    status: int
    body: bytes
    state: str = ""
    said: str = ""
    signals: int = 0
    neighbour: bool = False


def made_keys() -> dict[str, str]:
    """Sources of the formats that the cases post to, and keys that are good for nothing."""
    keys = {}
    for name, kind in (
        ("alertmanager", "alertmanager"), ("second", "alertmanager"), ("pagerduty", "pagerduty"),
        ("grafana", "grafana"), ("github", "github"), ("sentry", "sentry"),
        ("opentelemetry", "opentelemetry"), ("signed", "github"),
        ("timed", "langfuse"), ("off", "alertmanager"),
        ("revoked", "alertmanager"), ("neighbour", "alertmanager"),
    ):  # fmt: skip
        secret = SECRET if name in ("signed", "timed") else None
        source, key = save_source(
            slug=f"bad-{name}", name=name, format=kind, enabled=name != "off",
            signing_secret=secret, actor=program(),
        )  # fmt: skip
        keys[name] = key or ""
        if name == "revoked":
            source.keys.update(revoked_at="2026-01-01T00:00:00Z")
    return {**keys, "deleted": "aire_deleted", "rotated": keys["revoked"]}


def run(cases: Sequence[Case], keys: Mapping[str, str]) -> dict[str, Outcome]:
    """Each case, and a good alert of a neighbour right behind it."""
    answers = asyncio.run(_send_all(cases, keys))
    while absorb.absorb_due():
        pass
    receipts = {
        row.headers["x-case"]: row
        for row in Receipt.objects.defer("body").filter(headers__has_key="x-case")
    }
    good = set(
        Alert.objects.filter(source__slug="bad-neighbour").values_list("dedup_key", flat=True)
    )
    return {
        case.name: _outcome(answers[case.name], receipts.get(str(number)), f"ok-{number}" in good)
        for number, case in enumerate(cases)
    }


def _outcome(answer: tuple[int, bytes], row: Receipt | None, neighbour: bool) -> Outcome:
    status, body = answer
    if row is None:
        return Outcome(status, body, neighbour=neighbour)
    said = " ".join([row.reason, *row.notes])
    return Outcome(status, body, row.state, said, row.signals, neighbour)


async def _send_all(cases: Sequence[Case], keys: Mapping[str, str]) -> dict[str, tuple[int, bytes]]:
    app = Ingest()
    answers = {}
    for number, case in enumerate(cases):
        headers = {name: _filled(value, keys) for name, value in case.headers.items()}
        answers[case.name] = await send(
            app, case.method, _filled(case.path, keys), case.body,
            {**headers, "x-case": str(number)},
        )  # fmt: skip
        good = encoded({"version": "4", "alerts": [{**GOOD_ALERT, "fingerprint": f"ok-{number}"}]})
        path = f"/in/{keys['neighbour']}/alertmanager/"
        status, _ = await send(app, "POST", path, good, {})
        assert status == 202, case.name
    await app.committer.close()
    return answers


async def send(
    app: Ingest, method: str, path: str, body: bytes, headers: Mapping[str, str]
) -> tuple[int, bytes]:
    """One request as the server would hand it over; a body in pieces of 64 KB."""
    path, _, query = path.partition("?")
    pieces = [body[start : start + 65536] for start in range(0, len(body), 65536)] or [b""]
    messages: list[dict[str, Any]] = [
        {"type": "http.request", "body": piece, "more_body": place < len(pieces) - 1}
        for place, piece in enumerate(pieces)
    ]
    waiting = iter(messages)
    sent: list[Mapping[str, Any]] = []

    async def receive() -> Mapping[str, Any]:
        return next(waiting, {"type": "http.disconnect"})

    async def take(message: Mapping[str, Any]) -> None:
        sent.append(message)

    scope = {
        "type": "http", "method": method, "path": unquote(path), "http_version": "1.1",
        "query_string": query.encode(),
        "headers": [(k.encode(), v.encode("latin-1", "replace")) for k, v in headers.items()],
    }  # fmt: skip
    await app(scope, receive, take)
    return sent[0]["status"], b"".join(message.get("body", b"") for message in sent[1:])


def _filled(text: str, keys: Mapping[str, str]) -> str:
    for name, key in keys.items():
        text = text.replace("{" + name + "}", key)
    return text
