"""The engine's chore: all objectives judged in a few statements, what changed committed at once.

Roll up what is stale, count every window, judge in memory, then write budgets, firing rules,
obligations and the receipts of their alerts in one transaction. A crash before the commit leaves
nothing, one after it everything; doing it again changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import connection, transaction

from core.crashpoints import crash_point
from core.live import tick
from core.logs import get_logger
from slos import alerting, exclusions, obligations, rollups, writing
from slos.before import load_before
from slos.counting import count
from slos.judging import Judged, judge_objective
from slos.plans import Plan, load_plans

log = get_logger(__name__)
LOCK = 0x534C4F53
"""One evaluation at a time, on whichever machine."""


def evaluate_due() -> int:
    """Roll up, then judge every objective; answers how many changed hours there were, so that a
    backlog is worked on without a pause."""
    had = rollups.refresh_stale()
    evaluate()
    return had if had >= rollups.BATCH else 0


def evaluate(slo_ids: Sequence[int] | None = None) -> int:
    """Judge these objectives (all when none are named) as of now; answers how many there were.
    Leaves it to another process when that is at it already."""
    with transaction.atomic():
        at = _begin()
        if at is None:
            return 0
        plans = load_plans(slo_ids)
        judged = judge_all(plans, at=at)
        crash_point("slos:before_write")
        changed = writing.write_states(plans, judged, at=at)
        told = writing.write_turns(plans, judged, at=at)
        obligations.settle(plans, judged, at=at)
        alerting.send(plans, told, at=at)
        if changed or told:
            tick("slos")
    crash_point("slos:evaluated")
    return len(plans)


def _begin() -> datetime | None:
    """The moment of the evaluation by the database's clock; None when another is under way."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s), now()", [LOCK])
        mine, at = cursor.fetchone()
        return at if mine else None


def judge_all(plans: Sequence[Plan], *, at: datetime) -> dict[int, Judged]:
    """The verdict on each objective as of `at`, by primary key. Writes nothing."""
    if not plans:
        return {}
    wanted = {plan.slo_id: plan.starts(at) for plan in plans}
    counts = count(
        sorted({plan.series_id for plan in plans}),
        sorted({start for starts in wanted.values() for start in starts}),
        at=at,
        sliced=any(plan.definition.method.sliced for plan in plans),
    )
    before = load_before(plans)
    for slo_id, excluded in exclusions.excluded(plans, wanted, at=at).items():
        before[slo_id] = before[slo_id].without(excluded)
    found: dict[int, Judged] = {}
    for plan in plans:
        try:
            found[plan.slo_id] = judge_objective(plan, counts, before[plan.slo_id])
        except Exception:
            # One objective that cannot be judged must not silence the others.
            log.exception("slo_not_judged", slo=plan.slug)
    return found
