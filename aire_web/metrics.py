"""What `/metrics` says: the figures, asked from the database at each scrape. No HTTP here."""

from __future__ import annotations

import math
from collections.abc import Iterator

from django.conf import settings
from django.db import connection
from django.db.models import Count
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import (
    GaugeMetricFamily,
    HistogramMetricFamily,
    InfoMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from aire_web.latency import BUCKETS_MS, WITHOUT_END
from aire_web.models import PageLatencyCount
from alerts.models import SEVERITIES, Alert, Receipt
from core import obligations
from core.models import EngineBeat
from incidents.models import Incident
from oncall.models import Escalation

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


def metrics_text() -> bytes:
    """All figures in Prometheus' text format."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Figures())
    return generate_latest(registry)


class _Figures(Collector):
    """Each count reads a partial index or a set that is small by nature (what is open now)."""

    def collect(self) -> Iterator[Metric]:
        yield InfoMetricFamily("aire", "The running version.", {"version": settings.VERSION})
        yield _gauge(
            "aire_receipts_pending",
            "Receipts that were accepted and are not worked off yet.",
            Receipt.objects.filter(state=Receipt.State.NEW).count(),
        )
        yield _gauge(
            "aire_receipts_set_aside",
            "Receipts that could not be read and wait for a person.",
            Receipt.objects.filter(state=Receipt.State.SET_ASIDE).count(),
        )
        yield _gauge("aire_deliveries_due", "Messages whose time to be sent has come.", _due())
        yield _labelled(
            "aire_overdue_obligations",
            "Obligations that are late; all zero means healthy.",
            "kind",
            obligations.overdue_counts(),
        )
        yield _gauge(
            "aire_engine_last_beat_seconds",
            "Seconds since any engine gave a sign of life; +Inf when none ever did.",
            last_beat_age(),
        )
        yield _labelled(
            "aire_incidents_open",
            "Incidents that are not over, without drills.",
            "severity",
            _open_incidents(),
        )
        yield _gauge(
            "aire_alerts_firing",
            "Alerts that fire now, without drills.",
            Alert.objects.filter(status=Alert.Status.FIRING, drill=False).count(),
        )
        yield _gauge(
            "aire_escalations_exhausted",
            "Open incidents for which a policy ran out before anybody acknowledged.",
            _exhausted(),
        )
        yield _page_latency()


def _gauge(name: str, definition: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, definition, value=value)


def _labelled(name: str, definition: str, label: str, values: dict[str, int]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, definition, labels=[label])
    for value, count in values.items():
        family.add_metric([value], count)
    return family


def _due() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM notifications_delivery "
            "WHERE state = 'pending' AND due_at <= now()"
        )
        return int(cursor.fetchone()[0])


def last_beat_age() -> float:
    """Seconds, by the database's clock, which also wrote the beats; infinite without any."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT extract(epoch FROM now() - max(at)) FROM {EngineBeat._meta.db_table}"  # noqa: S608
        )
        age = cursor.fetchone()[0]
    return math.inf if age is None else max(0.0, float(age))


def _open_incidents() -> dict[str, int]:
    counts = {severity: 0 for severity, _ in SEVERITIES}
    rows = Incident.objects.active().filter(drill=False).order_by()
    counts.update(rows.values_list("severity").annotate(Count("pk")))
    return counts


def _exhausted() -> int:
    """Asked by the subjects that are open, because exhausted escalations only ever grow."""
    keys = [
        f"incident:{pk}"
        for pk in Incident.objects.active().filter(drill=False).values_list("pk", flat=True)
    ]
    rows = Escalation.objects.filter(subject_key__in=keys, state=Escalation.State.EXHAUSTED)
    return rows.values("subject_key").distinct().count()


def _page_latency() -> HistogramMetricFamily:
    kept = {row.upto_ms: row for row in PageLatencyCount.objects.all()}
    cumulative, buckets = 0, []
    for upto_ms in (*BUCKETS_MS, WITHOUT_END):
        cumulative += kept[upto_ms].pages if upto_ms in kept else 0
        edge = "+Inf" if upto_ms == WITHOUT_END else str(upto_ms / 1_000)
        buckets.append((edge, cumulative))
    return HistogramMetricFamily(
        "aire_alert_to_page_seconds",
        "From an alert being accepted to its first page being taken by a channel.",
        buckets=buckets,
        sum_value=sum(row.total_seconds for row in kept.values()),
    )
