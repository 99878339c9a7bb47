"""Writes what an evaluation found, set-wise: budgets, and the rules that begin or end to fire."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from slos.judging import Judged, Turn
from slos.models import RuleState
from slos.plans import Plan


@dataclass(frozen=True, slots=True)
class Told:
    """A turn that is to leave as an alert; `started_at` names the episode."""

    plan: Plan
    turn: Turn
    started_at: datetime


def write_states(plans: Sequence[Plan], judged: Mapping[int, Judged], *, at: datetime) -> int:
    """One row an objective; answers how many changed their state."""
    rows = [(plan, judged[plan.slo_id]) for plan in plans if plan.slo_id in judged]
    if not rows:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(
            _STATES,
            {
                "at": at,
                "slos": [plan.slo_id for plan, _ in rows],
                "versions": [plan.version for plan, _ in rows],
                "starts": [found.window_start for _, found in rows],
                "good": [found.good for _, found in rows],
                "total": [found.total for _, found in rows],
                "excluded": [found.excluded for _, found in rows],
                "budgets": [found.budget.total for _, found in rows],
                "consumed": [found.budget.consumed for _, found in rows],
                "left": [found.budget.fraction_left for _, found in rows],
                "states": [found.state for _, found in rows],
                "burns": [json.dumps(found.burns) for _, found in rows],
                "seconds": [found.seconds_left for _, found in rows],
            },
        )
        changed: int = cursor.fetchone()[0]
        return changed


_STATES = """
    WITH written AS (
        INSERT INTO slos_slostate AS s (slo_id, as_of, window_start, version, good, total, excluded,
               budget_total, consumed, fraction_left, state, since, burns, seconds_left, last_end,
               recalculating)
        SELECT g.slo, %(at)s, g.start, g.version, g.good, g.total, g.excluded, g.budget,
               g.consumed, g.remainder, g.state, %(at)s, g.burns::jsonb, g.seconds, a.last_end,
               late.sli_id IS NOT NULL
          FROM unnest(%(slos)s::bigint[], %(starts)s::timestamptz[], %(versions)s::int[],
                      %(good)s::float8[], %(total)s::float8[], %(excluded)s::float8[],
                      %(budgets)s::float8[], %(consumed)s::float8[], %(left)s::float8[],
                      %(states)s::text[], %(burns)s::text[], %(seconds)s::float8[])
               AS g(slo, start, version, good, total, excluded, budget, consumed, remainder,
                    state, burns, seconds)
          JOIN slos_slo o ON o.id = g.slo
          LEFT JOIN slos_arrival a ON a.sli_id = o.sli_id
          LEFT JOIN (SELECT DISTINCT sli_id FROM slos_stalehour
                      WHERE at < date_trunc('hour', %(at)s::timestamptz, 'UTC')) late
            ON late.sli_id = o.sli_id
        ON CONFLICT (slo_id) DO UPDATE SET as_of = excluded.as_of,
               window_start = excluded.window_start, version = excluded.version,
               good = excluded.good, total = excluded.total, excluded = excluded.excluded,
               budget_total = excluded.budget_total, consumed = excluded.consumed,
               fraction_left = excluded.fraction_left, state = excluded.state,
               since = CASE WHEN s.state = excluded.state THEN s.since ELSE excluded.since END,
               burns = excluded.burns, seconds_left = excluded.seconds_left,
               last_end = excluded.last_end, recalculating = excluded.recalculating
        RETURNING since = as_of AS changed)
    SELECT count(*) FILTER (WHERE changed) FROM written"""


def write_turns(plans: Sequence[Plan], judged: Mapping[int, Judged], *, at: datetime) -> list[Told]:
    """Store every rule that begins or ends to fire; answers what has to be told."""
    turns = [
        (plan, turn)
        for plan in plans
        if plan.slo_id in judged
        for turn in judged[plan.slo_id].turns
    ]
    if not turns:
        return []
    known = {
        (row.slo_id, row.rule): row
        for row in RuleState.objects.select_for_update().filter(
            slo__in={plan.slo_id for plan, _ in turns}
        )
    }
    told = []
    rows = []
    for plan, turn in turns:
        before = known.get((plan.slo_id, turn.rule))
        if not turn.fires and (before is None or not before.firing):
            continue
        started_at = at if turn.fires or before is None else before.started_at
        rows.append(
            RuleState(
                slo_id=plan.slo_id,
                rule=turn.rule,
                severity=turn.severity,
                firing=turn.fires,
                started_at=started_at,
                ended_at=None if turn.fires else at,
                reason=turn.reason[:500],
            )
        )
        told.append(Told(plan, turn, started_at))
    RuleState.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["slo", "rule"],
        update_fields=["severity", "firing", "started_at", "ended_at", "reason"],
    )
    return told
