"""Checks of the further ways out: text messages, Telegram, ntfy, and the watchdog's own route.
Sends nothing to anybody; what is not set up is not spoken of."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping

from django.conf import settings
from django.db import connection

from aire_web.doctor.findings import Finding, failing, ok, warning
from core import http

LOOK_SECONDS = 30


def check_providers() -> Iterator[Finding]:
    if settings.AIRE_TWILIO_ACCOUNT_SID:
        yield from _twilio()
    if settings.AIRE_TELEGRAM_BOT_TOKEN:
        base = settings.AIRE_TELEGRAM_API_URL.rstrip("/")
        url = f"{base}/bot{settings.AIRE_TELEGRAM_BOT_TOKEN}/getMe"
        yield _asked("Telegram", url, {}, "AIRE_TELEGRAM_BOT_TOKEN")
    if settings.AIRE_NTFY_URL:
        yield _asked("ntfy", f"{settings.AIRE_NTFY_URL}/v1/health", {}, "AIRE_NTFY_URL")


def _twilio() -> Iterator[Finding]:
    if not (settings.AIRE_TWILIO_AUTH_TOKEN and settings.AIRE_TWILIO_FROM):
        yield failing(
            "Text messages",
            "An account is set, but no token or no number.",
            "Set AIRE_TWILIO_AUTH_TOKEN and AIRE_TWILIO_FROM.",
        )
        return
    account = settings.AIRE_TWILIO_ACCOUNT_SID
    login = base64.b64encode(f"{account}:{settings.AIRE_TWILIO_AUTH_TOKEN}".encode()).decode()
    base = settings.AIRE_TWILIO_API_URL.rstrip("/")
    url = f"{base}/2010-04-01/Accounts/{account}.json"
    headers = {"Authorization": f"Basic {login}"}
    yield _asked("Text messages", url, headers, "AIRE_TWILIO_AUTH_TOKEN")
    if not settings.AIRE_BASE_URL.startswith("https://"):
        yield warning(
            "Text messages",
            "Replies and calls need an address that Twilio reaches.",
            "Set AIRE_BASE_URL to a public https:// address.",
        )


def _asked(subject: str, url: str, headers: Mapping[str, str], setting: str) -> Finding:
    """The address may hold a token: no sentence repeats it."""
    try:
        answer = http.request("GET", url, headers=headers)
    except (http.OutboundRefused, http.OutboundFailed) as error:
        return failing(subject, "Cannot be asked.", f"{error.message} Or correct {setting}.")
    if not answer.ok:
        return failing(subject, f"Refuses us (HTTP {answer.status}).", f"Correct {setting}.")
    return ok(subject, "Takes us.")


def check_watchdog() -> Iterator[Finding]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT extract(epoch FROM now() - at) FROM aire_web_watchdoglook")
        row = cursor.fetchone()
    if row is None or row[0] > LOOK_SECONDS:
        yield warning(
            "Watchdog",
            "It is not awake: nobody would tell that AIRE is late.",
            "Run: python manage.py watchdog",
        )
        return
    tells = settings.AIRE_WATCHDOG_EMAIL_TO or settings.AIRE_FALLBACK_EMAIL
    if not (tells or settings.AIRE_WATCHDOG_WEBHOOK_URL):
        yield warning(
            "Watchdog",
            "It is awake and can tell nobody.",
            "Set AIRE_WATCHDOG_EMAIL_TO or AIRE_WATCHDOG_WEBHOOK_URL.",
        )
    elif not settings.AIRE_DEAD_MANS_URL:
        yield warning(
            "Watchdog",
            "Nobody outside would notice that it is gone.",
            "Set AIRE_DEAD_MANS_URL to a heartbeat elsewhere.",
        )
    else:
        yield ok("Watchdog", f"Looked {row[0]:.0f} s ago.")
