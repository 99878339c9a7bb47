"""Burn rules as people write them, one a line: read and written by forms. Pure.

fast: 2% budget in 1h/5m, sev2, page
outage: 50% bad in 30m/5m, sev1, page, at least 20
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from slos.burn import BurnRule
from slos.openslo.durations import parse_shorthand, write_shorthand

MOST_LINES = 12
_SPAN = r"[1-9][0-9]{0,4}[mhdw]"
_LINE = re.compile(
    r"(?P<name>[A-Za-z0-9][A-Za-z0-9-]{0,59})\s*:\s*"
    r"(?P<percent>[0-9]{1,4}(?:\.[0-9]{1,9})?)\s*%\s*(?P<what>(?i:budget|bad))\s+(?i:in)\s+"
    rf"(?P<long>{_SPAN})\s*/\s*(?P<short>{_SPAN})\s*,\s*(?P<severity>(?i:sev)[1-4])\s*"
    r"(?:,\s*(?P<pages>(?i:page|ticket))\s*)?(?:,\s*(?i:at least) (?P<least>[0-9]{1,9}))?"
)
_HINT = "write “name: 2% budget in 1h/5m, sev2, page”"


@dataclass(frozen=True, slots=True)
class RuleText:
    """The rules of a text, and a sentence for each line that is none."""

    rules: tuple[BurnRule, ...]
    problems: tuple[str, ...]


def parse_rules(text: str) -> RuleText:
    rules: list[BurnRule] = []
    problems: list[str] = []
    lines = [(number, line.strip()) for number, line in enumerate(text.splitlines(), 1)]
    lines = [(number, line) for number, line in lines if line and not line.startswith("#")]
    if len(lines) > MOST_LINES:
        problems.append(f"At most {MOST_LINES} rules.")
    for number, line in lines[:MOST_LINES]:
        match = _LINE.fullmatch(line)
        if match is None:
            problems.append(f"Line {number}: {_HINT}.")
            continue
        rule = _rule(match)
        if rule.short_window > rule.long_window:
            problems.append(f"Line {number}: the second window must not be the longer one.")
        elif rule.name in {known.name for known in rules}:
            problems.append(f"Line {number}: there is a rule {rule.name} already.")
        else:
            rules.append(rule)
    return RuleText(tuple(rules), tuple(problems))


def write_rules(rules: Iterable[BurnRule]) -> str:
    return "\n".join(write_rule(rule) for rule in rules)


def write_rule(rule: BurnRule) -> str:
    """Reads back as the same rule where its windows are whole minutes."""
    direct = rule.direct_bad_ratio is not None
    share = rule.direct_bad_ratio if rule.direct_bad_ratio is not None else rule.budget_fraction
    percent = f"{share * 100:.9f}".rstrip("0").rstrip(".")
    windows = f"{write_shorthand(rule.long_window)}/{write_shorthand(rule.short_window)}"
    parts = [
        f"{rule.name}: {percent}% {'bad' if direct else 'budget'} in {windows}",
        rule.severity,
        "page" if rule.pages else "ticket",
    ]
    if rule.minimum_events:
        parts.append(f"at least {rule.minimum_events}")
    return ", ".join(parts)


def _rule(match: re.Match[str]) -> BurnRule:
    share = round(float(match["percent"]) / 100, 12)
    direct = match["what"].lower() == "bad"
    return BurnRule(
        name=match["name"].lower(),
        budget_fraction=1.0 if direct else share,
        long_window=parse_shorthand(match["long"]).length,
        short_window=parse_shorthand(match["short"]).length,
        severity=match["severity"].lower(),
        pages=(match["pages"] or "ticket").lower() == "page",
        direct_bad_ratio=share if direct else None,
        minimum_events=int(match["least"] or 0),
    )
