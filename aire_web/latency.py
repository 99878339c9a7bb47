"""Counts how long pages took from the alert to the channel, for `/metrics`. Hears deliveries."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db import connection

from aire_web.models import PageLatencyCount
from notifications.channels import IN_APP
from notifications.events import DeliverySettled
from notifications.models import Delivery

BUCKETS_MS = (50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000, 300_000)
WITHOUT_END = 0
"""`upto_ms` of the last bucket."""


def on_delivery_settled(event: DeliverySettled) -> None:
    """Count a page that its channel took. Runs once an event: the outbox finishes its task in the
    transaction that counts."""
    if (event.kind, event.state) != (Delivery.Kind.PAGE, "sent") or event.channel == IN_APP:
        return
    took = _alert_to_page(event)
    if took is not None:
        _count(took)


def _alert_to_page(event: DeliverySettled) -> timedelta | None:
    """From the first alert's receipt to the channel. None for pages that are not the first
    answer to an alert: later steps wait on purpose, declared incidents have no alert."""
    page, incident = _uuid(event.origin, "page:"), event.subject_key.removeprefix("incident:")
    if page is None or not incident.isdigit():
        return None
    with connection.cursor() as cursor:
        cursor.execute(_TOOK, [int(incident), page, int(incident), event.delivery_id])
        found = cursor.fetchone()
    return max(found[0], timedelta()) if found and found[0] is not None else None


_TOOK = """
    SELECT d.sent_at - (
             SELECT a.first_seen_at FROM incidents_incidentalert l
               JOIN alerts_alert a ON a.id = l.alert_id AND NOT a.is_test
              WHERE l.incident_id = %s ORDER BY l.joined_at, l.id LIMIT 1)
      FROM notifications_delivery d
      JOIN oncall_page p ON p.id = %s AND p.round = 0 AND p.step = 0 AND NOT p.is_fallback
      JOIN oncall_escalation e ON e.id = p.escalation_id
      JOIN incidents_incident i ON i.id = %s AND NOT i.drill
     WHERE d.id = %s AND NOT EXISTS (
       SELECT 1 FROM oncall_escalation o
        WHERE o.subject_key = e.subject_key AND o.started_at < e.started_at)"""
"""One statement: it is asked for every page that goes out."""


def _uuid(text: str, prefix: str) -> UUID | None:
    try:
        return UUID(text.removeprefix(prefix)) if text.startswith(prefix) else None
    except ValueError:
        return None


def _count(took: timedelta) -> None:
    seconds = took.total_seconds()
    bucket = next((upto for upto in BUCKETS_MS if seconds * 1_000 <= upto), WITHOUT_END)
    table = connection.ops.quote_name(PageLatencyCount._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} AS kept (upto_ms, pages, total_seconds) "  # noqa: S608 - our name
            "VALUES (%s, 1, %s) ON CONFLICT (upto_ms) DO UPDATE SET "
            "pages = kept.pages + 1, total_seconds = kept.total_seconds + excluded.total_seconds",
            [bucket, seconds],
        )
