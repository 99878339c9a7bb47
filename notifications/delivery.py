"""Sending what is due. State changes exactly once, people hear at least once, at most one extra.

A try is counted in `Delivery.begun` before the provider is called and written down as a
`DeliveryAttempt` after. A begun try without its attempt, or an attempt without an answer, may have
reached the person: what follows is marked as a possible repeat, and after two such tries nothing
more is sent over that channel.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction
from django.db.models.functions import Now

from core import clock
from core.crashpoints import crash_point
from core.inserts import insert
from core.leases import claim_due, finish
from core.logs import get_logger
from core.outbox import publish
from core.retry import next_attempt_at
from core.secrets import SecretUnreadable
from notifications.channels import IN_APP, Channel, DeliveryError, Sent, channels
from notifications.events import DeliverySettled
from notifications.falling import (
    SOON_SECONDS,
    contact_fails,
    contact_works,
    hasten_next,
    held_by_limit,
)
from notifications.limits import LIMITS, Limit
from notifications.links import with_link
from notifications.message import Message
from notifications.models import Delivery, DeliveryAttempt

log = get_logger(__name__)
LEASE_SECONDS = 30
MAX_CLAIMS = 20
"""A row claimed so often without a try begun kills its workers: it is given up, visibly."""
RETRY_FOR = timedelta(hours=24)
"""How long a delivery without a deadline of its own is tried."""
UNSURE_TRIES = 2
NO_ANSWER = "No answer came from two tries, so it may have arrived; it is not sent a third time."


def deliver_due(limit: int = 50) -> int:
    """Send up to `limit` due deliveries one after the other; answers how many there were.

    Claims one at a time, so that a provider that hangs holds back no row but its own.
    """
    for done in range(limit):
        if not claim_and_deliver():
            return done
    return limit


def claim_and_deliver() -> bool:
    """One due delivery over any channel, if there is one."""
    claim = claim_due(
        Delivery,
        pending=Delivery.State.PENDING,
        limit=1,
        lease_seconds=LEASE_SECONDS,
        extra="AND channel = ANY(%s)",
        params=(list(channels.names()),),
    )
    for row in claim.rows:
        deliver(row, claim.token)
    return bool(claim.rows)


def claim_for(channel: str, limit: int) -> list[tuple[Delivery, UUID]]:
    """Due deliveries of one channel, leased; the caller hands each to `deliver` soon."""
    claim = claim_due(
        Delivery,
        pending=Delivery.State.PENDING,
        limit=limit,
        lease_seconds=LEASE_SECONDS,
        extra="AND channel = %s",
        params=(channel,),
    )
    return [(row, claim.token) for row in claim.rows]


def deliver(row: Delivery, token: UUID) -> None:
    """Try one claimed delivery and write down what came of it."""
    crash_point("deliver:after_claim")
    unsure = _unsure_tries(row)
    if unsure >= UNSURE_TRIES:
        _give_up(row, token, NO_ANSWER)
        return
    if row.attempts - row.begun > MAX_CLAIMS:
        _give_up(row, token, "Given up: it was claimed too often and never begun.")
        return
    channel = channels.get(row.channel)
    if channel is None or not channel.configured():
        _give_up(row, token, f"The channel {row.channel} is not configured.")
        return
    if not _begin(row, token):
        return  # called off, or another took over, or a limit makes it wait
    started = clock.now()
    may_repeat = unsure > 0
    outcome = _send(channel, row, may_repeat)
    crash_point("deliver:after_accept")
    if isinstance(outcome, Sent):
        _settle_sent(row, token, outcome, started, may_repeat)
    else:
        _settle_error(row, token, outcome, started, may_repeat, unsure)
    crash_point("deliver:after_commit")


def _unsure_tries(row: Delivery) -> int:
    if not row.begun:
        return 0
    outcomes = list(DeliveryAttempt.objects.filter(delivery=row).values_list("outcome", flat=True))
    return row.begun - len(outcomes) + outcomes.count(DeliveryAttempt.Outcome.UNKNOWN)


def _begin(row: Delivery, token: UUID) -> bool:
    """The last look before sending: still due, still ours, within the channel's limits."""
    if row.channel not in LIMITS:
        return _count_try(row, token, "")
    with transaction.atomic():
        held = held_by_limit(row)
        if held is None:
            return _count_try(row, token, ", begun_at = clock_timestamp()")
        _hold(row, token, *held)
        return False


