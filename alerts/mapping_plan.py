"""Checks and compiles a source's mapping into a plan. Reading alerts with it is in `mapping`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from alerts.expressions import Expression, ExpressionError, Path, parse_expression, parse_path
from alerts.mapping_defaults import DEFAULT_MAPPING, STATUS_WORDS
from alerts.reading import MAX_LINKS, one_line, text_of
from alerts.signals import MAX_LABEL_NAME, MAX_LABELS, Action, Severity

MAX_WORDS = 200
SPREAD = "*"

_ACTION_FIELDS = {
    "firing": Action.FIRE,
    "resolved": Action.RESOLVE,
    "acknowledged": Action.ACKNOWLEDGE,
}
_SEVERITIES = ", ".join(Severity)


@dataclass(frozen=True, slots=True)
class Words:
    """An expression whose text is looked up in a table."""

    value: Expression
    table: Mapping[str, str]
    default: str | None = None


@dataclass(slots=True)
class Plan:
    """A mapping, checked and compiled. `named` holds the fields that the mapping itself has."""

    alerts: Path | None = None
    values: dict[str, Expression] = field(default_factory=dict)
    words: dict[str, Words] = field(default_factory=dict)
    groups: dict[str, dict[str, Expression]] = field(default_factory=dict)
    named: frozenset[str] = frozenset()


def compile_mapping(mapping: object) -> tuple[Plan, list[str]]:
    """The plan of a mapping and its errors. Broken and absent fields are read by default."""
    plan, errors = Plan(), list[str]()
    _compile_into(plan, DEFAULT_MAPPING, [])
    if mapping is None:
        return plan, errors
    if not isinstance(mapping, Mapping):
        return plan, ["mapping: must be an object"]
    _compile_into(plan, mapping, errors)
    plan.named = frozenset(name for name in mapping if name in _FIELDS)
    return plan, errors


_Compiler = Callable[[Plan, str, object, list[str]], None]


def _compile_into(plan: Plan, mapping: Mapping[str, object], errors: list[str]) -> None:
    for name, value in mapping.items():
        compiler = _FIELDS.get(name) if isinstance(name, str) else None
        if compiler is None:
            errors.append(f"{one_line(name, 80)}: unknown field")
        else:
            compiler(plan, name, value, errors)


def _expression(where: str, source: object, errors: list[str]) -> Expression | None:
    try:
        return parse_expression(source)
    except ExpressionError as error:
        errors.append(f"{where}: {error}")
        return None


def _compile_alerts(plan: Plan, name: str, source: object, errors: list[str]) -> None:
    try:
        plan.alerts = parse_path(source)
    except ExpressionError as error:
        errors.append(f"{name}: {error}")


def _compile_value(plan: Plan, name: str, source: object, errors: list[str]) -> None:
    if (expression := _expression(name, source, errors)) is not None:
        plan.values[name] = expression


def _compile_group(plan: Plan, name: str, source: object, errors: list[str]) -> None:
    limit = MAX_LINKS if name == "links" else MAX_LABELS
    if not isinstance(source, Mapping) or len(source) > limit:
        errors.append(f"{name}: must be an object with at most {limit} members")
        return
    group: dict[str, Expression] = {}
    for member, value in source.items():
        where = f"{name}.{one_line(member, 80)}"
        if not isinstance(member, str) or not member.strip() or len(member) > MAX_LABEL_NAME:
            errors.append(f"{where}: a name has 1 to {MAX_LABEL_NAME} characters")
        elif name == "links" and member == SPREAD:
            errors.append(f"{where}: links are named one by one")
        elif (expression := _expression(where, value, errors)) is not None:
            group[member] = expression
    plan.groups[name] = group


def _path_of(
    name: str, source: Mapping[str, object], known: set[str], errors: list[str]
) -> Expression | None:
    for member in source:
        if member not in known:
            errors.append(f"{name}.{one_line(member, 80)}: unknown field")
    if "path" not in source:
        errors.append(f"{name}.path: is missing")
        return None
    return _expression(f"{name}.path", source["path"], errors)


def _compile_status(plan: Plan, name: str, source: object, errors: list[str]) -> None:
    table: dict[str, str] = dict(STATUS_WORDS)
    if not isinstance(source, Mapping):
        value = _expression(name, source, errors)
    else:
        value = _path_of(name, source, {"path", *_ACTION_FIELDS}, errors)
        for member, action in _ACTION_FIELDS.items():
            words = source.get(member, [])
            if _is_words(words):
                table.update(dict.fromkeys((text_of(w).strip().lower() for w in words), action))
            else:
                errors.append(f"{name}.{member}: must be a list of at most {MAX_WORDS} words")
    if value is not None:
        plan.words[name] = Words(value, table)


def _is_words(value: object) -> bool:
    return (
        isinstance(value, list)
        and len(value) <= MAX_WORDS
        and all(isinstance(item, str | int | float) for item in value)
    )


def _compile_severity(plan: Plan, name: str, source: object, errors: list[str]) -> None:
    if not isinstance(source, Mapping):
        value, table, default = _expression(name, source, errors), {}, None
    else:
        value = _path_of(name, source, {"path", "map", "default"}, errors)
        table = _severity_map(f"{name}.map", source.get("map", {}), errors)
        default = source.get("default")
        if default is not None and default not in list(Severity):
            errors.append(f"{name}.default: must be one of {_SEVERITIES}")
            default = None
    if value is not None:
        plan.words[name] = Words(value, table, default)


def _severity_map(where: str, source: object, errors: list[str]) -> dict[str, str]:
    if not isinstance(source, Mapping) or len(source) > MAX_WORDS:
        errors.append(f"{where}: must be an object with at most {MAX_WORDS} members")
        return {}
    table: dict[str, str] = {}
    for word, severity in source.items():
        if severity in list(Severity):
            table[text_of(word).strip().lower()] = str(severity)
        else:
            errors.append(f"{where}.{one_line(word, 80)}: must be one of {_SEVERITIES}")
    return table


_FIELDS: dict[str, _Compiler] = {
    "alerts": _compile_alerts,
    "title": _compile_value,
    "key": _compile_value,
    "status": _compile_status,
    "severity": _compile_severity,
    "labels": _compile_group,
    "annotations": _compile_group,
    "startsAt": _compile_value,
    "endsAt": _compile_value,
    "occurredAt": _compile_value,
    "links": _compile_group,
    "test": _compile_value,
}
DEFAULT_PLAN = compile_mapping(None)[0]
