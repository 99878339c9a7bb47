"""Checks of the ways out: the mail server and Slack. Sends nothing to anybody."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from django.conf import settings

from aire_web.doctor.findings import Finding, failing, ok, warning
from core import http
from integrations.slack.health.scopes import NAMES, NEEDED

MAIL_TIMEOUT_SECONDS = 3


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
    if not settings.AIRE_SLACK_SIGNING_SECRET and not settings.AIRE_SLACK_APP_TOKEN:
        yield failing(
            "Slack",
            "There is no signing secret: every button is refused.",
            "Set AIRE_SLACK_SIGNING_SECRET from the app's basic information, or "
            "AIRE_SLACK_APP_TOKEN for Socket Mode.",
        )
    yield _slack_token()
    if settings.AIRE_SLACK_APP_TOKEN:
        yield _slack_socket()


def _slack_token() -> Finding:
    answer, granted = _asked_slack("auth.test", settings.AIRE_SLACK_BOT_TOKEN)
    if isinstance(answer, Finding):
        return answer
    if missing := NEEDED - granted:
        return failing(
            "Slack",
            f"Scopes are missing: {', '.join(sorted(missing))}.",
            "Paste the manifest of /settings/slack/ into the app and install it again.",
        )
    team = str(answer.get("team", "a workspace"))[:60]
    if wanting := set(NAMES) - granted:
        return warning(
            "Slack",
            f"Signed in to {team}. Without these scopes some of it is missing: "
            f"{', '.join(sorted(wanting))}.",
            "Paste the manifest of /settings/slack/ into the app and install it again.",
        )
    return ok("Slack", f"Signed in to {team}.")


def _slack_socket() -> Finding:
    """Whether Slack gives a connection; the address is asked for and not used."""
    answer, _ = _asked_slack("apps.connections.open", settings.AIRE_SLACK_APP_TOKEN)
    if isinstance(answer, Finding):
        return replace(
            answer, subject="Socket Mode", mend="Set AIRE_SLACK_APP_TOKEN to a live one."
        )
    return ok("Socket Mode", "Slack gives a connection.")


def _asked_slack(method: str, token: str) -> tuple[dict[str, Any] | Finding, frozenset[str]]:
    """The answer and the scopes that come with it; or what is wrong."""
    try:
        response = http.request(
            "POST",
            f"{settings.AIRE_SLACK_API_URL.rstrip('/')}/{method}",
            headers={"Authorization": f"Bearer {token}"},
        )
        answer = response.json()
    except (http.OutboundRefused, http.OutboundFailed) as error:
        sentence = f"Cannot be asked: {error.message}"
        return failing("Slack", sentence, "Let this machine reach slack.com."), frozenset()
    if not isinstance(answer, dict) or not answer.get("ok"):
        said = str(answer.get("error", "unknown") if isinstance(answer, dict) else "unknown")[:60]
        sentence = f"The token is refused ({said})."
        return failing("Slack", sentence, "Set AIRE_SLACK_BOT_TOKEN to a live one."), frozenset()
    named = response.headers.get("x-oauth-scopes", "").split(",")
    return answer, frozenset(scope.strip() for scope in named)


def _short(error: Exception) -> str:
    """The kind of error: a server's own words may repeat what we sent."""
    code = getattr(error, "smtp_code", None)
    return f"{type(error).__name__} {code}" if code else type(error).__name__
