"""Event Grid's two handshakes: a code to send back, and CloudEvents' question by OPTIONS."""

from __future__ import annotations

from alerts.ingest.doors import Answer, Call, Manners, named_within
from alerts.reading import inner, text_of
from core.payload import PayloadError, load_json

ORIGIN = "eventgrid.azure.net"
"""https://github.com/cloudevents/spec/blob/main/cloudevents/http-webhook.md#4-abuse-protection"""


def _greet(call: Call) -> Answer | None:
    if call.method == "OPTIONS":
        if call.headers.get("webhook-request-origin") != ORIGIN:
            return Answer(400, {"detail": f"Only {ORIGIN} may ask to send here."})
        allowed = {"webhook-allowed-origin": ORIGIN, "webhook-allowed-rate": "*"}
        return Answer(200, {}, allowed)
    if call.headers.get("aeg-event-type", "").lower() != "subscriptionvalidation":
        return None
    code = _validation_code(call.body)
    return Answer(200, {"validationResponse": code}) if code else None


def _validation_code(body: bytes) -> str:
    try:
        events = load_json(body).value
    except PayloadError:
        return ""
    first = events[0] if isinstance(events, list) and events else events
    return text_of(inner(first, "data").get("validationCode")) if isinstance(first, dict) else ""


MANNERS = Manners(
    methods=("POST", "OPTIONS"),
    greet=_greet,
    headers=frozenset({"aeg-event-type", "aeg-subscription-name"}),
    delivery=named_within,
)
