"""What a provider says about a delivery after it took it."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from core.inserts import insert_new
from notifications.falling import hasten_next
from notifications.models import Delivery, DeliveryReport


@transaction.atomic
def report(*, delivery_id: UUID, said: str, detail: str = "", failed: bool = False) -> bool:
    """Keep it once, however often it is told; False for what we know nothing of. When it `failed`
    after all, the person's next way is taken at once."""
    row = Delivery.objects.filter(pk=delivery_id).first()
    if row is None:
        return False
    fresh = insert_new(DeliveryReport(delivery=row, said=said[:40], detail=detail[:300]))
    if fresh and failed:
        hasten_next(row)
    return True