def _count_try(row: Delivery, token: UUID, more: str) -> bool:
    """Counts the try and starts the lease anew, so that time spent waiting for a turn does not
    shorten it. `more` is SQL of ours."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE notifications_delivery SET begun = begun + 1, "  # noqa: S608
            f"lease_until = statement_timestamp() + %s * interval '1 second'{more} "
            "WHERE id = %s AND lease_token = %s AND state = 'pending' "
            "AND lease_until > statement_timestamp()",
            [LEASE_SECONDS, row.pk, token],
        )
        return bool(cursor.rowcount > 0)


def _hold(row: Delivery, token: UUID, opens: datetime, limit: Limit) -> None:
    """Until the limit lets it go; failed where that would be too late. The person's next way is
    taken meanwhile."""
    reason = f"Held back: they had {limit.words} on this channel, which is the limit."
    deadline = row.deadline or row.created_at + RETRY_FOR
    if opens > deadline:
        _fail(row, token, reason)
    elif finish(Delivery, pk=row.pk, token=token, due_at=opens, reason=reason):
        hasten_next(row)


def _send(channel: Channel, row: Delivery, may_repeat: bool) -> Sent | DeliveryError:
    try:
        return channel.send(
            address=_address(channel, row),
            message=with_link(Message.from_json(row.message), row),
            delivery_id=row.pk,
            attempt=row.begun + 1,
            may_repeat=may_repeat,
        )
    except DeliveryError as error:
        return error
    except Exception as error:
        # A channel's fault must not stop the others; whether it was sent nobody knows.
        log.exception("channel_failed", channel=row.channel, delivery=str(row.pk))
        return DeliveryError(f"The channel failed: {type(error).__name__}.", unsure=True)


def _address(channel: Channel, row: Delivery) -> str:
    """The real one: of a contact method the row only has the label."""
    if channel.form is None:
        return row.address
    contact = row.contact
    if contact is None:
        raise DeliveryError("This contact method was taken away.", permanent=True)
    try:
        return contact.address.reveal()
    except SecretUnreadable as error:
        raise DeliveryError(error.message, permanent=True) from error


def _settle_sent(
    row: Delivery, token: UUID, sent: Sent, started: datetime, may_repeat: bool
) -> None:
    with transaction.atomic():
        _record(row, started, DeliveryAttempt.Outcome.ACCEPTED, sent.detail, may_repeat)
        ours = finish(
            Delivery,
            pk=row.pk,
            token=token,
            state=Delivery.State.SENT,
            sent_at=Now(),
            provider_ref=sent.provider_ref[:300],
            reason="",
        )
        contact_works(row)
        if ours:
            _publish(row, Delivery.State.SENT, sent.detail)
        else:
            log.warning("delivery_late_finisher", delivery=str(row.pk))


def _settle_error(
    row: Delivery,
    token: UUID,
    error: DeliveryError,
    started: datetime,
    may_repeat: bool,
    unsure_before: int,
) -> None:
    outcome = DeliveryAttempt.Outcome.RETRY
    if error.permanent:
        outcome = DeliveryAttempt.Outcome.REFUSED
    elif error.unsure:
        outcome = DeliveryAttempt.Outcome.UNKNOWN
    again = None if error.permanent else _next_try(row, error)
    reason = error.sentence
    if error.unsure and unsure_before + 1 >= UNSURE_TRIES:
        again, reason = None, f"{error.sentence} {NO_ANSWER}"
    with transaction.atomic():
        _record(row, started, outcome, error.sentence, may_repeat)
        if error.permanent:
            contact_fails(row, error.sentence)
        if again is None:
            _fail(row, token, reason)
        elif (
            finish(Delivery, pk=row.pk, token=token, due_at=again, reason=reason)
            and (error.unsure or (error.retry_after or 0) > SOON_SECONDS)
        ):  # fmt: skip
            hasten_next(row)


def _next_try(row: Delivery, error: DeliveryError) -> datetime | None:
    """By the database's clock, which the deadline was set by; None when it would be too late."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        now: datetime = cursor.fetchone()[0]
    deadline = row.deadline or row.created_at + RETRY_FOR
    return next_attempt_at(row.begun + 1, now, retry_after=error.retry_after, deadline=deadline)


def _give_up(row: Delivery, token: UUID, reason: str) -> None:
    with transaction.atomic():
        _fail(row, token, reason)


def _fail(row: Delivery, token: UUID, reason: str) -> None:
    if finish(Delivery, pk=row.pk, token=token, state=Delivery.State.FAILED, reason=reason):
        log.warning("delivery_failed", delivery=str(row.pk), channel=row.channel, reason=reason)
        hasten_next(row)
        _publish(row, Delivery.State.FAILED, reason)


def _record(row: Delivery, started: datetime, outcome: str, detail: str, may_repeat: bool) -> None:
    insert(
        DeliveryAttempt(
            delivery=row,
            number=row.begun + 1,
            started_at=started,
            outcome=outcome,
            detail=detail[:2_000],
            may_repeat=may_repeat,
        )
    )


def _publish(row: Delivery, state: str, detail: str) -> None:
    publish(
        DeliverySettled(
            delivery_id=str(row.pk),
            origin=row.origin,
            subject_key=row.subject_key,
            kind=row.kind,
            channel=row.channel,
            state=str(state),
            user_id=row.user_id,
            address_label=row.address if row.channel != IN_APP else "",
            detail=detail[:500],
        )
    )
