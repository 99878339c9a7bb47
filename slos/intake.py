"""What inputs hand over, and how an SLI counts it. Pure: no database, no outside format.

An input (an integration) turns what it received into facts: `Event`, `Count` or `Window`. It knows
no SLI. An SLI knows no input: it names a *signal* and, in braces, the attributes it wants, as
`gen_ai.client.operation.duration{gen_ai.operation.name="chat"}`. Here the two meet.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from alerts.matchers import MatcherError, Matchers, parse_matchers

MAX_SIGNAL = 200
SLICE = timedelta(minutes=1)
"""Facts that arrive one by one are added up into measurements of this length, on whole minutes."""

WIDEST = 2.5
"""How far a bucket bound may lie from the threshold to stand in for it: the GenAI conventions'
own bounds double from one to the next. Beyond that counting would only pretend to know."""

LATE_EXPORT = timedelta(minutes=2)
"""A counter read after a longer gap is spread evenly over it instead of booked at its end."""


class SelectorError(ValueError):
    """Text that selects no signal. The message is a plain sentence without its full stop."""


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened once: a call, a tool run, an evaluated answer.

    `key` (16 bytes) names it within its source, so that a repeated delivery counts once. `ok` is
    what the sender itself says of it, None when it does not. `about` holds the sender's words for
    the system it is about, the best one first; `value` is a duration, a score, a cost; `cohort`
    a version that is also counted by itself, to compare.
    """

    signal: str
    at: datetime
    key: bytes
    attributes: Mapping[str, str] = field(default_factory=dict)
    about: tuple[str, ...] = ()
    ok: bool | None = None
    value: float | None = None
    evaluator: str = ""
    cohort: str = ""


@dataclass(frozen=True, slots=True)
class Count:
    """Events that the sender counted: one point of a counter or histogram `stream` (16 bytes).

    Cumulative counts run since `start`; others are the events of [start, at]. `buckets` has one
    more entry than `bounds`; bucket i counts the values in (bounds[i-1], bounds[i]].
    """

    signal: str
    at: datetime
    stream: bytes
    count: float
    start: datetime | None = None
    cumulative: bool = False
    bounds: tuple[float, ...] = ()
    buckets: tuple[float, ...] = ()
    attributes: Mapping[str, str] = field(default_factory=dict)
    about: tuple[str, ...] = ()
    ok: bool | None = None
    cohort: str = ""


@dataclass(frozen=True, slots=True)
class Window:
    """What a report says of [start, end): one unit, good or bad. The same report again replaces."""

    signal: str
    start: datetime
    end: datetime
    attributes: Mapping[str, str] = field(default_factory=dict)
    about: tuple[str, ...] = ()
    ok: bool | None = None
    value: float | None = None
    evaluator: str = ""
    cohort: str = ""


Fact = Event | Count | Window


@dataclass(frozen=True, slots=True)
class Selector:
    """A signal by its name, narrowed by its attributes. A missing attribute is the empty text."""

    signal: str
    matchers: Matchers = field(default_factory=lambda: Matchers(()))

    def takes(self, fact: Fact) -> bool:
        return fact.signal == self.signal and self.matchers.matches(fact.attributes)


@dataclass(frozen=True, slots=True)
class Rule:
    """How one SLI counts facts.

    With `good` or `bad` the facts that these select are the good or bad ones of those that `total`
    selects. Otherwise what failed is bad, and the value must compare with `threshold` by
    `operator` (`lte`, `lt`, `gte`, `gt`); without an operator the sender's own verdict counts.
    """

    sli_id: int
    system: str
    total: Selector
    good: Selector | None = None
    bad: Selector | None = None
    operator: str = ""
    threshold: float = 0.0
    evaluator: str = ""

    @property
    def signals(self) -> frozenset[str]:
        """Every signal name it listens to."""
        named = (self.total, self.good, self.bad)
        return frozenset(selector.signal for selector in named if selector is not None)

    def listens_to(self, fact: Fact) -> bool:
        return any(
            selector.takes(fact)
            for selector in (self.total, self.good, self.bad)
            if selector is not None
        )


@dataclass(frozen=True, slots=True)
class Share:
    """What a fact adds to an SLI. `note` says when the number is not exact, or why it is none."""

    good: float
    total: float
    note: str = ""


def parse_selector(text: str) -> Selector:
    """`name` or `name{attribute="value", …}` with the operators `=` `!=` `=~` `!~`."""
    name, brace, rest = text.strip().partition("{")
    name = name.strip()
    if not name:
        raise SelectorError("The name of a signal is missing")
    if len(name) > MAX_SIGNAL or not name.isprintable() or any(c in name for c in " \"'`}=,"):
        raise SelectorError(f"{name[:40]!r} is no name of a signal")
    if not brace:
        return Selector(name)
    try:
        return Selector(name, parse_matchers(brace + rest))
    except MatcherError as error:
        raise SelectorError(str(error)) from error


@dataclass(frozen=True, slots=True)
class Listening:
    """What an indicator's signal says: what is counted, and which of that is good or bad."""

    total: Selector
    good: Selector | None = None
    bad: Selector | None = None


