"""Alerts for the search over everything, through what the reader may see. No rules."""

from __future__ import annotations

from django.db.models import Count, Q, QuerySet, Window
from django.urls import reverse

from accounts.models import User
from alerts.models import Alert
from alerts.search import TITLE, USUAL_LABELS, conditions, parse_terms
from core.search import Hit, Provider, Query

ALERT_ORDER = ("-listed_at", "-id")


CANDIDATES = 2_000
"""So many matches are sorted. Where there are more the newest ones are met soon by walking back
in time; walking for a rare word would read every alert there is."""


def search_alerts(user: User, query: Query, limit: int) -> list[Hit]:
    """By words of the title, by the value of a usual label, or by `label=value`; the last heard of
    first. One query; a second one for words that are everywhere."""
    alerts = Alert.objects.visible_to(user)
    matching = alerts.alias(title_words=TITLE).filter(*_conditions(query))
    candidates = matching.order_by().values("pk")[: CANDIDATES + 1]
    counted = _shown(alerts.filter(pk__in=candidates)).annotate(all=Window(Count("pk")))
    found = list(counted[:limit])
    if found and found[0].all > CANDIDATES:
        return [_hit(alert) for alert in _shown(matching)[:limit]]
    return [_hit(alert) for alert in found]


def _shown(alerts: QuerySet[Alert]) -> QuerySet[Alert]:
    fields = ("title", "severity", "status", "last_seen_at", "listed_at", "drill",
              "source__name", "system__name")  # fmt: skip
    return alerts.select_related("source", "system").only(*fields).order_by(*ALERT_ORDER)


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
        detail=f"{'Drill · ' if alert.drill else ''}{alert.source.name}{system}",
        severity=alert.severity,
        status=alert.status,
        at=alert.last_seen_at,
    )


PROVIDER = Provider("alerts", "Alerts", search_alerts, list_name="alerts:list")
