"""Tidying up after trackers."""

from __future__ import annotations

from datetime import timedelta

from core import clock
from postmortems.models import TrackerDelivery

KEPT_FOR = timedelta(days=30)
BATCH = 1_000


def forget_deliveries() -> int:
    """Webhooks are known again for a month; no tracker sends one later. Answers how many went."""
    old = TrackerDelivery.objects.filter(received_at__lt=clock.now() - KEPT_FOR)
    ids = list(old.values_list("pk", flat=True)[:BATCH])
    return TrackerDelivery.objects.filter(pk__in=ids).delete()[0]
