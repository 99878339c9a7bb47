"""Answers through a response_url: five uses within half an hour, only ever at Slack's own hosts.

https://docs.slack.dev/interactivity/handling-user-interaction#message_responses
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from slack_sdk.webhook import WebhookClient

from integrations.slack.client import SILENT, SlackRefused
from notifications.channels import DeliveryError

TIMEOUT_SECONDS = 5
HOSTS = ("slack.com", "slack-gov.com")


def is_slacks(url: str) -> bool:
    """Whether an address that came with a request leads to Slack, or to the API that the settings
    name (a proxy, a test)."""
    try:
        parts, own = urlsplit(url), urlsplit(settings.AIRE_SLACK_API_URL)
        where, ours = (parts.scheme, parts.netloc), (own.scheme, own.netloc)
        host = parts.hostname or ""
    except ValueError:
        return False
    if where == ours:
        return True
    known = any(host == name or host.endswith(f".{name}") for name in HOSTS)
    return parts.scheme == "https" and known and parts.port is None and "@" not in parts.netloc


def respond(url: str, body: dict[str, Any]) -> None:
    """Raises `DeliveryError`; a used or expired address is a permanent one."""
    if not is_slacks(url):
        raise SlackRefused("no_response_url")
    client = WebhookClient(url, timeout=TIMEOUT_SECONDS, retry_handlers=[], logger=SILENT)
    try:
        answer = client.send_dict(body)
    except (OSError, ValueError) as error:
        raise DeliveryError("Slack gave no answer.", unsure=True) from error
    if answer.status_code == 200:
        return
    if answer.status_code == 429 or answer.status_code >= 500:
        raise DeliveryError(f"Slack is not available right now (HTTP {answer.status_code}).")
    raise SlackRefused("expired_url")