def parse_signal(text: str) -> Listening:
    """A selector, and if wanted ` good` or ` bad` with the attributes of those, or with a signal
    of their own: `gen_ai.client.operation bad{gen_ai.response.finish_reasons="length"}`."""
    for match in _PART.finditer(text):
        part = text[match.end() :].strip()
        try:
            total = parse_selector(text[: match.start()])
            found = parse_selector(f"{total.signal}{part}" if part.startswith("{") else part)
        except SelectorError:
            continue  # the word stood inside of a value
        if part.startswith("{"):
            items = (*total.matchers.items, *found.matchers.items)
            found = Selector(found.signal, Matchers(items))
        return Listening(total, **{match[1]: found})
    return Listening(parse_selector(text))


_PART = re.compile(r"\s(good|bad)(?=\s|\{)")


def share_of(rule: Rule, fact: Fact) -> Share | None:
    """What a fact adds to the SLI; None when the SLI does not listen to it or cannot judge it."""
    weight = fact.count if isinstance(fact, Count) else 1.0
    if rule.good is not None or rule.bad is not None:
        return _selected(rule, fact, weight)
    if not rule.total.takes(fact):
        return None
    if fact.ok is False:
        return Share(0.0, weight)
    if not rule.operator:
        return None if fact.ok is None else Share(weight, weight)
    if isinstance(fact, Count):
        return _of_histogram(rule, fact)
    if fact.value is None or not math.isfinite(fact.value):
        return None
    good = compare(fact.value, rule.operator, rule.threshold)
    return Share(1.0 if good else 0.0, 1.0)


def why_not(rule: Rule, fact: Fact) -> str:
    """Why an SLI that listens to a fact could not judge it, for a person."""
    if isinstance(fact, Count) and fact.buckets:
        return f"Its buckets are too wide around {rule.threshold:g} to tell good from bad."
    if isinstance(fact, Count):
        return "It only counts; a threshold needs a histogram."
    if rule.operator:
        return "It carries no number to compare with the threshold."
    return "It does not say good or bad; give the SLI a threshold or a selector for good ones."


def compare(value: float, operator: str, threshold: float) -> bool:
    if operator == "lte":
        return value <= threshold
    if operator == "lt":
        return value < threshold
    if operator == "gte":
        return value >= threshold
    return value > threshold


def _selected(rule: Rule, fact: Fact, weight: float) -> Share | None:
    total = weight if rule.total.takes(fact) else 0.0
    if rule.good is not None:
        good = weight if rule.good.takes(fact) else 0.0
    else:
        # What is not bad is good: a bad one takes its place from the total it is part of.
        bad = weight if rule.bad is not None and rule.bad.takes(fact) else 0.0
        good = total - bad
    return Share(good, total) if good or total else None


def _of_histogram(rule: Rule, fact: Count) -> Share | None:
    if len(fact.buckets) != len(fact.bounds) + 1 or not fact.bounds:
        return None
    good, unsure, edge = within(rule.operator, rule.threshold, fact.bounds, fact.buckets)
    if not unsure:
        return Share(good, fact.count)
    if edge <= 0 or not 1 / WIDEST <= edge / rule.threshold <= WIDEST:
        return None
    return Share(
        good,
        fact.count,
        f"{rule.threshold:g} is no bucket bound of {fact.signal}; it is counted at {edge:g}.",
    )


def within(
    operator: str, threshold: float, bounds: tuple[float, ...], buckets: tuple[float, ...]
) -> tuple[float, float, float]:
    """(values that surely fulfil the comparison, values that perhaps do, the bucket bound between
    the two). Without such a bound it is 0 and nothing is sure.

    Exact, with nothing unsure, when the threshold is a bound. A histogram cannot tell `lt` from
    `lte`: a value equal to a bound is in the bucket below it (OTLP metrics data model).
    """
    slack = abs(threshold) * 1e-9
    if operator in ("lte", "lt"):
        below = bisect_right(bounds, threshold + slack)
        edge = bounds[below - 1] if below else 0.0
        exact = below > 0 and abs(edge - threshold) <= slack
        return sum(buckets[:below]), 0.0 if exact else buckets[below], edge
    at = bisect_left(bounds, threshold - slack)
    edge = bounds[at] if at < len(bounds) else 0.0
    exact = at < len(bounds) and abs(edge - threshold) <= slack
    return sum(buckets[at + 1 :]), 0.0 if exact else buckets[at], edge


def slices(start: datetime | None, end: datetime) -> list[datetime]:
    """The minutes (their starts) that a count of [start, end] belongs to, each with an equal part.

    A regular export belongs to the minute in which it ends; one that comes after a gap is spread
    over the minutes of the gap, since nobody knows when in it the events were.
    """
    last = minute_of(end)
    if start is None or end - start <= LATE_EXPORT:
        return [last]
    first = minute_of(start)
    count = int((last - first) / SLICE) + 1
    if count > _MOST_SLICES:
        return [last]
    return [first + SLICE * index for index in range(count)]


_MOST_SLICES = 24 * 60


def minute_of(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(second=0, microsecond=0)
