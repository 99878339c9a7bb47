"""`POST /v2/enqueue`, `/v2/change/enqueue`: PagerDuty's Events API v2, answered as it answers."""

from __future__ import annotations

import re

from alerts.ingest.doors import Answer, Call, Door
from core.payload import PayloadError, load_json
from integrations.pagerduty.source import dedup_key_for
from integrations.pagerduty.validation import invalid_answer, validate_change, validate_event

LIMIT = 512 * 1024
"""PagerDuty's own limit of an event."""


def _event(call: Call) -> object:
    if "event" not in call.memo:
        try:
            call.memo["event"] = load_json(call.body).value
        except PayloadError:
            call.memo["event"] = None
    return call.memo["event"]


def _field(call: Call, name: str) -> str | None:
    event = _event(call)
    value = event.get(name) if isinstance(event, dict) else None
    # Blank is missing, as the validation and the reader have it.
    return value.strip() or None if isinstance(value, str) else None


def _refuse(call: Call) -> Answer | None:
    errors = validate_event(_event(call))
    return Answer(400, invalid_answer(errors)) if errors else None


def _accept(call: Call, receipt: str) -> Answer:
    body = {
        "status": "success",
        "message": "Event processed",
        "dedup_key": _field(call, "dedup_key") or dedup_key_for(receipt),
    }
    return Answer(202, body)


ENQUEUE = Door(
    path=re.compile(r"^/v2/enqueue/?\Z"),
    key=lambda call: _field(call, "routing_key"),
    format=lambda call: "pagerduty",
    refuse=_refuse,
    accept=_accept,
    wrong_key=Answer(401, invalid_answer(["'routing_key' is not known"])),
    busy=429,
    limit=LIMIT,
)


def _refuse_change(call: Call) -> Answer | None:
    errors = validate_change(_event(call))
    return Answer(400, invalid_answer(errors)) if errors else None


def _accept_change(call: Call, receipt: str) -> Answer:
    return Answer(202, {"status": "success", "message": "Change event processed"})


CHANGE = Door(
    path=re.compile(r"^/v2/change/enqueue/?\Z"),
    key=lambda call: _field(call, "routing_key"),
    format=lambda call: "pagerduty",
    refuse=_refuse_change,
    accept=_accept_change,
    wrong_key=Answer(401, invalid_answer(["'routing_key' is not known"])),
    busy=429,
    limit=LIMIT,
)
