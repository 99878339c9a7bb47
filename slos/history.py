"""The budget of each past day, by the definition that held at its end; computed again when late
data, a correction or its withdrawal touch a window that the day closes."""

from __future__ import annotations

import time as time_module
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from django.db import connection, transaction

from core import clock
from slos.definition import definition_from_json
from slos.evaluation import judge_all
from slos.models import BudgetDay, Slo, SloDefinition
from slos.plans import Plan, load_plans, window_lengths

OLDEST = timedelta(days=100)
"""Older days stay as they were computed."""
BATCH = 500
DAYS_AT_ONCE = 31
SECONDS = 4.0
"""How long one bite may take: the engine's loops give a sign of life in between."""
_DAY = timedelta(days=1)


def compute_history(*, days: int = DAYS_AT_ONCE) -> int:
    """One bounded bite: up to so many (day, objectives) statements; answers how many days of
    objectives were written."""
    today = clock.now().date()
    _plan_new_days(today)
    pending = dict(
        Slo.objects.filter(history_from__isnull=False, enabled=True)
        .order_by("history_from")
        .values_list("pk", "history_from")[:BATCH]
    )
    if not pending:
        return 0
    start = max(min(day for day in pending.values() if day), today - OLDEST)
    end = min(today, start + timedelta(days=days))
    written, until = 0, time_module.monotonic() + SECONDS
    for number in range((end - start).days):
        day = start + timedelta(days=number)
        if number and time_module.monotonic() > until:
            end = day
            break
        due = sorted(pk for pk, first in pending.items() if first and first <= day)
        written += _compute_day(due, day)
    _advance(pending, end, today)
    return written


def _plan_new_days(today: date) -> None:
    """Yesterday is over for objectives that have a history; others begin with their first data."""
    with connection.cursor() as cursor:
        cursor.execute(_PLAN, {"today": today, "oldest": today - OLDEST})


def _advance(pending: dict[int, date | None], end: date, today: date) -> None:
    """What late data made stale meanwhile lies before `end` only if it changed the column."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE slos_slo o SET history_from = CASE WHEN %(end)s >= %(today)s THEN NULL "
            "ELSE %(end)s END FROM unnest(%(ids)s::bigint[], %(days)s::date[]) AS p(id, day) "
            "WHERE o.id = p.id AND o.history_from = p.day AND p.day < %(end)s",
            {"end": end, "today": today, "ids": list(pending), "days": list(pending.values())},
        )


_PLAN = """
    UPDATE slos_slo o
       SET history_from = greatest(%(oldest)s::date, coalesce(known.last + 1, first.day))
      FROM slos_slo p
      LEFT JOIN LATERAL (SELECT max(day) AS last FROM slos_budgetday d WHERE d.slo_id = p.id)
        known ON true
      LEFT JOIN LATERAL (SELECT min(c.at)::date AS day FROM slos_daycount c
                          WHERE c.series_id = p.series_id) first ON true
     WHERE o.id = p.id AND o.enabled AND o.history_from IS NULL
       AND greatest(%(oldest)s::date, coalesce(known.last + 1, first.day)) < %(today)s
       AND coalesce(known.last, first.day) IS NOT NULL"""


@transaction.atomic
def _compute_day(slo_ids: Sequence[int], day: date) -> int:
    """The budgets at the end of `day` of all these objectives, in a few statements."""
    at = datetime.combine(day + _DAY, time(), tzinfo=UTC)
    plans = _plans_at(slo_ids, at)
    judged = judge_all(plans, at=at)
    now = clock.now()
    rows = [
        BudgetDay(
            slo_id=plan.slo_id,
            day=day,
            version=plan.version,
            good=found.good,
            total=found.total,
            excluded=found.excluded,
            budget_total=found.budget.total,
            consumed=found.budget.consumed,
            fraction_left=found.budget.fraction_left,
            computed_at=now,
        )
        for plan in plans
        if (found := judged.get(plan.slo_id)) is not None
    ]
    BudgetDay.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["slo", "day"],
        update_fields=[
            "version", "good", "total", "excluded", "budget_total", "consumed", "fraction_left",
            "computed_at",
        ],
    )  # fmt: skip
    return len(rows)


def _plans_at(slo_ids: Sequence[int], at: datetime) -> list[Plan]:
    """As `load_plans`, with the definition that held at `at`: the first one before it was made."""
    versions: dict[int, list[SloDefinition]] = defaultdict(list)
    for row in SloDefinition.objects.filter(slo__in=slo_ids).order_by("version"):
        versions[row.slo_id].append(row)
    return [_plan_at(plan, versions[plan.slo_id], at) for plan in load_plans(slo_ids)]


def _plan_at(plan: Plan, versions: Sequence[SloDefinition], at: datetime) -> Plan:
    held = [row for row in versions if row.valid_from < at] or list(versions[:1])
    if not held or held[-1].version == plan.version:
        return _without_rules(plan)
    row = held[-1]
    known = {key: value for key, value in row.definition.items() if key != "sli"}
    return _without_rules(
        replace(
            plan,
            version=row.version,
            series_id=row.series_id,
            definition=definition_from_json(known),
        )
    )


def _without_rules(plan: Plan) -> Plan:
    """Of the past only the budget is asked for."""
    definition = replace(plan.definition, rules=())
    return replace(plan, definition=definition, lengths=window_lengths(definition))
