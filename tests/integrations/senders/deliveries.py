"""Captured deliveries as the ingest address sees them."""

from __future__ import annotations

import base64
import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from alerts.ingest.app import _kept
from alerts.ingest.doors import Call, manners_of
from alerts.signals import Reading, Signal, SourceFormat
from tests.integrations.captured import ROOT

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
_ANY = re.compile("")


@dataclass(frozen=True)
class Delivery:
    headers: dict[str, str]
    body: bytes
    secret: str
    second_secret: str

    def call(self, **changes: Any) -> Call:
        match = _ANY.match("")
        assert match is not None
        given = {"match": match, "headers": self.headers, "body": self.body, **changes}
        return Call(**given)


def delivery(folder: str, case: str) -> Delivery:
    record = json.loads((ROOT / folder / "payloads" / f"{case}.http.json").read_text())
    return Delivery(
        headers={name.lower(): value for name, value in record["headers"].items()},
        body=base64.b64decode(record["body_base64"]),
        secret=record.get("secret", ""),
        second_secret=record.get("second_secret", ""),
    )


def read(
    source: SourceFormat, folder: str, case: str, /, options: dict[str, object] | None = None
) -> Reading:
    """Read a captured delivery with the headers that would have been kept of it."""
    found = delivery(folder, case)
    headers = _kept(found.headers, manners_of(source.name).headers)
    given = {"received_at": NOW, "receipt_id": "0199-receipt", **(options or {})}
    return source.read(found.body, headers=headers, options=given)


def one(source: SourceFormat, folder: str, case: str, /, **options: object) -> Signal:
    (signal,) = read(source, folder, case, options).signals
    return signal
