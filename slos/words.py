"""Objectives in the words of people: targets, windows, ways of counting. Pure."""

from __future__ import annotations

from slos.definition import Definition, Method, NoData, PolicyRule
from slos.planner import span_words
from slos.windows import Window

_METHODS = {
    "timeslices": "time slices of {length}, each good from {target} on",
    "ratio_timeslices": "time slices of {length}, each weighing the same",
}
_OWED = {
    "freeze": "promotion of {changes} is frozen",
    "postmortem": "a postmortem is required",
    "action": "a follow-up action is required",
}


def percent(share: float) -> str:
    """As many digits as the share needs: 98%, 99.95%."""
    return f"{share * 100:.6g}%"


def ratio_words(share: float) -> str:
    """A measured share: two digits after the point, more close to 0 and 1."""
    distance = min(share, 1 - share)
    digits = 2 if distance >= 0.001 or distance <= 0 else 4
    return f"{share * 100:.{digits}f}%"


def window_words(window: Window) -> str:
    """ "28 days", "each month (Europe/Berlin)"."""
    if window.kind == "calendar":
        return f"each {window.unit} ({window.zone})"
    return span_words(window.length)


def method_words(method: Method) -> str:
    if not method.sliced:
        return "each event counts"
    seconds = method.slice_seconds
    length = f"{seconds // 60} min" if seconds % 60 == 0 else f"{seconds} s"
    return _METHODS[method.name].format(length=length, target=percent(method.slice_target))


def policy_words(rule: PolicyRule) -> str:
    """ "While 0% or less is left, promotion of model and prompt is frozen."""
    changes = " and ".join(rule.changes) or "everything"
    owed = _OWED[rule.kind].format(changes=changes)
    if rule.when == "incident_cost":
        return f"When one incident costs more than {percent(rule.threshold)}, {owed}."
    return f"While {percent(rule.threshold)} or less is left, {owed}."


def no_data_words(no_data: NoData) -> str:
    if not no_data.severity:
        return "No data raises no alert."
    after = no_data.after_seconds
    when = f"after {span_words_of(after)}" if after else "after three times the usual interval"
    return f"No data {when} raises {no_data.severity.upper()}{', paging' if no_data.pages else ''}."


def span_words_of(seconds: float) -> str:
    return span_words(Window(seconds=round(seconds)).length)


def version_words(before: Definition | None, now: Definition) -> list[str]:
    """What changed from one version to the next, a sentence each."""
    if before is None:
        return [f"Made: {percent(now.target)} over {window_words(now.window)}."]
    said = []
    if before.target != now.target:
        said.append(f"Target from {percent(before.target)} to {percent(now.target)}.")
    if before.window != now.window:
        said.append(f"Window from {window_words(before.window)} to {window_words(now.window)}.")
    if before.method != now.method:
        said.append(f"Counting: {method_words(now.method)}.")
    if before.rules != now.rules:
        names = ", ".join(rule.name for rule in now.rules) or "none"
        said.append(f"Burn rules: {names}.")
    if before.no_data != now.no_data:
        said.append(no_data_words(now.no_data))
    if before.policy != now.policy:
        said.append("Error-budget policy changed.")
    if before.at_risk_below != now.at_risk_below:
        said.append(f"At risk below {percent(now.at_risk_below)}.")
    return said or ["The indicator changed."]
