"""Counts how long pages took from the alert to the channel, for `/metrics`. Hears deliveries."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection

from notifications.channels import IN_APP
from notifications.events import DeliverySettled
from notifications.models import Delivery

BUCKETS_MS = (50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000, 300_000)
WITHOUT_END = 0
"""`upto_ms` of the last bucket."""


def is_a_page_sent(event: DeliverySettled) -> bool:
    return (event.kind, event.state) == (Delivery.Kind.PAGE, "sent") and event.channel != IN_APP


def on_delivery_settled(event: DeliverySettled) -> None:
    on_deliveries_settled([event])


def on_deliveries_settled(events: Sequence[DeliverySettled]) -> None:
    """Count pages that their channels took. Once an event: the outbox finishes its task in the
    transaction that counts."""
    ids = [event.delivery_id for event in events if is_a_page_sent(event)]
    with connection.cursor() as cursor:
        cursor.execute(_TOOK, [ids])
        counts: dict[int, list[float]] = {}
        for (took,) in cursor.fetchall():
            seconds = max(took.total_seconds(), 0.0)
            counts.setdefault(_bucket(seconds), []).append(seconds)
        # In one order everywhere, so that two processes that count cannot wait for each other.
        for upto, times in sorted(counts.items()):
            cursor.execute(_COUNT, [upto, len(times), sum(times)])


def _bucket(seconds: float) -> int:
    return next((upto for upto in BUCKETS_MS if seconds * 1_000 <= upto), WITHOUT_END)


# From the first alert's receipt to the channel; only of pages that are the first answer to an
# alert: later steps wait on purpose, declared incidents have no alert.
_TOOK = """
    SELECT d.sent_at - (
             SELECT a.first_seen_at FROM incidents_incidentalert l
               JOIN alerts_alert a ON a.id = l.alert_id AND NOT a.is_test
              WHERE l.incident_id = i.id ORDER BY l.joined_at, l.id LIMIT 1) AS took
      FROM notifications_delivery d
      JOIN oncall_page p
        ON p.id = CASE WHEN d.origin LIKE 'page:%%' THEN substr(d.origin, 6)::uuid END
       AND p.round = 0 AND p.step = 0 AND NOT p.is_fallback
      JOIN oncall_escalation e ON e.id = p.escalation_id
      JOIN incidents_incident i ON NOT i.drill AND i.id =
           CASE WHEN e.subject_key LIKE 'incident:%%' THEN substr(e.subject_key, 10)::bigint END
     WHERE d.id = ANY(%s::uuid[]) AND d.sent_at IS NOT NULL
       AND NOT EXISTS (
         SELECT 1 FROM oncall_escalation o
          WHERE o.subject_key = e.subject_key AND o.started_at < e.started_at)
       AND EXISTS (
         SELECT 1 FROM incidents_incidentalert l
           JOIN alerts_alert a ON a.id = l.alert_id AND NOT a.is_test
          WHERE l.incident_id = i.id)"""

_COUNT = """
    INSERT INTO aire_web_pagelatencycount AS kept (upto_ms, pages, total_seconds)
    VALUES (%s, %s, %s) ON CONFLICT (upto_ms) DO UPDATE SET
      pages = kept.pages + excluded.pages,
      total_seconds = kept.total_seconds + excluded.total_seconds"""
