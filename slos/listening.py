"""Which indicators listen to a signal, and how each counts it. Reads only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b

from django.utils.text import slugify

from alerts.matchers import Matchers, matcher
from catalog.models import System
from slos.intake import (
    Fact,
    Listening,
    Rule,
    Selector,
    SelectorError,
    parse_selector,
    parse_signal,
)
from slos.models import Sli

QUERY_NAMES = ("selector", "signal", "query", "expr", "promql")
"""Where a part of an indicator's query has its text, in its `spec` or by itself."""


@dataclass(frozen=True, slots=True)
class Listeners:
    """The rules by signal and system. A rule of no system takes the signal from everywhere."""

    rules: Mapping[tuple[str, str], tuple[Rule, ...]]
    slis: Mapping[int, Sli]
    systems: frozenset[str]

    def of(self, fact: Fact, *, default: str) -> tuple[Rule, ...]:
        """Those of the system that the fact names, else of its source's `default`."""
        about = (name for word in fact.about for name in (word, slugify(word)))
        system = next((name for name in about if name in self.systems), default)
        own = self.rules.get((fact.signal, system), ()) if system else ()
        return own + self.rules.get((fact.signal, ""), ())


def listeners_to(signals: Iterable[str]) -> Listeners:
    """Everything that may count one of these signals, in two statements."""
    names = set(signals)
    found: dict[tuple[str, str], list[Rule]] = defaultdict(list)
    slis: dict[int, Sli] = {}
    rows = Sli.objects.filter(enabled=True, data_source=None).exclude(signal="")
    for sli in rows.select_related("system"):
        rule = rule_of(sli)
        if rule is None or rule.signals.isdisjoint(names):
            continue
        slis[sli.pk] = sli
        for signal in rule.signals & names:
            found[signal, rule.system].append(rule)
    return Listeners(
        rules={key: tuple(rules) for key, rules in found.items()},
        slis=slis,
        systems=frozenset(System.objects.values_list("slug", flat=True)),
    )


def rule_of(sli: Sli) -> Rule | None:
    """How an indicator counts what is pushed; None when its signal cannot be read."""
    try:
        said = _signal(sli.signal)
        total = _narrowed(said.total, sli.signal_filter)
        good, bad = (
            _narrowed(own, sli.signal_filter) if own else _part(sli, name)
            for name, own in (("good", said.good), ("bad", said.bad))
        )
    except SelectorError:
        return None
    compares = bool(sli.op) and sli.value is not None and good is None and bad is None
    return Rule(
        sli_id=sli.pk,
        system=sli.system.slug if sli.system else "",
        total=total,
        good=good,
        bad=bad,
        operator=sli.op if compares else "",
        threshold=sli.value if compares and sli.value is not None else 0.0,
        evaluator=sli.evaluator,
    )


def fingerprint(rule: Rule) -> str:
    """The same for two rules that count alike."""
    parts = (rule.total, rule.good, rule.bad)
    named = [f"{part.signal}{{{part.matchers}}}" if part else "" for part in parts]
    text = "\n".join([*named, rule.operator, repr(rule.threshold)])
    return blake2b(text.encode("utf-8", "replace"), digest_size=16).hexdigest()


def query_text(part: object) -> str:
    """The text of one part of an indicator's query, written plainly or as OpenSLO nests it."""
    if isinstance(part, str):
        return part.strip()
    if not isinstance(part, Mapping):
        return ""
    for name in QUERY_NAMES:
        if isinstance(part.get(name), str):
            return str(part[name]).strip()
    inner = part.get("spec", part.get("metricSource"))
    return query_text(inner) if isinstance(inner, Mapping) else ""


def _part(sli: Sli, name: str) -> Selector | None:
    """The good or bad ones: a selector, or the attributes that they have on the same signal."""
    part = sli.query.get(name) if isinstance(sli.query, Mapping) else None
    if isinstance(part, Mapping) and isinstance(part.get("filter"), Mapping):
        signal = part.get("signal")
        own = isinstance(signal, str) and signal
        base = _selector(signal) if own else _signal(sli.signal).total
        return _narrowed(_narrowed(base, sli.signal_filter), part["filter"])
    text = query_text(part)
    return _narrowed(_selector(text), sli.signal_filter) if text else None


@lru_cache(maxsize=20_000)
def _signal(text: str) -> Listening:
    return parse_signal(text)


@lru_cache(maxsize=20_000)
def _selector(text: str) -> Selector:
    return parse_selector(text)


def _narrowed(selector: Selector, wanted: Mapping[str, object]) -> Selector:
    if not wanted:
        return selector
    items = tuple(matcher(name, "=", str(value)) for name, value in wanted.items())
    return Selector(selector.signal, Matchers((*selector.matchers.items, *items)))
