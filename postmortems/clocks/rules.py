"""The duties as data: reads `rules.yaml`, and works out when a report is due. No database.

A clock keeps the rule as it was when it started; a newer version of the file changes no clock that
runs. Nothing here says that a duty exists: people decide that, with a lawyer.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import Field, StringConstraints

from core.errors import Invalid
from core.manifest import Spec

FILE = Path(__file__).with_name("rules.yaml")
NOT_ADVICE = (
    "Not legal advice. The rules are a working list as of the date of their version; ask your "
    "lawyer whether a duty exists and what it asks for."
)
Status = Literal["in_force", "deferred", "not_yet", "repealed", "no_clock"]
STATUS_WORDS: Mapping[Status, str] = {
    "in_force": "In force",
    "deferred": "Deferred",
    "not_yet": "Not yet in force",
    "repealed": "Repealed",
    "no_clock": "No clock",
}
Within = Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]{0,3}(h|d|mo)$")]
Key = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,59}$")]
_WITHIN = re.compile(r"([0-9]+)(h|d|mo)")


class Source(Spec):
    title: str
    url: str


class Effective(Spec):
    begins: date
    concerns: str
    ends: date | None = None


class PhaseRule(Spec):
    """One report. Without `within` there is no moment that could be counted down to."""

    id: Key
    label: str
    within: Within | None = None
    after: Key | None = None
    recipient: str = ""
    says: str = ""

    @property
    def time_words(self) -> str:
        """`within` as people say it: "72 hours"."""
        if self.within is None or (found := _WITHIN.fullmatch(self.within)) is None:
            return ""
        word = {"h": "hour", "d": "day", "mo": "month"}[found[2]]
        return f"{found[1]} {word}" if found[1] == "1" else f"{found[1]} {word}s"


class Trigger(Spec):
    """What happened, and so which reports are due when."""

    id: Key
    label: str
    phases: Annotated[list[PhaseRule], Field(min_length=1)]


class Rule(Spec):
    id: Key
    version: Annotated[str, StringConstraints(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]
    name: str
    jurisdictions: Annotated[list[str], Field(min_length=1)]
    roles: Annotated[list[str], Field(min_length=1)]
    who: str
    event: str
    recipient: str
    status: Status
    status_says: str
    confidence: Literal["high", "medium", "low"]
    effective: list[Effective] = []
    source: Source
    notes: list[str] = []
    fields: list[str] = []
    holds_evidence: bool = False
    triggers: list[Trigger] = []

    @property
    def has_clock(self) -> bool:
        return bool(self.triggers)

    @property
    def status_words(self) -> str:
        return STATUS_WORDS[self.status]

    def trigger_named(self, key: str) -> Trigger:
        for trigger in self.triggers:
            if trigger.id == key:
                return trigger
        raise Invalid("No such trigger.", errors={"trigger": [f"{self.name} has no such trigger."]})


class RuleFile(Spec):
    rules: list[Rule]


@dataclass(frozen=True, slots=True)
class Due:
    """When a phase is due; None where the rule says only that there is to be no delay."""

    phase: PhaseRule
    at: datetime | None


@cache
def shipped_rules() -> tuple[Rule, ...]:
    """Those with a clock first, then the others, as the file orders them."""
    found = RuleFile.model_validate(yaml.safe_load(FILE.read_text())).rules
    return tuple(sorted(found, key=lambda rule: not rule.has_clock))


def rule_named(key: str) -> Rule:
    """Raises `Invalid` naming `rule`."""
    for rule in shipped_rules():
        if rule.id == key:
            return rule
    raise Invalid("No such rule.", errors={"rule": ["There is no such rule."]})


def later(moment: datetime, within: str) -> datetime:
    """`within` after a moment: hours and days as elapsed time (plain days, not working days),
    months by the calendar, the last day where the month is shorter. Raises `ValueError`."""
    found = _WITHIN.fullmatch(within)
    if found is None:
        raise ValueError(within)
    number, unit = int(found[1]), found[2]
    if unit != "mo":
        return moment + timedelta(**{"hours" if unit == "h" else "days": number})
    month = moment.month - 1 + number
    year, month = moment.year + month // 12, month % 12 + 1
    day = min(moment.day, calendar.monthrange(year, month)[1])
    return moment.replace(year=year, month=month, day=day)


def due_times(
    trigger: Trigger, aware_at: datetime, submitted: Mapping[str, datetime] | None = None
) -> list[Due]:
    """When each phase is due, in the order of the rule. A phase that follows another is counted
    from that one's report, and from its due time while there is none."""
    begins: dict[str, datetime | None] = {}
    found = []
    for phase in trigger.phases:
        start = begins.get(phase.after) if phase.after else aware_at
        at = later(start, phase.within) if phase.within and start else None
        begins[phase.id] = (submitted or {}).get(phase.id, at)
        found.append(Due(phase, at))
    return found
