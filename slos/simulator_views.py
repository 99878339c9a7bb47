"""What would have fired with these rules on the recorded past. Changes nothing: anyone may."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.permissions import current_user
from core import clock
from slos import selectors
from slos.forms import SimulatorForm
from slos.plans import definition_of, load_plans, sampling_of
from slos.rule_text import write_rules
from slos.selectors.past import steps
from slos.simulate.replay import Replay, replay

DEFAULT_DAYS = 90
SHOWN = 100


@require_safe
def simulator(request: HttpRequest, slug: str) -> HttpResponse:
    """Plays the rules of the form (of the objective, at first) through, in steps of 5 minutes."""
    slo = selectors.slo_for(current_user(request), slug)
    given = definition_of(slo)
    own = {
        "days": DEFAULT_DAYS,
        "target": f"{given.target * 100:.10g}",
        "rules": write_rules(given.rules),
    }
    form = SimulatorForm(request.GET if "rules" in request.GET else None, initial=own)
    found: Replay | None = None
    guarded = False
    if not form.is_bound or form.is_valid():
        asked = form.cleaned_data if form.is_bound else {}
        rules = asked.get("rules", given.rules)
        end = clock.now().replace(second=0, microsecond=0)
        start = end - timedelta(days=asked.get("days", DEFAULT_DAYS))
        longest = max((rule.long_window for rule in rules), default=timedelta(0))
        plan = next(iter(load_plans([slo.pk])), None)
        judge = plan.evaluator if plan else None
        sampling = sampling_of(rules, slo.sli.kind, slo.sli.sample_rate, slo.sli.evaluator, judge)
        guarded = sampling is not None
        found = replay(
            rules,
            target=asked.get("target", given.target),
            window=given.window.length,
            buckets=steps(slo, start=start - longest, end=end),
            start=start,
            end=end,
            sampled=sampling,
        )
    episodes = found.episodes[::-1] if found else []
    context = {
        "slo": slo,
        "form": form,
        "found": found,
        "guarded": guarded,
        "episodes": episodes[:SHOWN],
        "more": max(0, len(episodes) - SHOWN),
    }
    return render(request, "slos/simulator.html", context)
