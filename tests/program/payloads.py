"""Captured deliveries, and captured ones with another name and start so that each is its own."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

INTEGRATIONS = Path(__file__).parents[2] / "integrations"


@dataclass(frozen=True)
class Condition:
    """What a delivery says about one alert; (key, started_at) is its episode."""

    key: str
    started_at: datetime
    firing: bool


def captured(name: str, *, sender: str = "alertmanager") -> bytes:
    path = INTEGRATIONS / sender / "payloads" / f"{name}.http.json"
    return base64.b64decode(json.loads(path.read_text())["body_base64"])


def all_captured() -> Iterator[bytes]:
    """Every webhook of an Alertmanager that was captured, as its bytes were."""
    for path in sorted((INTEGRATIONS / "alertmanager" / "payloads").glob("webhook-*.http.json")):
        body = base64.b64decode(json.loads(path.read_text())["body_base64"])
        if body.startswith(b"{"):
            yield body


def alert(
    name: str,
    *,
    firing: bool = True,
    system: str = "support-assistant",
    started_at: datetime | None = None,
) -> bytes:
    """The captured burn-rate page about another condition: `name` is its alert name and key."""
    document = json.loads(
        captured("webhook-single-firing" if firing else "webhook-single-resolved")
    )
    one = document["alerts"][0]
    start = started_at or datetime.now(UTC)
    one["labels"].update(alertname=name, system=system, service=system)
    one["annotations"]["summary"] = f"{name} burns its budget"
    one["fingerprint"] = name
    one["startsAt"] = start.isoformat()
    if not firing:
        one["endsAt"] = (start + timedelta(minutes=2)).isoformat()
    return json.dumps(document).encode()


def conditions(body: bytes) -> list[Condition]:
    """Read without the product's own reader, so that the checker cannot share its mistakes."""
    try:
        document: dict[str, Any] = json.loads(body)
    except ValueError:
        return []
    return [
        Condition(
            key=one["fingerprint"],
            started_at=datetime.fromisoformat(one["startsAt"]),
            firing=one["status"] == "firing",
        )
        for one in document["alerts"]
    ]
