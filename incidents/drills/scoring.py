"""How well a drill was met: a line for each thing that should have happened. Pure; no database."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.durations import seconds_words
from incidents.drills.scenario import Scenario

WITHIN_SECONDS: Mapping[str, int] = {
    "detected": 60,
    "paged": 60,
    "acknowledged": 300,
    "mitigated": 3_600,
}
"""Times that a drill is held against: an incident and a page within a minute, acknowledged within
five (the usual first escalation step), mitigated within the hour."""

LABELS: Mapping[str, str] = {
    "detected": "Incident opened",
    "paged": "Somebody paged",
    "acknowledged": "Acknowledged",
    "mitigated": "Mitigated or resolved",
}


class Mark(StrEnum):
    MET = "met"
    MISSED = "missed"
    WAITING = "waiting"


@dataclass(frozen=True, slots=True)
class Line:
    """`said` is what happened in words; `seconds` from the drill's start where it is a time."""

    name: str
    label: str
    mark: Mark
    said: str
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a drill. `named` are the causes on the incident that nobody has ruled out,
    `chosen` the mitigations that people say they took. `asked_at` is now, or when it ended."""

    started_at: datetime
    asked_at: datetime
    over: bool
    times: Mapping[str, datetime | None]
    named: Collection[str] = ()
    chosen: Sequence[str] = ()


def scorecard(scenario: Scenario, facts: Facts) -> tuple[Line, ...]:
    """The lines in the order in which a response goes."""
    times = tuple(_time(name, facts) for name in WITHIN_SECONDS)
    return (*times, _class(scenario, facts), _mitigation(scenario, facts))


def points(lines: Sequence[Line]) -> tuple[int, int]:
    """(met, all) of the lines."""
    return sum(line.mark is Mark.MET for line in lines), len(lines)


def _time(name: str, facts: Facts) -> Line:
    limit, label = WITHIN_SECONDS[name], LABELS[name]
    within = f"within {seconds_words(limit)}"
    happened = facts.times.get(name)
    if happened is not None:
        took = max((happened - facts.started_at).total_seconds(), 0.0)
        mark = Mark.MET if took <= limit else Mark.MISSED
        said = f"after {seconds_words(took)}"
        return Line(name, label, mark, said if mark is Mark.MET else f"{said}, not {within}", took)
    waited = (facts.asked_at - facts.started_at).total_seconds()
    if facts.over or waited > limit:
        return Line(name, label, Mark.MISSED, f"not {within}")
    return Line(name, label, Mark.WAITING, f"due {within}")


def _class(scenario: Scenario, facts: Facts) -> Line:
    label = "Right class of failure named"
    named = sorted({cause.partition(".")[0] for cause in facts.named})
    right = [name for name in named if name in scenario.classes]
    if right:
        return Line("class", label, Mark.MET, ", ".join(right))
    if named:
        wanted = " or ".join(scenario.classes)
        said = f"{', '.join(named)} was named, it is {wanted}" if facts.over else ", ".join(named)
        return Line("class", label, Mark.MISSED if facts.over else Mark.WAITING, said)
    return Line("class", label, Mark.MISSED if facts.over else Mark.WAITING, "no cause named")


def _mitigation(scenario: Scenario, facts: Facts) -> Line:
    """One right one is enough; one that only sounds right spoils it, for it costs the time."""
    label = "Right mitigation taken"
    if not facts.chosen:
        mark = Mark.MISSED if facts.over else Mark.WAITING
        return Line("mitigation", label, mark, "none said")
    wrong = [text for text in facts.chosen if text not in scenario.mitigations]
    if wrong:
        return Line("mitigation", label, Mark.MISSED, f"does not help: {', '.join(wrong)}")
    return Line("mitigation", label, Mark.MET, ", ".join(facts.chosen))
