"""Calls to Slack's Web API, with failures in words that say whether trying again can help.

Codes: https://docs.slack.dev/reference/methods/chat.postMessage#errors. The SDK's own retry
handlers sleep, so none are used: a delivery is tried again from its row.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from typing import Any
from urllib.error import URLError

from django.conf import settings
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

from integrations.slack.health import faults
from notifications.channels import DeliveryError

TIMEOUT_SECONDS = 5
RETRY_AFTER_SECONDS = 30

SENTENCES: Mapping[str, str] = {
    "account_inactive": "The Slack app was removed from the workspace. Install it again.",
    "cant_update_message": "Slack no longer lets AIRE edit this message.",
    "channel_not_found": "Slack knows no such channel, or AIRE is not in it. Invite the app.",
    "invalid_auth": "Slack refuses AIRE's bot token. Check AIRE_SLACK_BOT_TOKEN.",
    "invalid_blocks": "Slack refused the layout of the message.",
    "is_archived": "The Slack channel is archived.",
    "message_not_found": "The Slack message is gone.",
    "missing_scope": "The Slack app lacks a scope. Add it and install the app again.",
    "msg_blocks_too_long": "Slack found the message too long.",
    "msg_too_long": "Slack found the message too long.",
    "not_authed": "AIRE has no bot token for Slack. Set AIRE_SLACK_BOT_TOKEN.",
    "not_in_channel": "AIRE is not in this Slack channel. Invite the app.",
    "restricted_action": "A setting of the Slack workspace forbids AIRE to post here.",
    "socket_refused": "Slack gives no connection for the app-level token.",
    "token_expired": "AIRE's bot token for Slack has expired. Set a new one.",
    "token_revoked": "AIRE's bot token for Slack was revoked. Install the app again.",
    "user_not_found": "Slack no longer knows this person.",
    "users_not_found": "Nobody in Slack has this e-mail address.",
}
LATER = frozenset({"ratelimited", "rate_limited", "service_unavailable", "request_timeout"})
"""Slack took nothing, but may later."""
FORM_ONLY = frozenset(
    {
        "chat.getPermalink",
        "conversations.history",
        "conversations.info",
        "conversations.list",
        "conversations.replies",
        "users.info",
        "users.lookupByEmail",
    }
)
"""Methods that take no JSON."""
UNSURE = frozenset({"internal_error", "fatal_error"})
"""Slack's documentation: part of the operation may have succeeded."""


class SlackRefused(DeliveryError):
    """Slack answered, and `code` is its word for why not."""

    def __init__(self, code: str, *, retry_after: float | None = None) -> None:
        sentence = SENTENCES.get(code, "Slack refused it.")
        super().__init__(
            f"{sentence} ({code})",
            permanent=code not in LATER and code not in UNSURE,
            retry_after=retry_after,
            unsure=code in UNSURE,
        )
        self.code = code


def call(
    method: str, arguments: Mapping[str, Any], *, timeout: int = TIMEOUT_SECONDS
) -> dict[str, Any]:
    """One call, for example `call("users.info", {"user": …})`; the answer's JSON. What a person
    has to mend is put down for admins."""
    return _called(method, arguments, timeout)[0]


def call_with_scopes(
    method: str, arguments: Mapping[str, Any], *, timeout: int = TIMEOUT_SECONDS
) -> tuple[dict[str, Any], frozenset[str]]:
    """Also the scopes that the token has, which Slack names with every answer."""
    answer, headers = _called(method, arguments, timeout)
    named = next((v for name, v in headers.items() if name.lower() == "x-oauth-scopes"), "")
    text = str(named[0] if isinstance(named, list) else named)
    return answer, frozenset(filter(None, (scope.strip() for scope in text.split(","))))


def _called(
    method: str, arguments: Mapping[str, Any], timeout: int
) -> tuple[dict[str, Any], Mapping[str, Any]]:
    client = WebClient(
        token=settings.AIRE_SLACK_BOT_TOKEN,
        base_url=settings.AIRE_SLACK_API_URL,
        timeout=timeout,
        retry_handlers=[],
        logger=SILENT,
    )
    try:
        if method in FORM_ONLY:
            answer = client.api_call(method, params=dict(arguments))
        else:
            answer = client.api_call(method, json=dict(arguments))
    except SlackApiError as error:
        refusal = _refusal(error)
        if isinstance(refusal, SlackRefused):
            faults.note(method, arguments, refusal.code, needed=_needed(error))
        raise refusal from error
    except URLError as error:
        raise DeliveryError(f"Slack cannot be reached: {_words(error.reason)}.") from error
    except (OSError, SlackClientError, ValueError) as error:
        # The request was out when this happened: nobody knows what Slack made of it.
        raise DeliveryError(f"Slack gave no answer: {_words(error)}.", unsure=True) from error
    faults.worked(arguments)
    return (dict(answer.data) if isinstance(answer.data, dict) else {}), answer.headers or {}


_CODE = re.compile(r"[a-z0-9_]{1,80}")
# The SDK logs what it raises; the caller decides what is worth a line.
SILENT = logging.getLogger("slack_sdk.aire")
SILENT.setLevel(logging.CRITICAL)


def _refusal(error: SlackApiError) -> DeliveryError:
    response: Any = error.response
    status = int(getattr(response, "status_code", 0) or 0)
    data = getattr(response, "data", None)
    headers = getattr(response, "headers", None) or {}
    code = str(data.get("error") or "") if isinstance(data, dict) else ""
    if not _CODE.fullmatch(code):
        code = ""  # the SDK puts the beginning of a body that is no JSON here
    if status == 429 or code in LATER:
        return SlackRefused(code or "ratelimited", retry_after=_retry_after(headers))
    if code:
        return SlackRefused(code)
    if status == 503:
        return DeliveryError("Slack is not available right now (HTTP 503).")
    return DeliveryError(f"Slack failed to answer (HTTP {status or 'unknown'}).", unsure=True)


def _needed(error: SlackApiError) -> str:
    """The scope that was missing."""
    data = getattr(error.response, "data", None)
    return str(data.get("needed") or "")[:120] if isinstance(data, dict) else ""


def _retry_after(headers: Mapping[str, Any]) -> float:
    """Seconds, from a header that may be missing or rubbish."""
    for name, value in headers.items():
        if name.lower() == "retry-after":
            try:
                return float(value[0] if isinstance(value, list) else value)
            except ValueError:
                break
    return RETRY_AFTER_SECONDS


def _words(error: object) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__
