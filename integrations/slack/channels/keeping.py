"""Keeping each incident's channel in step: what is wanted is compared with what was done, and each
missing part is done and noted by itself. Whoever dies in between loses nothing; the next goes on.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from django.db.models import F, QuerySet
from django.db.models.functions import Least, Now

from core import clock
from core.hints import hint_on_commit
from core.leases import claim_due, finish
from core.logs import get_logger
from incidents.lifecycle import ACTIVE
from integrations.slack.channel import CHANNEL
from integrations.slack.channels import steps
from integrations.slack.channels.models import SlackIncidentChannel
from integrations.slack.channels.selectors import setting
from integrations.slack.channels.steps import Fenced, Refused
from integrations.slack.channels.wanting import Wanted, wanted_of
from integrations.slack.client import LATER, SlackRefused
from integrations.slack.health.workspace import last_known
from integrations.slack.posts import limiting
from notifications.channels import DeliveryError

log = get_logger(__name__)
LEASE_SECONDS = 90
MAX_ATTEMPTS = 20
LOOKED_AT = 500
CHANNEL_HINT = "slack-channels"
SOON = timedelta(seconds=1)
AGAIN = timedelta(seconds=10)
"""Between two looks at a channel whose incident goes on changing: Slack takes twenty new topics or
names a minute of the whole workspace."""

State = SlackIncidentChannel.State
Step = Callable[[SlackIncidentChannel, Wanted, UUID], None]

STEPS: tuple[Step, ...] = (
    steps.move_into_private,
    steps.create,
    steps.rename,
    steps.set_topic,
    steps.bookmark,
    steps.invite,
)


def keep_due(*, limit: int = 10) -> int:
    """Bring due channels in step; answers how many there were."""
    if not CHANNEL.configured():
        return 0
    for done in range(limit):
        claim = claim_due(
            SlackIncidentChannel,
            pending=State.PENDING,
            limit=1,
            lease_seconds=LEASE_SECONDS,
            extra="AND NOT EXISTS (SELECT 1 FROM integrations_slacklimit l WHERE l.method IN "
            "('*', 'conversations') AND l.channel = '' AND l.free_at > statement_timestamp())",
        )
        if not claim.rows:
            return done
        _keep(claim.rows[0], claim.token)
    return limit


def _keep(row: SlackIncidentChannel, token: UUID) -> None:
    if row.attempts > MAX_ATTEMPTS:
        _fail(row, token, "It was begun too often and never ended.")
        return
    wanted = wanted_of(row, setting())
    try:
        for step in STEPS:
            if step.__name__ not in row.lacking:
                step(row, wanted, token)
        archived = steps.archive(row, wanted, token)
    except Fenced:
        return  # another has taken over
    except Refused as error:
        _fail(row, token, error.sentence)
        return
    except DeliveryError as error:
        _not_now(row, token, error)
        return
    limiting.answered(steps.FAMILY)
    _settle(row, token, wanted, archived=archived)


def _settle(row: SlackIncidentChannel, token: UUID, wanted: Wanted, *, archived: bool) -> None:
    """Done, unless more was wanted meanwhile; or due again when it is time to archive."""
    changes: dict[str, object] = {"attempts": 0}
    again = not SlackIncidentChannel.objects.filter(pk=row.pk, wanted=row.wanted).exists()
    if archived:
        changes["state"] = State.ARCHIVED
    elif again:
        changes["due_at"] = clock.now() + AGAIN
    elif wanted.archive_at is not None:
        changes["due_at"] = max(wanted.archive_at, clock.now() + steps.LATER)
    else:
        changes["state"] = State.SETTLED
    finish(SlackIncidentChannel, pk=row.pk, token=token, **changes)


def _fail(row: SlackIncidentChannel, token: UUID, sentence: str) -> None:
    """For an admin to look at: it is not tried again by itself."""
    log.warning("slack_channel_given_up", incident=row.incident_id, reason=sentence[:200])
    finish(
        SlackIncidentChannel, pk=row.pk, token=token, state=State.FAILED, error=sentence[:500],
        error_at=Now(), attempts=0,
    )  # fmt: skip


def _not_now(row: SlackIncidentChannel, token: UUID, error: DeliveryError) -> None:
    """Slack asked to wait, does not answer, or AIRE is locked out: it stays due."""
    if isinstance(error, SlackRefused) and error.code in LATER:
        limiting.hold(steps.FAMILY, "", seconds=error.retry_after or 30.0, reason=error.sentence)
    elif error.permanent:
        limiting.hold(steps.FAMILY, "", seconds=60.0, reason=error.sentence)
    else:
        limiting.strike(error.sentence)
    finish(
        SlackIncidentChannel, pk=row.pk, token=token, attempts=0, error=error.sentence[:500],
        error_at=Now(), due_at=Now(),
    )  # fmt: skip


def look_again() -> int:
    """Channels of incidents that run: somebody else may be on call by now. What is in step costs
    no call to Slack. Those that were due the longest ago come first: nobody is left out for good.
    """
    if CHANNEL.configured():
        running = SlackIncidentChannel.objects.filter(
            state=State.SETTLED, incident__status__in=ACTIVE
        ).order_by("due_at", "id")
        bring_in_step(list(running.values_list("incident_id", flat=True)[:LOOKED_AT]))
    return 0


def take_up_granted() -> int:
    """What lacked a scope is tried again once Slack grants one more than it did then; answers how
    many channels that is about."""
    known = last_known() if CHANNEL.configured() else None
    if known is None:
        return 0
    lacking = SlackIncidentChannel.objects.filter(incident__status__in=ACTIVE).exclude(lacking=[])
    return try_anew(lacking.exclude(granted__contains=known.scopes))


def try_anew(rows: QuerySet[SlackIncidentChannel]) -> int:
    """Have channels that were refused something kept in step again."""
    changed = rows.exclude(state=State.ARCHIVED).update(
        state=State.PENDING, due_at=Now(), attempts=0, error="", wanted=F("wanted") + 1,
        lacking=[], granted=[],
    )  # fmt: skip
    if changed:
        hint_on_commit(CHANNEL_HINT)
    return changed


def bring_in_step(incident_ids: list[int]) -> None:
    """Have the channels of these incidents looked at soon. Given up ones stay given up."""
    soon = Now() + SOON
    rows = SlackIncidentChannel.objects.filter(incident_id__in=incident_ids)
    settled = rows.filter(state=State.SETTLED)
    settled.update(wanted=F("wanted") + 1, state=State.PENDING, due_at=soon)
    rows.filter(state=State.PENDING).update(wanted=F("wanted") + 1, due_at=Least(F("due_at"), soon))
