"""What was known of the objectives before an evaluation, in three queries. Reads only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta

from slos.judging import Before
from slos.models import Arrival, RuleState, SloState
from slos.plans import Plan


def load_before(plans: Sequence[Plan]) -> dict[int, Before]:
    """By primary key of the objective."""
    states = dict(SloState.objects.values_list("slo_id", "state"))
    arrivals = {
        sli: (end, timedelta(seconds=span))
        for sli, end, span in Arrival.objects.values_list("sli_id", "last_end", "last_span_seconds")
    }
    firing: dict[int, set[str]] = defaultdict(set)
    for slo_id, rule in RuleState.objects.filter(firing=True).values_list("slo_id", "rule"):
        firing[slo_id].add(rule)
    found = {}
    for plan in plans:
        last_end, last_span = arrivals.get(plan.sli_id, (None, None))
        found[plan.slo_id] = Before(
            state=states.get(plan.slo_id, ""),
            firing=frozenset(firing.get(plan.slo_id, ())),
            last_end=last_end,
            last_span=last_span,
        )
    return found
