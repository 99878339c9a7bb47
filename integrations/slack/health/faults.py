"""What Slack refuses until a person mends it, put down where admins see it. Never in the way: no
call fails or waits because of what is written here."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import DatabaseError, transaction
from django.db.models import F
from django.db.models.functions import Now

from core.logs import get_logger
from integrations.slack.models import SlackFault

log = get_logger(__name__)
TOKEN = frozenset(
    {"account_inactive", "invalid_auth", "not_authed", "token_expired", "token_revoked"}
)
CHANNEL = frozenset({"channel_not_found", "is_archived", "not_in_channel", "restricted_action"})
SCOPE = "missing_scope"
SOCKET = "socket_refused"
NOTE_EVERY_SECONDS = 30.0
"""For one and the same fault: a storm of refusals is one line."""

_noted: dict[tuple[str, str], float] = {}


def note(method: str, arguments: Mapping[str, Any], code: str, *, needed: str = "") -> None:
    """Slack refused a call with this code; what nobody has to mend is left alone."""
    subject = _subject(method, arguments, code, needed)
    if subject is None:
        return
    now = time.monotonic()
    if now - _noted.get((code, subject), float("-inf")) < NOTE_EVERY_SECONDS:
        return
    _noted[code, subject] = now
    try:
        with transaction.atomic():
            _write(code, subject)
    except DatabaseError as error:
        log.warning("slack_fault_not_noted", code=code, error=type(error).__name__)


def note_socket(code: str) -> None:
    """Slack gives no websocket for the app-level token."""
    try:
        with transaction.atomic():
            _write(SOCKET, code[:120])
    except DatabaseError as error:
        log.warning("slack_fault_not_noted", code=code, error=type(error).__name__)


def worked(arguments: Mapping[str, Any]) -> None:
    """A call went through: what this process noted against it is over."""
    channel = str(arguments.get("channel") or "")[:120]
    over = [one for one in _noted if one[0] in TOKEN or (one[0] in CHANNEL and one[1] == channel)]
    if not over:
        return
    for one in over:
        _noted.pop(one, None)
    try:
        with transaction.atomic():
            for code, subject in over:
                clear([code], subject=subject)
    except DatabaseError as error:
        log.warning("slack_fault_not_cleared", error=type(error).__name__)


def clear(codes: Iterable[str], *, subject: str | None = None) -> None:
    found = SlackFault.objects.filter(code__in=list(codes), cleared_at=None)
    if subject is not None:
        found = found.filter(subject=subject)
    found.update(cleared_at=Now())


def _write(code: str, subject: str) -> None:
    fault, new = SlackFault.objects.get_or_create(code=code, subject=subject)
    if not new:
        changes: dict[str, Any] = {"last_at": Now(), "times": F("times") + 1, "cleared_at": None}
        if fault.cleared_at is not None:
            changes |= {"first_at": Now(), "times": 1}
        SlackFault.objects.filter(pk=fault.pk).update(**changes)


def _subject(method: str, arguments: Mapping[str, Any], code: str, needed: str) -> str | None:
    if code in TOKEN:
        return ""
    if code == SCOPE:
        return (needed or method)[:120]
    if code in CHANNEL:
        return str(arguments.get("channel") or "")[:120]
    return None
