"""What one version of an objective says, as data: read from and written to JSON. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from typing import Any

from slos.burn import BurnRule, NoDataRule, standard_rules
from slos.windows import Window


@dataclass(frozen=True, slots=True)
class PolicyRule:
    """Of an error-budget policy: what is owed while the budget left is below `threshold` (a
    share of it, `when` = "budget_left"), or when one incident cost more than `threshold` of it
    ("incident_cost"). `changes` are the kinds of change that a freeze holds back."""

    name: str
    kind: str
    threshold: float = 0.0
    when: str = "budget_left"
    changes: tuple[str, ...] = ("model", "prompt")


@dataclass(frozen=True, slots=True)
class Method:
    """How an indicator's measurements become units: see `slos.models.Series`."""

    name: str = "occurrences"
    slice_seconds: int = 0
    slice_target: float = 0.0

    @property
    def sliced(self) -> bool:
        return self.name != "occurrences"


@dataclass(frozen=True, slots=True)
class NoData:
    """`after_seconds` None: three times the span of the newest measurement, 15 minutes at least.
    `severity` "" raises no alert."""

    after_seconds: int | None = None
    severity: str = "sev3"
    pages: bool = False


@dataclass(frozen=True, slots=True)
class Definition:
    """Everything that decides an objective's number and its alerts."""

    target: float
    window: Window = field(default_factory=Window)
    method: Method = field(default_factory=Method)
    rules: tuple[BurnRule, ...] = ()
    no_data: NoData = field(default_factory=NoData)
    policy: tuple[PolicyRule, ...] = ()
    at_risk_below: float = 0.25


LEAST_SILENCE = timedelta(minutes=15)
STANDARD_POLICY = (
    PolicyRule("exhausted", "freeze", 0.0),
    PolicyRule("costly-incident", "postmortem", 0.2, "incident_cost"),
)


def silence_after(no_data: NoData, last_span: timedelta | None) -> timedelta:
    """How long nothing may be measured before there is no data."""
    if no_data.after_seconds is not None:
        return timedelta(seconds=no_data.after_seconds)
    return max(LEAST_SILENCE, 3 * last_span) if last_span else timedelta(hours=1)


def no_data_rule(no_data: NoData, after: timedelta) -> NoDataRule:
    return NoDataRule(after=after, severity=no_data.severity, pages=no_data.pages, name="no-data")


def rule_to_json(rule: BurnRule) -> dict[str, Any]:
    row = asdict(rule)
    row["long_seconds"] = row.pop("long_window").total_seconds()
    row["short_seconds"] = row.pop("short_window").total_seconds()
    return row


def rule_from_json(row: Mapping[str, Any]) -> BurnRule:
    return BurnRule(
        name=str(row["name"]),
        budget_fraction=float(row["budget_fraction"]),
        long_window=timedelta(seconds=row["long_seconds"]),
        short_window=timedelta(seconds=row["short_seconds"]),
        severity=str(row["severity"]),
        pages=bool(row["pages"]),
        direct_bad_ratio=row.get("direct_bad_ratio"),
        minimum_events=int(row.get("minimum_events") or 0),
    )


def definition_to_json(given: Definition) -> dict[str, Any]:
    return {
        "target": given.target,
        "window": asdict(given.window),
        "method": asdict(given.method),
        "rules": [rule_to_json(rule) for rule in given.rules],
        "no_data": asdict(given.no_data),
        "policy": [{**asdict(rule), "changes": list(rule.changes)} for rule in given.policy],
        "at_risk_below": given.at_risk_below,
    }


def definition_from_json(row: Mapping[str, Any]) -> Definition:
    return Definition(
        target=float(row["target"]),
        window=Window(**row["window"]),
        method=Method(**row["method"]),
        rules=tuple(rule_from_json(rule) for rule in row["rules"]),
        no_data=NoData(**row["no_data"]),
        policy=tuple(
            PolicyRule(**{**rule, "changes": tuple(rule["changes"])}) for rule in row["policy"]
        ),
        at_risk_below=float(row["at_risk_below"]),
    )


def standard_definition(target: float, window: Window | None = None) -> Definition:
    """The rules and policy to start from."""
    window = window or Window()
    return Definition(
        target=target, window=window, rules=standard_rules(window.length), policy=STANDARD_POLICY
    )
