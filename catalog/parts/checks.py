"""Parts and contacts as somebody wants them, and what may be wrong with them. No writes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from accounts.checks import Findings
from catalog.parts.models import SystemPart
from core.urls import safe_href

MAX_PARTS = 60
MAX_SETTINGS = 50
MAX_CONTACTS = 20
_REACHED = re.compile(r"(mailto:)?[^@\s]+@[^@\s]+\.[^@\s]+|\+?[0-9][0-9 ()/.-]{4,38}")

PartState = Mapping[str, Any]
"""`kind`, `name`, `version`, `url` and `settings` (text by name)."""


def part_key(part: PartState) -> tuple[str, str]:
    return part["kind"], part["name"]


def check_parts(parts: Sequence[PartState], findings: Findings) -> list[dict[str, Any]]:
    """Cleaned and in order. A version of None means that it stays as it is."""
    if len(parts) > MAX_PARTS:
        findings.add("parts", f"At most {MAX_PARTS} parts can be listed.")
        return []
    clean = sorted((_part(part, findings) for part in parts), key=part_key)
    keys = [part_key(part) for part in clean]
    for kind, name in sorted({key for key in keys if keys.count(key) > 1}):
        findings.add("parts", f"The {kind} “{name[:80]}” is named twice.")
    return clean


def _part(part: PartState, findings: Findings) -> dict[str, Any]:
    kind = part.get("kind", "")
    if kind not in SystemPart.Kind.values:
        known = ", ".join(SystemPart.Kind.values)
        findings.add("parts", f"“{str(kind)[:80]}” is not a kind of part. Known are {known}.")
    version = part.get("version")
    return {
        "kind": kind,
        "name": findings.line("parts", part.get("name", ""), limit=120, required=True),
        "version": None if version is None else findings.line("parts", version, limit=200),
        "url": _link(part.get("url") or "", findings),
        "settings": _settings(part.get("settings") or {}, findings),
    }


def _link(value: str, findings: Findings) -> str:
    url = findings.text("parts", value, limit=2048)
    if url and safe_href(url) is None:
        findings.add("parts", f"“{url[:80]}” is not an http or https address without a password.")
    return url


def _settings(settings: Mapping[str, str], findings: Findings) -> dict[str, str]:
    if len(settings) > MAX_SETTINGS:
        findings.add("parts", f"At most {MAX_SETTINGS} settings of a part can be given.")
        return {}
    return {
        findings.line("parts", name, limit=80, required=True): findings.line(
            "parts", value, limit=500
        )
        for name, value in sorted(settings.items())
    }


def check_contacts(
    contacts: Sequence[Mapping[str, str]], findings: Findings
) -> list[dict[str, str]]:
    """Whom to reach at a provider: an address of the web, a mail address or a number."""
    if len(contacts) > MAX_CONTACTS:
        findings.add("contacts", f"At most {MAX_CONTACTS} contacts can be listed.")
        return []
    clean = []
    for contact in contacts:
        name = findings.line("contacts", contact.get("name", ""), limit=120, required=True)
        address = findings.line("contacts", contact.get("address", ""), limit=2048, required=True)
        if address and not _REACHED.fullmatch(address) and safe_href(address) is None:
            findings.add(
                "contacts",
                f"“{address[:80]}” is no mail address, telephone number or http(s) address.",
            )
        clean.append({"name": name, "address": address.removeprefix("mailto:")})
    return clean
