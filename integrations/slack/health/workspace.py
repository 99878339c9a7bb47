"""Which workspace the bot token belongs to and what it may do there: asked now and then."""

from __future__ import annotations

import hashlib
import time
from datetime import timedelta

from django.conf import settings
from django.db.models.functions import Now

from core import clock
from integrations.slack.client import call_with_scopes
from integrations.slack.health import faults
from integrations.slack.models import SlackFault, SlackWorkspace
from notifications.channels import DeliveryError
from notifications.message import line

LOOK_AGAIN = timedelta(minutes=5)
REMEMBER_SECONDS = 30.0
_remembered: dict[str, tuple[float, SlackWorkspace]] = {}


def our_team() -> str:
    """The id of the workspace. Raises `DeliveryError` when Slack has to be asked and is away."""
    return workspace().team


def workspace() -> SlackWorkspace:
    """As last heard of; asked for when this token was never asked about. Raises `DeliveryError`."""
    digest = _digest()
    at, known = _remembered.get(digest, (float("-inf"), None))
    if known is not None and time.monotonic() - at < REMEMBER_SECONDS:
        return known
    found = last_known() or look()
    _remembered[digest] = (time.monotonic(), found)
    return found


def last_known() -> SlackWorkspace | None:
    return SlackWorkspace.objects.filter(token_digest=_digest()).first()


def look() -> SlackWorkspace:
    """Ask Slack. Clears the faults that are over. Raises `DeliveryError`."""
    answer, scopes = call_with_scopes("auth.test", {})
    found, _ = SlackWorkspace.objects.update_or_create(
        token_digest=_digest(),
        defaults={
            "team": line(answer.get("team_id"), limit=32),
            "name": line(answer.get("team"), limit=120),
            "url": line(answer.get("url"), limit=300),
            "bot_user_id": line(answer.get("user_id"), limit=32),
            "scopes": sorted(scopes),
            "checked_at": Now(),
        },
    )
    found.refresh_from_db()
    SlackWorkspace.objects.exclude(pk=found.pk).delete()
    faults.clear(faults.TOKEN)
    for fault in SlackFault.objects.filter(code=faults.SCOPE, cleared_at=None):
        if fault.subject in scopes:
            faults.clear([faults.SCOPE], subject=fault.subject)
    _remembered[_digest()] = (time.monotonic(), found)
    return found


def look_when_due() -> int:
    """The engine's turn. What is wrong is put down by the call itself."""
    if not settings.AIRE_SLACK_BOT_TOKEN:
        return 0
    known = last_known()
    if known is None or known.checked_at < clock.now() - LOOK_AGAIN:
        try:
            look()
        except DeliveryError:
            return 0
    return 0


def _digest() -> str:
    """Of the token and of whose API it is for."""
    text = f"{settings.AIRE_SLACK_API_URL} {settings.AIRE_SLACK_BOT_TOKEN}"
    return hashlib.sha256(text.encode()).hexdigest()
