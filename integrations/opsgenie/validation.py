"""What Opsgenie refuses, in its words. What it would only cut is cut, not refused: Alertmanager's
own descriptions are longer than Opsgenie allows."""

from __future__ import annotations

from collections.abc import Mapping

PRIORITIES = ("P1", "P2", "P3", "P4", "P5")
MAX_ALIAS = 512
INVALID = "Request body is not processable. Please check the errors."


def creation_errors(body: Mapping[str, object]) -> dict[str, str]:
    """By field; empty when an alert can be made of it."""
    errors: dict[str, str] = {}
    message = body.get("message")
    if not isinstance(message, str) or not message.strip():
        errors["message"] = "Message can not be empty."
    alias = body.get("alias")
    if alias is not None and (not isinstance(alias, str) or len(alias) > MAX_ALIAS):
        errors["alias"] = f"Alias must be a text of at most {MAX_ALIAS} characters."
    return errors | field_errors(body)


def field_errors(body: Mapping[str, object]) -> dict[str, str]:
    """Of the fields that several calls share."""
    errors: dict[str, str] = {}
    if body.get("priority") is not None and body["priority"] not in PRIORITIES:
        errors["priority"] = f"Priority should be one of [ {', '.join(PRIORITIES)} ]"
    for name in ("tags", "responders", "visibleTo", "actions"):
        if body.get(name) is not None and not isinstance(body[name], list):
            errors[name] = f"{name} must be a list."
    if body.get("details") is not None and not isinstance(body["details"], dict):
        errors["details"] = "details must be an object."
    return errors
