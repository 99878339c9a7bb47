"""Where the numbers of an objective come from, and what hinders them. Reads only."""

from __future__ import annotations

from dataclasses import dataclass

from accounts.models import User
from slos.listening import rule_of
from slos.models import Measurement, Poll, Slo, Unmatched
from slos.polling import question_of
from slos.selectors.lists import slo_for

SHOWN_POINTS = 20
SHOWN_UNMATCHED = 20


@dataclass(frozen=True, slots=True)
class InputsPage:
    """`problem` is why there may be no data, in one sentence; "" when nothing hinders."""

    slo: Slo
    poll: Poll | None
    queries: list[tuple[str, str]]
    signals: list[str]
    problem: str
    newest: list[Measurement]
    unmatched: list[Unmatched]


def inputs_page(user: User, slug: str) -> InputsPage:
    slo = slo_for(user, slug)
    sli = slo.sli
    rule = None if sli.data_source_id or not sli.signal else rule_of(sli)
    signals = sorted(rule.signals) if rule else []
    poll = Poll.objects.filter(sli=sli).first() if sli.data_source_id else None
    question = question_of(sli) if sli.data_source_id else None
    return InputsPage(
        slo=slo,
        poll=poll,
        queries=[(part, question.texts[part]) for part in question.parts] if question else [],
        signals=signals,
        problem=_problem(slo, poll, readable=rule is not None),
        newest=list(
            Measurement.objects.filter(track__sli=sli)
            .select_related("track")
            .order_by("-ended")[:SHOWN_POINTS]
        ),
        unmatched=list(
            Unmatched.objects.filter(signal__in=signals).select_related("source")[:SHOWN_UNMATCHED]
        )
        if signals
        else [],
    )


def _problem(slo: Slo, poll: Poll | None, *, readable: bool) -> str:
    sli = slo.sli
    if sli.data_source_id:
        source = sli.data_source
        if source is not None and not source.enabled:
            return "The data source is switched off."
        return poll.problem if poll else ""
    if sli.signal and not readable:
        return "The signal cannot be read, so nothing that is sent is counted."
    return ""
