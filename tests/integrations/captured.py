"""The captured payloads that live beside each format."""

from __future__ import annotations

import base64
import json
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2] / "integrations"


def bodies(format_name: str) -> dict[str, bytes]:
    """Case name to raw body of every captured delivery of a format."""
    found = {}
    for path in sorted((ROOT / format_name / "payloads").glob("*.http.json")):
        record = json.loads(path.read_text())
        found[path.name.removesuffix(".http.json")] = base64.b64decode(record["body_base64"])
    return found


def body(format_name: str, case: str) -> bytes:
    return bodies(format_name)[case]
