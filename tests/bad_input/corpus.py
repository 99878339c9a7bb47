"""What a case of bad input is, and what may become of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.integrations.hostile import GOOD_ALERT, document, encoded

SECRET = "example-github-secret"
IN = "/in/{alertmanager}/alertmanager/"
STORED = frozenset({202})
READ, ASIDE, EITHER, NOTHING = "read", "set aside", "either", "nothing"


@dataclass(frozen=True)
class Case:
    """`path` and `headers` name keys of sources in braces. `outcome` is what the receipt ends as:
    read, set aside, either of the two, or nothing stored at all."""

    name: str
    body: bytes = b""
    path: str = IN
    headers: Mapping[str, str] = field(default_factory=dict)
    method: str = "POST"
    status: frozenset[int] = STORED
    outcome: str = EITHER
    says: str = ""
    """A word that the reason or a note has."""


def alert(**changes: object) -> bytes:
    return encoded(document(**changes))


def labelled(value: object, name: str = "alertname") -> bytes:
    return alert(labels={name: value, "system": "rag"})


def escaped(**changes: object) -> bytes:
    return json.dumps(document(**changes)).encode()


def raw(field_name: str, text: str) -> bytes:
    """An alert whose field stands there as this JSON text, which `json` would not write."""
    return alert(**{field_name: "@@"}).replace(b'"@@"', text.encode())


def bare(**removed: None) -> bytes:
    left = {name: value for name, value in GOOD_ALERT.items() if name not in removed}
    return encoded({**document(), "alerts": [left]})


def refused(*status: int) -> frozenset[int]:
    return frozenset(status)
