"""Checks of the settings. Ask nobody."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from django.conf import settings

from aire_web.doctor.findings import Finding, ok, warning
from aire_web.env import environment as env


def check_settings() -> Iterator[Finding]:
    """Production refuses to start on the worst of these; here the rest is named."""
    if settings.PRODUCTION:
        yield ok("Settings", "Production.")
    else:
        yield warning(
            "Settings",
            "Development: secrets are generated and cookies travel without TLS.",
            "Set AIRE_ENV=production before others than you use it.",
        )
    if env.secret_key:
        yield ok("Secret", "AIRE_SECRET_KEY is set.")
    else:
        yield warning(
            "Secret",
            f"Generated, kept in {settings.AIRE_HOME / 'secret_key'}.",
            "Set AIRE_SECRET_KEY, so that several machines and a new disk share it.",
        )
    yield _base_url()


def _base_url() -> Finding:
    base = urlsplit(settings.AIRE_BASE_URL)
    local = base.hostname in ("127.0.0.1", "localhost", "::1")
    if base.scheme == "https" and not local:
        return ok("Address", f"People open {settings.AIRE_BASE_URL}.")
    return warning(
        "Address",
        f"Links in pages and mails lead to {settings.AIRE_BASE_URL}, which only this machine "
        "or only an unprotected network can open.",
        "Set AIRE_BASE_URL to the https address that people open.",
    )
