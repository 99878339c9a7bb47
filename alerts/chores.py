"""What the alerts room throws away. One bounded bite a call."""

from __future__ import annotations

from datetime import timedelta

from alerts.models import Tombstone
from core import clock


def forget_tombstones() -> int:
    """Early resolves whose trigger did not come within a day."""
    old = clock.now() - timedelta(days=1)
    return Tombstone.objects.filter(recorded_at__lt=old).delete()[0]
