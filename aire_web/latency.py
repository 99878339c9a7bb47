"""Counts how long pages took from the alert to the channel, for `/metrics`. Hears deliveries."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db import connection

from aire_web.models import PageLatencyCount
from alerts.models import Alert
from incidents.models import Incident, IncidentAlert
from notifications.channels import IN_APP
from notifications.events import DeliverySettled
from notifications.models import Delivery
from oncall.models import Escalation, Page

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
    page = _first_page(event.origin)
    delivery = Delivery.objects.filter(pk=event.delivery_id).only("sent_at").first()
    if page is None or delivery is None or delivery.sent_at is None:
        return None
    number = page.escalation.subject_key.removeprefix("incident:")
    if not number.isdigit() or _is_drill(int(number)):
        return None
    link = (
        IncidentAlert.objects.filter(incident_id=int(number), alert__is_test=False)
        .order_by("joined_at", "id")
        .first()
    )
    if link is None:
        return None
    seen_at = Alert.objects.values_list("first_seen_at", flat=True).get(pk=link.alert_id)
    return max(delivery.sent_at - seen_at, timedelta())


def _first_page(origin: str) -> Page | None:
    """The page that asked for the delivery, if it is of the first step of a first escalation."""
    kind, _, name = origin.partition(":")
    try:
        pk = UUID(name)
    except ValueError:
        return None
    if kind != "page":
        return None
    page = (
        Page.objects.select_related("escalation")
        .filter(pk=pk, round=0, step=0, is_fallback=False)
        .first()
    )
    if page is None:
        return None
    escalation = page.escalation
    again = Escalation.objects.filter(
        subject_key=escalation.subject_key, started_at__lt=escalation.started_at
    ).exists()
    return None if again else page


def _is_drill(incident_id: int) -> bool:
    return not Incident.objects.filter(pk=incident_id, drill=False).exists()


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
