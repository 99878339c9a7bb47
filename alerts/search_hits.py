"""Alerts for the search over everything, through what the reader may see. No rules."""

from __future__ import annotations

from django.db.models import Q
from django.urls import reverse

from accounts.models import User
from alerts.models import Alert
from alerts.search import TITLE, USUAL_LABELS, conditions, parse_terms
from core.search import Hit, Provider, Query

ALERT_ORDER = ("-last_seen_at", "-id")


def search_alerts(user: User, query: Query, limit: int) -> list[Hit]:
    """By words of the title, by the value of a usual label, or by `label=value`; the last heard of
    first. Each is answered by an index."""
    found = (
        Alert.objects.visible_to(user)
        .alias(title_words=TITLE)
        .filter(*_conditions(query))
        .select_related("source", "system")
        .only("title", "severity", "status", "last_seen_at", "source__name", "system__name")
        .order_by(*ALERT_ORDER)
    )
    return [_hit(alert) for alert in found[:limit]]


def _conditions(query: Query) -> list[Q]:
    if parse_terms(query.text).pairs:
        return conditions(query.text)
    condition = Q(title_words=query.words)
    if " " not in query.text:
        for name in USUAL_LABELS:
            condition |= Q(labels__contains={name: query.text})
    return [condition]


def _hit(alert: Alert) -> Hit:
    system = f", {alert.system.name}" if alert.system else ""
    return Hit(
        kind="alert",
        title=alert.title,
        url=reverse("alerts:detail", args=[alert.pk]),
        detail=f"{alert.source.name}{system}",
        severity=alert.severity,
        status=alert.status,
        at=alert.last_seen_at,
    )


PROVIDER = Provider("alerts", "Alerts", search_alerts, list_name="alerts:list")
