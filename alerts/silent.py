"""The end of alerts whose source says nothing more."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from alerts.events import AlertsResolved
from alerts.models import Alert, AlertStep
from alerts.noise.over import let_go
from core import outbox
from core.live import tick


def auto_resolve(rows: Iterable[Alert], *, now: datetime) -> None:
    """Resolve alerts whose source has been silent for its auto-resolve time."""
    ids = []
    for row in rows:
        row.status, row.resolved_at, row.auto_resolve_at = Alert.Status.RESOLVED, now, None
        row.save(update_fields=["status", "resolved_at", "auto_resolve_at"])
        AlertStep.objects.create(
            alert=row, at=now, kind="resolved", text="Resolved: its source said nothing more."
        )
        ids.append(str(row.pk))
    if ids:
        let_go([UUID(pk) for pk in ids])
        tick("alerts")
        outbox.publish(AlertsResolved(ids))
