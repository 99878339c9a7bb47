"""Checks of the ways out: the mail server and Slack. Sends nothing to anybody."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator

from django.conf import settings

from aire_web.doctor.findings import Finding, failing, ok, warning
from core import http

MAIL_TIMEOUT_SECONDS = 3
SLACK_SCOPES = frozenset({"chat:write", "im:write", "users:read", "users:read.email"})
"""To write, to write to a person, and to find that person by their address."""


def check_mail() -> Iterator[Finding]:
    if not settings.EMAIL_CONFIGURED:
        yield warning(
            "Mail",
            "Not configured: nobody is paged by mail.",
            "Set AIRE_EMAIL_URL=smtp://user:password@host:587?tls=1&from=aire@your.domain",
        )
        return
    where = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
    try:
        _greet()
    except (OSError, smtplib.SMTPException, ssl.SSLError) as error:
        yield failing(
            "Mail",
            f"{where} cannot be used ({_short(error)}).",
            "Correct AIRE_EMAIL_URL, or let this machine reach the server.",
        )
    else:
        yield ok("Mail", f"{where} takes us.")


def _greet() -> None:
    """Connect, EHLO, TLS and login as a page would; then leave."""
    make = smtplib.SMTP_SSL if settings.EMAIL_USE_SSL else smtplib.SMTP
    with make(settings.EMAIL_HOST, settings.EMAIL_PORT, timeout=MAIL_TIMEOUT_SECONDS) as server:
        server.ehlo()
        if settings.EMAIL_USE_TLS:
            server.starttls(context=ssl.create_default_context())
            server.ehlo()
        if settings.EMAIL_HOST_USER:
            server.login(settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD)


def check_slack() -> Iterator[Finding]:
    if not settings.AIRE_SLACK_BOT_TOKEN:
        yield warning(
            "Slack",
            "Not configured: nobody is paged in Slack.",
            "Set AIRE_SLACK_BOT_TOKEN and AIRE_SLACK_SIGNING_SECRET, or leave it at that.",
        )
        return
    if not settings.AIRE_SLACK_SIGNING_SECRET:
        yield failing(
            "Slack",
            "There is no signing secret: every button is refused.",
            "Set AIRE_SLACK_SIGNING_SECRET from the app's basic information.",
        )
    yield _slack_token()


def _slack_token() -> Finding:
    try:
        response = http.request(
            "POST",
            f"{settings.AIRE_SLACK_API_URL.rstrip('/')}/auth.test",
            headers={"Authorization": f"Bearer {settings.AIRE_SLACK_BOT_TOKEN}"},
        )
        answer = response.json()
    except (http.OutboundRefused, http.OutboundFailed) as error:
        return failing(
            "Slack", f"Cannot be asked: {error.message}", "Let this machine reach slack.com."
        )
    if not isinstance(answer, dict) or not answer.get("ok"):
        said = str(answer.get("error", "unknown") if isinstance(answer, dict) else "unknown")[:60]
        return failing(
            "Slack", f"The token is refused ({said}).", "Set AIRE_SLACK_BOT_TOKEN to a live one."
        )
    granted = {scope.strip() for scope in response.headers.get("x-oauth-scopes", "").split(",")}
    if missing := SLACK_SCOPES - granted:
        return failing(
            "Slack",
            f"Scopes are missing: {', '.join(sorted(missing))}.",
            "Add them to the app and install it again.",
        )
    return ok("Slack", f"Signed in to {str(answer.get('team', 'a workspace'))[:60]}.")


def _short(error: Exception) -> str:
    """The kind of error: a server's own words may repeat what we sent."""
    code = getattr(error, "smtp_code", None)
    return f"{type(error).__name__} {code}" if code else type(error).__name__
