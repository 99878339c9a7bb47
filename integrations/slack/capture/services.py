"""What should stand on a timeline of what was said in Slack: asked for here, fetched by `working`.
No calls to Slack: these run while somebody's request is worked off."""

from __future__ import annotations

import re

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from accounts.models import Role, User
from accounts.permissions import require_role
from core.errors import Invalid
from core.hints import hint_on_commit
from core.inserts import insert_new
from incidents.models import Incident
from integrations.slack.capture.models import SlackCapture

HINT = "slack-captures"
MAX_REASONS = 50
_CHANNEL = re.compile(r"[CGD][A-Z0-9]{1,31}")
_TS = re.compile(r"[0-9]{1,15}\.[0-9]{1,15}")
State = SlackCapture.State


def put(
    *, incident: Incident, channel: str, ts: str, kind: str, reason: str, user: User
) -> SlackCapture:
    """Have a message on the timeline, or as a task, because of this. The same reason again
    changes nothing."""
    require_role(user, Role.RESPONDER)
    if not (_CHANNEL.fullmatch(channel) and _TS.fullmatch(ts)):
        raise Invalid("That is no message that AIRE can find again.")
    with transaction.atomic():
        insert_new(SlackCapture(incident=incident, channel=channel, ts=ts, kind=kind, by=user))
        row = SlackCapture.objects.select_for_update().get(
            incident=incident, channel=channel, ts=ts, kind=kind
        )
        if reason not in row.reasons:
            row.reasons = [*row.reasons, reason][-MAX_REASONS:]
            row.by = row.by or user
            row.save(update_fields=["reasons", "by"])
        _again(row)
    return row


def drop(*, channel: str, ts: str, reason: str) -> int:
    """A reason is gone; with the last one the message goes, too."""
    touched = 0
    with transaction.atomic():
        rows = SlackCapture.objects.select_for_update().filter(channel=channel, ts=ts)
        for row in rows:
            if reason in row.reasons:
                row.reasons = [one for one in row.reasons if one != reason]
                row.save(update_fields=["reasons"])
                _again(row)
                touched += 1
    return touched


def changed(*, channel: str, ts: str, deleted: bool = False) -> int:
    """The message was edited or deleted in Slack."""
    with transaction.atomic():
        rows = list(
            SlackCapture.objects.select_for_update()
            .filter(channel=channel, ts=ts)
            .exclude(state=State.WITHDRAWN)
        )
        for row in rows:
            if deleted:
                row.deleted = True
                row.save(update_fields=["deleted"])
            _again(row)
    return len(rows)


def _again(row: SlackCapture) -> None:
    SlackCapture.objects.filter(pk=row.pk).update(
        wanted=F("wanted") + 1, state=State.PENDING, due_at=Now(), attempts=0
    )
    hint_on_commit(HINT)
