"""Copies of deliveries behind held incidents, made before the originals go because of their age."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Exists, OuterRef, Q

from alerts.models import Alert, RawBody, Receipt
from core.inserts import insert_once
from incidents.evidence.models import KeptReceipt
from incidents.extensions import held_ids

BITE = 50


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


def _keep(incident_id: int, most: int) -> int:
    kept = KeptReceipt.objects.filter(incident=incident_id)
    mine = Alert.objects.filter(incident_link__incident=incident_id)
    known = kept.filter(Q(receipt_id=OuterRef("pk")))
    wanted = (
        Receipt.objects.filter(
            Q(pk__in=mine.values("first_receipt_id")) | Q(pk__in=mine.values("last_receipt_id"))
        )
        .filter(~Exists(known))
        .select_related("source")
    )
    rows: Sequence[Receipt] = list(wanted[:most])
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
