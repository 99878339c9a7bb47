"""Opsgenie's Alert API: alerts, their actions and heartbeats, answered as Opsgenie answers.

https://docs.opsgenie.com/docs/alert-api. Writing is taken in as receipts, like everything else;
reading (`GET`) is answered by `integrations.opsgenie.views` at the same addresses.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from alerts.ingest.doors import Answer, Call, Door
from core.payload import PayloadError, clean_text, load_json
from integrations.opsgenie.identity import alias_of, number_of
from integrations.opsgenie.validation import INVALID, creation_errors, field_errors

ACTION_HEADER = "x-opsgenie-action"
ALIAS_HEADER = "x-opsgenie-alias"
NUMBER_HEADER = "x-opsgenie-number"
VALUE_HEADER = "x-opsgenie-value"
LIMIT = 512 * 1024
POSTED = (
    "close", "acknowledge", "unacknowledge", "snooze", "notes", "tags", "details", "assign",
    "escalate", "responders", "actions",
)  # fmt: skip
PUT = ("message", "description", "priority")
TOOK = 0.001
_READ = frozenset({"GET", "HEAD"})


def genie_key(call: Call) -> str | None:
    """The key in `Authorization: GenieKey …`."""
    scheme, _, rest = call.headers.get("authorization", "").partition(" ")
    return rest.strip() or None if scheme.lower() == "geniekey" else None


def _body(call: Call) -> object:
    """The parsed body; an object for none; None for what is no JSON."""
    if "body" not in call.memo:
        try:
            call.memo["body"] = load_json(call.body).value if call.body.strip() else {}
        except PayloadError:
            call.memo["body"] = None
    return call.memo["body"]


def _invalid(errors: Mapping[str, str]) -> Answer:
    return Answer(422, {"message": INVALID, "errors": dict(errors)})


def _refuse_creation(call: Call) -> Answer | None:
    body = _body(call)
    if not isinstance(body, dict):
        return Answer(400, {"message": "Could not parse request body"})
    errors = creation_errors(body)
    return _invalid(errors) if errors else None


def _refuse_action(call: Call) -> Answer | None:
    body = _body(call)
    if not isinstance(body, dict):
        return Answer(400, {"message": "Could not parse request body"})
    if _alias(call) is None and _number(call) is None:
        return _invalid({"identifier": "Give the id, the tiny id or the alias of an alert."})
    errors = field_errors(body)
    return _invalid(errors) if errors else None


def _alias(call: Call) -> str | None:
    return alias_of(call.match["id"], call.query.get("identifierType", "").lower())


def _number(call: Call) -> int | None:
    return number_of(call.match["id"], call.query.get("identifierType", "").lower())


def _action(call: Call) -> str:
    name = call.match.groupdict().get("action") or "delete"
    return f"remove-{name}" if call.method == "DELETE" and name != "delete" else name


def _keep_action(call: Call) -> Mapping[str, str]:
    removed = call.query.get("tags") or call.query.get("keys") or call.match.groupdict().get("name")
    return {
        ACTION_HEADER: _action(call),
        ALIAS_HEADER: _alias(call) or "",
        NUMBER_HEADER: "" if (number := _number(call)) is None else str(number),
        VALUE_HEADER: clean_text(removed or "", 500),
    }


def _accept(call: Call, receipt: str) -> Answer:
    body = {"result": "Request will be processed", "took": TOOK, "requestId": receipt}
    return Answer(202, body)


def _dress(answer: Answer, headers: Mapping[str, str]) -> Answer:
    """A refusal in Opsgenie's form."""
    given = dict(answer.body) if isinstance(answer.body, Mapping) else {}
    message = given.pop("detail", None)
    body = {**({"message": message} if message else {}), **given, "took": TOOK, "requestId": ""}
    return Answer(answer.status, body, answer.headers)


def _methods(match: re.Match[str]) -> tuple[str, ...]:
    action = match.groupdict().get("action")
    if action is None:
        return ("DELETE",)
    if action in PUT:
        return ("PUT", "POST")
    return ("POST", "DELETE") if action in ("tags", "details") else ("POST",)


_WRONG_KEY = Answer(401, {"message": "Could not authenticate"})

CREATE = Door(
    path=re.compile(r"^/v2/alerts/?\Z"),
    key=genie_key,
    format=lambda call: "opsgenie",
    refuse=_refuse_creation,
    accept=_accept,
    dress=_dress,
    keep=lambda call: {ACTION_HEADER: "create"},
    wrong_key=_WRONG_KEY,
    busy=429,
    limit=LIMIT,
    leaves=_READ,
)
ACT = Door(
    path=re.compile(
        rf"^/v2/alerts/(?P<id>.{{1,2048}}?)/(?P<action>{'|'.join((*POSTED, *PUT))})"
        r"(?:/(?P<name>[^/]{1,200}))?/?\Z",
        re.DOTALL,
    ),
    key=genie_key,
    format=lambda call: "opsgenie",
    refuse=_refuse_action,
    accept=_accept,
    dress=_dress,
    keep=_keep_action,
    wrong_key=_WRONG_KEY,
    busy=429,
    limit=LIMIT,
    methods=_methods,
    leaves=_READ,
)
DELETE = Door(
    path=re.compile(r"^/v2/alerts/(?P<id>.{1,2048})\Z", re.DOTALL),
    key=genie_key,
    format=lambda call: "opsgenie",
    refuse=_refuse_action,
    accept=_accept,
    dress=_dress,
    keep=_keep_action,
    wrong_key=_WRONG_KEY,
    busy=429,
    limit=LIMIT,
    methods=_methods,
    leaves=_READ,
)


def _accept_ping(call: Call, receipt: str) -> Answer:
    return Answer(202, {"result": "PONG - Heartbeat received", "took": TOOK, "requestId": receipt})


def _keep_ping(call: Call) -> Mapping[str, str]:
    return {
        "x-heartbeat-name": clean_text(call.match["name"], 100),
        "x-heartbeat-kind": "ping",
    }


PING = Door(
    path=re.compile(r"^/v2/heartbeats/(?P<name>[^/]{1,200})/ping/?\Z"),
    key=genie_key,
    format=lambda call: "heartbeat",
    accept=_accept_ping,
    dress=_dress,
    keep=_keep_ping,
    wrong_key=_WRONG_KEY,
    busy=429,
    limit=64 * 1024,
    methods=lambda match: ("POST", "GET", "PUT", "PATCH"),
)
