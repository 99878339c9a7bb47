"""The watchdog's own ways out: a mail server, a webhook, an outside dead man's switch."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from urllib.parse import parse_qs, unquote, urlsplit

from django.conf import settings

from core.errors import AireError
from core.http import request
from core.logs import get_logger

log = get_logger(__name__)
TIMEOUT_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Routes:
    """Empty ones are not used. `mail_to` are addresses separated by commas."""

    mail_url: str
    mail_to: str
    webhook_url: str
    dead_mans_url: str

    @property
    def can_tell(self) -> bool:
        return bool((self.mail_url and self.mail_to) or self.webhook_url)


def routes() -> Routes:
    """Its own mail server where one is given, else AIRE's: the engine may be dead and mail not."""
    return Routes(
        mail_url=settings.AIRE_WATCHDOG_EMAIL_URL or settings.AIRE_EMAIL_URL,
        mail_to=settings.AIRE_WATCHDOG_EMAIL_TO or settings.AIRE_FALLBACK_EMAIL,
        webhook_url=settings.AIRE_WATCHDOG_WEBHOOK_URL,
        dead_mans_url=settings.AIRE_DEAD_MANS_URL,
    )


def tell(text: str, ways: Routes) -> int:
    """Over every route there is; answers how many took it."""
    taken = 0
    if ways.mail_url and ways.mail_to:
        taken += _tried("mail", lambda: _mail(text, ways))
    if ways.webhook_url:
        taken += _tried("webhook", lambda: _post(text, ways.webhook_url))
    if not taken:
        log.error("watchdog_not_heard", text=text)
    return taken


def ping(ways: Routes) -> bool:
    """Only while all is well: silence is what sets the outside switch off."""
    if not ways.dead_mans_url:
        return False
    url = ways.dead_mans_url
    return bool(_tried("dead man's switch", lambda: _called("GET", url, None)))


def _tried(what: str, call: Callable[[], None]) -> int:
    try:
        call()
    except (AireError, OSError, smtplib.SMTPException, ValueError) as error:
        log.warning("watchdog_route_failed", route=what, error=type(error).__name__)
        return 0
    return 1


def _post(text: str, url: str) -> None:
    """`text` is what Slack and Mattermost show."""
    _called("POST", url, {"type": "aire.watchdog", "text": f"AIRE watchdog: {text}"})


def _called(method: str, url: str, body: object) -> None:
    answer = request(method, url, json=body, timeout=TIMEOUT_SECONDS)
    if not answer.ok:
        raise OSError(f"HTTP {answer.status}")


def _mail(text: str, ways: Routes) -> None:
    parts = urlsplit(ways.mail_url)
    options = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    message = EmailMessage()
    message["Subject"] = f"AIRE watchdog: {text}"[:200]
    message["From"] = options.get("from") or f"aire-watchdog@{parts.hostname}"
    message["To"] = ways.mail_to
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(f"{text}\n\nThis comes from the watchdog, not from the engine.\n")
    make = smtplib.SMTP_SSL if parts.scheme == "smtps" else smtplib.SMTP
    with make(parts.hostname or "", parts.port or 25, timeout=TIMEOUT_SECONDS) as server:
        if options.get("tls") == "1":
            server.starttls(context=ssl.create_default_context())
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        server.send_message(message)
