"""Calls to Twilio's REST API. https://www.twilio.com/docs/usage/api

Codes: https://www.twilio.com/docs/api/errors. `AIRE_TWILIO_API_URL` may name another provider that
speaks the same API (SignalWire does, with another base).
"""

from __future__ import annotations

import base64
import re
from typing import Any

from django.conf import settings

from core.http import OutboundFailed, Response
from notifications.channels import BadAddress, DeliveryError
from notifications.posting import post

NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")
SENTENCES = {
    21211: "This is no telephone number that can be reached.",
    21214: "This number cannot be called.",
    21215: "Twilio may not call this country. Allow it in its geographic permissions.",
    21408: "Twilio may not text this country. Allow it in its geographic permissions.",
    21606: "AIRE_TWILIO_FROM is no number that this account may text from.",
    21610: "The owner of this number replied STOP. They have to reply START first.",
    21614: "This number cannot get text messages.",
    20003: "Twilio refuses AIRE's account and token. Check AIRE_TWILIO_AUTH_TOKEN.",
}


def configured() -> bool:
    return bool(
        settings.AIRE_TWILIO_ACCOUNT_SID
        and settings.AIRE_TWILIO_AUTH_TOKEN
        and settings.AIRE_TWILIO_FROM
    )


def create(what: str, fields: dict[str, Any]) -> str:
    """Create a `Messages` or `Calls` resource; its id. Raises `DeliveryError`."""
    account = settings.AIRE_TWILIO_ACCOUNT_SID
    base = settings.AIRE_TWILIO_API_URL.rstrip("/")
    login = base64.b64encode(f"{account}:{settings.AIRE_TWILIO_AUTH_TOKEN}".encode()).decode()
    answer = post(
        f"{base}/2010-04-01/Accounts/{account}/{what}.json",
        who="Twilio",
        data=fields,
        headers={"Authorization": f"Basic {login}"},
        read=_reason,
    )
    try:
        return str(answer.json()["sid"])
    except (OutboundFailed, KeyError, TypeError):
        raise DeliveryError("Twilio's answer cannot be read.", unsure=True) from None


def phone_number(text: str) -> tuple[str, str]:
    """In E.164, as Twilio wants it; the label shows the last four digits."""
    number = re.sub(r"[\s().\-/]", "", text)
    number = f"+{number[2:]}" if number.startswith("00") else number
    if not NUMBER.fullmatch(number):
        raise BadAddress("Write it with the country, like +49 30 1234567.")
    return number, f"{number[:3]} … {number[-4:]}"


def callback(path: str) -> str:
    return f"{settings.AIRE_BASE_URL}{path}"


def _reason(answer: Response) -> str:
    try:
        said = answer.json()
    except OutboundFailed:
        return ""
    found = said if isinstance(said, dict) else {}
    code = found.get("code")
    words = SENTENCES.get(code, "") if isinstance(code, int) else ""
    return f"{words or str(found.get('message') or '')} ({code})"
