"""What redaction does while a lot is absorbed: before it is stored, and with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import connection

from alerts.models import RawBody, Receipt, Redaction, Source
from alerts.redaction.detector import Level, Plan
from alerts.redaction.models import KEEP_HOURS
from alerts.redaction.redacting import Redacted, redact_body, redact_reading, unseal
from alerts.signals import Reading
from core import clock
from core.inserts import insert_new
from core.logs import get_logger
from core.secrets import SecretUnreadable

log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class SourcePlan:
    """What a source has redacted, and for how many hours its raw bytes are kept."""

    plan: Plan
    keep_hours: int = KEEP_HOURS


def plan_of(source: Source) -> SourcePlan:
    row = getattr(source, "redaction", None) or Redaction(source=source)
    secret = settings.SECRET_KEY.encode()
    return SourcePlan(Plan(Level(row.level), tuple(row.own), secret), row.keep_hours)


def unseal_again(receipts: Sequence[Receipt]) -> None:
    """Have those that are read once more read from their raw bytes while these are kept, not from
    what redaction has left. New ones have no notes yet."""
    again = {receipt.pk: receipt for receipt in receipts if receipt.notes}
    if not again:
        return
    for raw in RawBody.objects.filter(pk__in=again, delete_at__gt=clock.now()):
        try:
            again[raw.pk].body = unseal(raw.sealed)
        except SecretUnreadable:
            log.warning("raw_body_unreadable", receipt=str(raw.pk))


def redact_read(
    receipt: Receipt, reading: Reading | None, plan: Plan
) -> tuple[Reading | None, Redacted | None]:
    """The reading and the body without what must not be kept. One scan where there is nothing."""
    redacted = redact_body(bytes(receipt.body), plan)
    if redacted is None:
        return reading, None
    return (redact_reading(reading, plan) if reading else None), redacted


def keep_redacted(
    receipts: Sequence[tuple[Receipt, Redacted]], *, source_id: int, keep_hours: int
) -> None:
    """Put the redacted bodies in place and the raw ones aside. Call in the transaction that
    finishes the receipts."""
    if not receipts:
        return
    now = clock.now()
    if keep_hours:
        insert_new(
            *(
                RawBody(
                    receipt_id=receipt.pk,
                    source_id=source_id,
                    sealed=redacted.sealed,
                    found=dict(redacted.found),
                    kept_at=now,
                    delete_at=now + timedelta(hours=keep_hours),
                )
                for receipt, redacted in receipts
                if redacted.sealed
            ),
            returning="receipt_id",
        )
    bodies: Mapping[UUID, bytes] = {receipt.pk: one.body for receipt, one in receipts}
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE alerts_receipt r SET body = given.body "
            "FROM unnest(%s::uuid[], %s::bytea[]) AS given(id, body) "
            "WHERE r.id = given.id AND octet_length(r.body) > 0",
            [list(bodies), list(bodies.values())],
        )


def forget_raw_bodies() -> int:
    """Those whose time is over; one bounded bite."""
    old = RawBody.objects.filter(delete_at__lte=clock.now()).values("pk")[:5000]
    return RawBody.objects.filter(pk__in=list(old.values_list("pk", flat=True))).delete()[0]
