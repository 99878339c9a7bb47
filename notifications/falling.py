"""What follows when a way to somebody does not work: the next one is taken at once, a limit makes
wait, and the owner of an address that fails is told. In the caller's transaction."""

from __future__ import annotations

from datetime import datetime

from django.db import connection
from django.db.models.functions import Now

from core.hints import hint_on_commit
from core.inserts import insert_new
from notifications.channels import IN_APP
from notifications.inapp import put_into_inboxes
from notifications.limits import LIMITS, LONGEST, Limit, next_allowed
from notifications.message import Message
from notifications.models import ContactMethod, Delivery

SOON_SECONDS = 10.0
"""A wait longer than this is not waited for: the person's next way is taken meanwhile."""


def hasten_next(row: Delivery) -> None:
    """The same page's next delivery to the same person is due now, if it was to come later."""
    if row.user_id is None or row.kind != Delivery.Kind.PAGE:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE notifications_delivery SET due_at = statement_timestamp() WHERE id = ("
            " SELECT id FROM notifications_delivery WHERE origin = %s AND user_id = %s"
            " AND id <> %s AND kind = 'page' AND state = 'pending' AND begun = 0"
            " AND due_at > statement_timestamp() ORDER BY due_at, id LIMIT 1"
            " FOR UPDATE SKIP LOCKED)",
            [row.origin, row.user_id, row.pk],
        )
        if cursor.rowcount:
            hint_on_commit("deliver")


def held_by_limit(row: Delivery) -> tuple[datetime, Limit] | None:
    """Whether the person has had all that this channel sends in the time; serialised by person,
    so that two senders at once cannot both take the last place."""
    limits = LIMITS.get(row.channel)
    if not limits or row.user_id is None:
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s), %s)", [row.channel, row.user_id])
        cursor.execute(
            "SELECT clock_timestamp(), array_agg(begun_at) FROM notifications_delivery"
            " WHERE user_id = %s AND channel = %s AND id <> %s"
            " AND begun_at > clock_timestamp() - %s * interval '1 second'",
            [row.user_id, row.channel, row.pk, LONGEST.total_seconds()],
        )
        now, begun = cursor.fetchone()
    return next_allowed(limits, begun or [], now)


def contact_works(row: Delivery) -> None:
    if row.contact_id is not None:
        ContactMethod.objects.filter(pk=row.contact_id, failing_since__isnull=False).update(
            failing_since=None, failure=""
        )


def contact_fails(row: Delivery, sentence: str) -> None:
    """Written beside the address and told to its owner once, never switched off silently."""
    if row.contact_id is None:
        return
    fresh = ContactMethod.objects.filter(pk=row.contact_id, failing_since=None).update(
        failing_since=Now(), failure=sentence[:300]
    )
    if not fresh or row.user_id is None:
        return
    told = Delivery(
        obligation_key=f"contact-fails:{row.pk}",
        origin=f"contact:{row.contact_id}",
        kind=Delivery.Kind.NOTICE,
        channel=IN_APP,
        user_id=row.user_id,
        address=str(row.user_id),
        message=Message(
            kind="notice",
            headline="Contact method",
            title=f"AIRE cannot reach you over {row.address}: {sentence}"[:300],
            why="It is yours. Correct it, or pages go by your other ways only.",
            url="/inbox/contacts/",
        ).to_json(),
        state=Delivery.State.SENT,
        sent_at=Now(),
        begun=1,
        attempts=1,
    )
    if insert_new(told):
        put_into_inboxes([told])
