"""Begins and ends what error-budget policies ask for, as an evaluation finds it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from core import outbox
from slos import policy
from slos.events import ObligationBegan
from slos.judging import Judged
from slos.models import Obligation
from slos.plans import Plan


def settle(plans: Sequence[Plan], judged: Mapping[int, Judged], *, at: datetime) -> None:
    """Within the evaluation's transaction. Doing it again changes nothing."""
    present: dict[int, dict[str, Obligation]] = defaultdict(dict)
    for row in Obligation.objects.filter(until=None):
        present[row.slo_id][row.rule] = row
    begun: list[Obligation] = []
    ended: list[Obligation] = []
    for plan in plans:
        found = judged.get(plan.slo_id)
        known = present.get(plan.slo_id, {})
        if found is None or not (plan.definition.policy or known):
            continue
        left = found.budget.fraction_left if found.total > 0 else None
        owed = policy.owed(plan.definition.policy, fraction_left=left, present=frozenset(known))
        names = {rule.name for rule in owed}
        ended += [row for name, row in known.items() if name not in names]
        begun += [
            Obligation(
                slo_id=plan.slo_id,
                rule=rule.name,
                kind=rule.kind,
                changes=list(rule.changes) if rule.kind == Obligation.Kind.FREEZE else [],
                reason=policy.reason(rule, slo_name=plan.name, fraction_left=left)[:500],
                since=at,
            )
            for rule in owed
            if rule.name not in known
        ]
    if ended:
        Obligation.objects.filter(pk__in=[row.pk for row in ended]).update(until=at)
    for row in Obligation.objects.bulk_create(begun):
        outbox.publish(ObligationBegan(obligation_id=row.pk.hex, slo_id=row.slo_id, kind=row.kind))
