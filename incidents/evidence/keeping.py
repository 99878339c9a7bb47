"""Copies of deliveries behind held incidents: made before the originals go because of their age,
and dropped as those would have been once nothing holds them."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q

from alerts.models import Alert, RawBody, Receipt
from alerts.partitions import kept_since
from core.inserts import insert_once
from incidents.evidence.models import KeptReceipt
from incidents.extensions import held_ids

BITE = 50
FORGET = 500


def keep_held_receipts() -> int:
    """Copy what is not copied yet: the first and the last delivery of each alert of each held
    incident. One bounded bite; answers how many."""
    left = BITE
    for incident_id in sorted(held_ids()):
        made = _keep(incident_id, left)
        left -= made
        if left <= 0:
            break
    return BITE - left


def drop_kept_receipts() -> int:
    """Of incidents that are not held any more: what was redacted and the copies, each when the
    original's time is over. One bounded bite; answers how many were dropped."""
    free = KeptReceipt.objects.exclude(incident__in=held_ids())
    raw = RawBody.objects.filter(receipt_id=OuterRef("receipt_id"))
    whole = free.filter(~Q(sealed=""), ~Exists(raw)).values_list("pk", flat=True)
    KeptReceipt.objects.filter(pk__in=list(whole[:FORGET])).update(sealed="")
    over = free.filter(received_at__lt=kept_since()).values_list("pk", flat=True)
    gone, _ = KeptReceipt.objects.filter(pk__in=list(over[:FORGET])).delete()
    return gone


def _keep(incident_id: int, most: int) -> int:
    mine = Alert.objects.filter(incident_link__incident=incident_id)
    pairs = mine.values_list("first_receipt_id", "last_receipt_id")
    known = KeptReceipt.objects.filter(incident=incident_id).values_list("receipt_id", flat=True)
    # By their ids, which find the table of a day: asked by a query in the query, PostgreSQL reads
    # every receipt there is.
    wanted = {pk for pair in pairs for pk in pair if pk} - set(known)
    rows = list(Receipt.objects.filter(pk__in=wanted).select_related("source")[:most])
    sealed = {
        row.receipt_id: row.sealed
        for row in RawBody.objects.filter(receipt_id__in=[row.pk for row in rows])
    }
    insert_once(
        *(
            KeptReceipt(
                incident_id=incident_id, receipt_id=row.pk, received_at=row.received_at,
                source_slug=row.source.slug, format=row.format, headers=row.headers,
                body=bytes(row.body), sealed=sealed.get(row.pk, ""),
            )
            for row in rows
        )
    )  # fmt: skip
    return len(rows)
