"""What the sampling planner and the burn rules say of an objective that is being made. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from slos.burn import warnings
from slos.definition import Definition
from slos.guards import Sampling
from slos.planner import DEFAULT_RISE, Promise, need, promise, span_words

_RATES = (10, 50, 200, 1000)


@dataclass(frozen=True, slots=True)
class Advice:
    """`promise` is of the asked rate; `table` has the same for usual rates; `need` turns the
    question round; `warnings` are of the burn rules."""

    promise: Promise | None
    table: Sequence[tuple[str, str]]
    need: str
    warnings: Sequence[str] = ()


def advise(
    *,
    target: float,
    per_hour: float,
    rise: float = DEFAULT_RISE,
    hours: float = 24,
    false_pages: float = 0.01,
    definition: Definition | None = None,
) -> Advice:
    if not 0 < target < 1:
        return Advice(None, (), "Give a target between 0% and 100%.")
    guard = Sampling(false_pages_per_month=false_pages)
    said = promise(target=target, per_hour=per_hour, rise=rise, sampling=guard)
    table = [
        (f"{rate:,}", _within(promise(target=target, per_hour=rate, rise=rise, sampling=guard)))
        for rate in _RATES
    ]
    needed = need(target=target, within=timedelta(hours=hours), rise=rise, sampling=guard)
    told = (
        warnings(definition.rules, target=target, window=definition.window.length)
        if definition
        else []
    )
    return Advice(said if per_hour else None, table, needed.sentence, told)


def _within(said: Promise) -> str:
    return span_words(said.within) if said.within else f"never: {said.reason}"
