"""How firing rules leave: as receipts of the source `slo`, through the ordinary alert path.

Traces, silences, routes and grouping therefore apply to them as to any sender's. All tiers of one
objective carry the same `alertname` and `slo` labels, so that they fold into one incident.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from alerts.models import Receipt, Source
from core.hints import hint_on_commit
from slos.judging import NO_DATA, Turn
from slos.models import RuleState
from slos.plans import Plan, load_plans
from slos.writing import Told

FORMAT = "slo"
SOURCE_SLUG = "slo"
MAX_IN_RECEIPT = 200


def own_source() -> Source:
    """The source that objectives send as; made when the first of them fires. It has no key:
    nobody else can send as it."""
    source = Source.objects.filter(format=FORMAT).order_by("pk").first()
    if source is None:
        taken = Source.objects.filter(slug=SOURCE_SLUG).exists()
        slug = f"aire-{SOURCE_SLUG}" if taken else SOURCE_SLUG
        source, _ = Source.objects.get_or_create(
            slug=slug, defaults={"name": "SLOs", "format": FORMAT}
        )
    return source


def send(plans: Sequence[Plan], told: Sequence[Told], *, at: datetime) -> None:
    """Write the receipts; they are read after this transaction like everybody's."""
    if not told:
        return
    source = own_source()
    Receipt.objects.bulk_create(
        Receipt(
            source=source,
            format=FORMAT,
            headers={"content-type": "application/json"},
            body=json.dumps({"version": 1, "at": at.isoformat(), "rules": rows}).encode(),
            state=Receipt.State.NEW,
            received_at=at,
            due_at=at,
        )
        for rows in _lots(_row(item) for item in told)
    )
    hint_on_commit("absorb")


def quiet(slo_id: int, *, reason: str, at: datetime) -> None:
    """End every alert of an objective that is switched off or dropped, in that transaction."""
    firing = list(RuleState.objects.select_for_update().filter(slo=slo_id, firing=True))
    plans = load_plans([slo_id]) if firing else []
    told = [
        Told(plan, Turn(row.rule, row.severity, False, reason), row.started_at)
        for plan in plans
        for row in firing
    ]
    send(plans, told, at=at)
    RuleState.objects.filter(pk__in=[row.pk for row in firing]).update(firing=False, ended_at=at)


def _row(item: Told) -> dict[str, Any]:
    plan, turn = item.plan, item.turn
    return {
        "slo": plan.slug,
        "name": plan.name,
        "system": plan.system,
        "failure_class": plan.failure_class,
        "rule": turn.rule,
        "severity": turn.severity,
        "pages": turn.pages,
        "fires": turn.fires,
        "title": title(plan.name, turn.rule),
        "reason": turn.reason,
        "since": item.started_at.isoformat(),
    }


def title(name: str, rule: str) -> str:
    return f"{name}: no data" if rule == NO_DATA else f"{name} burns its error budget ({rule})"


def _lots(rows: Iterable[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    lot: list[dict[str, Any]] = []
    for row in rows:
        lot.append(row)
        if len(lot) == MAX_IN_RECEIPT:
            yield lot
            lot = []
    if lot:
        yield lot
