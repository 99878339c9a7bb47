"""What PagerDuty's Events API v2 refuses, in its own words, for the answer to the sender."""

from __future__ import annotations

from collections.abc import Mapping

MAX_DEDUP_KEY_CHARS = 255
ACTIONS = ("trigger", "acknowledge", "resolve")
SEVERITIES = ("critical", "error", "warning", "info")


def validate_event(body: object, *, needs_routing_key: bool = True) -> list[str]:
    """Error sentences for the 400 answer's `errors`; empty when the event is acceptable.

    Stricter senders' libraries read them, so the names and the wording are PagerDuty's. Lengths
    that PagerDuty cuts (the summary) are no errors here either, and the length of the routing key
    is not checked: keys of AIRE are longer.
    """
    if not isinstance(body, Mapping):
        return ["Event must be a JSON object"]
    errors = []
    if needs_routing_key and _blank(body.get("routing_key")):
        errors.append("'routing_key' is missing or blank")
    action = body.get("event_action")
    if _blank(action):
        errors.append("'event_action' is missing or blank")
    elif action not in ACTIONS:
        errors.append(f"'event_action' is invalid (must be one of the following: {_or(ACTIONS)})")
    return errors + _dedup_key_errors(body) + _payload_errors(body)


def validate_change(body: object) -> list[str]:
    """The same for a change event, which has neither an action nor a severity."""
    if not isinstance(body, Mapping):
        return ["Event must be a JSON object"]
    errors = []
    if _blank(body.get("routing_key")):
        errors.append("'routing_key' is missing or blank")
    if "event_action" in body:
        errors.append("'event_action' is not part of a change event")
    payload = body.get("payload")
    if not isinstance(payload, Mapping):
        return [*errors, "'payload' must be an object"]
    return errors + (
        ["'payload.summary' is missing or blank"] if _blank(payload.get("summary")) else []
    )


def invalid_answer(errors: list[str]) -> dict[str, object]:
    """The body of the 400 answer."""
    return {"status": "invalid event", "message": "Event object is invalid", "errors": errors}


def _dedup_key_errors(body: Mapping[str, object]) -> list[str]:
    key = body.get("dedup_key")
    if _blank(key):
        needed = body.get("event_action") in ("acknowledge", "resolve")
        return ["'dedup_key' is missing or blank"] if needed else []
    if not isinstance(key, str):
        return ["'dedup_key' must be a string"]
    if len(key) > MAX_DEDUP_KEY_CHARS:
        return [f"'dedup_key' is too long (maximum is {MAX_DEDUP_KEY_CHARS} characters)"]
    return []


def _payload_errors(body: Mapping[str, object]) -> list[str]:
    payload = body.get("payload")
    if body.get("event_action") in ("acknowledge", "resolve"):
        return []  # a payload may come along with these, and is not looked at
    if payload is None or payload == {}:
        payload = {}
    elif not isinstance(payload, Mapping):
        return ["'payload' must be an object"]
    errors = [
        f"'payload.{name}' is missing or blank"
        for name in ("summary", "source", "severity")
        if _blank(payload.get(name))
    ]
    severity = payload.get("severity")
    if not _blank(severity) and severity not in SEVERITIES:
        errors.append(
            f"'payload.severity' is invalid (must be one of the following: {_or(SEVERITIES)})"
        )
    return errors


def _blank(value: object) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def _or(words: tuple[str, ...]) -> str:
    quoted = [f"'{word}'" for word in words]
    return f"{', '.join(quoted[:-1])} or {quoted[-1]}"
