"""Takes keys and personal data out of samples and reports before they are shown, and keeps the
whole sealed for whoever says why. No database."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from alerts.redaction.detector import Level, Plan, redact
from alerts.redaction.redacting import seal, unseal
from core.errors import Invalid, NotFound
from core.secrets import SecretUnreadable

LEAST_REASON, MAX_REASON = 10, 500


@dataclass(frozen=True, slots=True)
class Redacted:
    """`shown` with marks in place of what was found; `sealed` the whole, "" where nothing was;
    `found` counts by name."""

    shown: dict[str, Any]
    sealed: str
    found: dict[str, int]


def redacted(document: Mapping[str, Any]) -> Redacted:
    """Of texts at any depth; numbers and names of fields stay. A value is looked at beside its
    name too: `password` says what it holds."""
    plan = Plan(Level.PERSONAL, (), settings.SECRET_KEY.encode())
    found: Counter[str] = Counter()
    shown = {name: _clean(value, plan, found, name) for name, value in document.items()}
    sealed = seal(json.dumps(document, ensure_ascii=False).encode("utf-8", "replace"))
    return Redacted(shown, sealed if found else "", dict(found))


def opened(sealed: str) -> dict[str, Any]:
    """The whole again. Raises `NotFound` where it is not kept or its key is gone."""
    if not sealed:
        raise NotFound("The whole of it is not kept any more, or nothing was redacted.")
    try:
        document = json.loads(unseal(sealed))
    except SecretUnreadable as error:
        raise NotFound("It was encrypted with a key that AIRE no longer has.") from error
    return document if isinstance(document, dict) else {}


def checked_reason(reason: str) -> str:
    """Why somebody wants to see it, for the audit trail. Raises `Invalid`."""
    reason = " ".join(reason.split())
    if not LEAST_REASON <= len(reason) <= MAX_REASON:
        errors = {"reason": [f"Say why in {LEAST_REASON} to {MAX_REASON} characters."]}
        raise Invalid("Nothing was revealed.", errors=errors)
    return reason


def _clean(value: Any, plan: Plan, found: Counter[str], name: str = "") -> Any:
    if isinstance(value, str):
        return _text(value, plan, found, name)
    if isinstance(value, Mapping):
        return {key: _clean(one, plan, found, str(key)) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(one, plan, found, name) for one in value]
    return value


def _text(value: str, plan: Plan, found: Counter[str], name: str) -> str:
    changed, counts = redact(value.encode("utf-8", "replace"), plan)
    if counts or not name:
        found.update(counts)
        return changed.decode("utf-8", "replace")
    head = f"{name}: "
    pair, counts = redact((head + value).encode("utf-8", "replace"), plan)
    text = pair.decode("utf-8", "replace")
    if counts and text.startswith(head):
        found.update(counts)
        return text[len(head) :]
    return value
