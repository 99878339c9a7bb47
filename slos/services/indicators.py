"""Making and changing indicators, their judges and data sources."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models.functions import Now

from accounts.audit import record
from accounts.checks import Findings
from catalog.models import System
from core.actor import Actor
from core.connecting import why_not_sent_to
from core.errors import Conflict
from slos.asking import address_of
from slos.intake import SelectorError, parse_signal
from slos.models import DataSource, Sli, SliEvaluator

RESERVED = frozenset({"new", "library", "planner", "openslo"})


def save_sli(
    *,
    slug: str,
    name: str,
    actor: Actor,
    system: System | None = None,
    description: str = "",
    kind: str = Sli.Kind.RATIO,
    unit_event: str = "event",
    unit: str = "",
    signal: str = "",
    signal_filter: Mapping[str, str] | None = None,
    query: Mapping[str, Any] | None = None,
    op: str = "",
    value: float | None = None,
    sample_rate: float = 1.0,
    data_source: DataSource | None = None,
    library: str = "",
    labels: Mapping[str, Any] | None = None,
    evaluators: Sequence[Mapping[str, Any]] | None = None,
) -> Sli:
    """Make an indicator or set all of its fields.

    `evaluators` (None leaves them) are {name, true_positive_rate, false_positive_rate, bad_items,
    good_items}; the first one judges from now on, one that is no longer named judged until now.
    """
    findings = Findings()
    fields: dict[str, Any] = {
        "name": findings.line("name", name, limit=120, required=True),
        "description": findings.text("description", description, limit=4000),
        "system": system,
        "kind": _choice("kind", kind, Sli.Kind.values, findings),
        "unit_event": findings.line("unit_event", unit_event, limit=120, required=True),
        "unit": findings.line("unit", unit, limit=40),
        "signal": findings.line("signal", signal, limit=200),
        "signal_filter": dict(signal_filter or {}),
        "query": dict(query or {}),
        "op": _choice("op", op, [*Sli.Op.values, ""], findings),
        "value": value,
        "sample_rate": sample_rate,
        "data_source": data_source,
        "library": library[:80],
        "labels": dict(labels or {}),
    }
    findings.slug("slug", slug, reserved=RESERVED)
    _check(fields, findings)
    judges = _judges(evaluators, findings)
    findings.raise_any()
    return _store(slug, fields, judges, actor)


def _check(fields: Mapping[str, Any], findings: Findings) -> None:
    if not 0 < fields["sample_rate"] <= 1:
        findings.add("sample_rate", "The sample rate must be above 0 and at most 1.")
    if bool(fields["op"]) != (fields["value"] is not None):
        findings.add("value", "An operator and a value belong together.")
    if problem := _signal_problem(fields["signal"]):
        findings.add("signal", problem)


@transaction.atomic
def _store(
    slug: str, fields: dict[str, Any], judges: list[dict[str, Any]] | None, actor: Actor
) -> Sli:
    if judges is not None:
        fields["evaluator"] = judges[0]["name"] if judges else ""
    sli, made = Sli.objects.update_or_create(slug=slug, defaults=fields)
    if judges is not None:
        _save_judges(sli, judges)
    action = "sli.create" if made else "sli.update"
    record(actor=actor, action=action, target_kind="sli", target_ref=slug, name=sli.name)
    return sli


def delete_sli(*, sli: Sli, actor: Actor) -> None:
    """Only one that no objective needs."""
    with transaction.atomic():
        if sli.slos.exists():
            raise Conflict("An objective is still built on this indicator.")
        record(actor=actor, action="sli.delete", target_kind="sli", target_ref=sli.slug)
        sli.delete()


def save_data_source(
    *,
    slug: str,
    name: str,
    type: str,  # noqa: A002 - the word of OpenSLO
    actor: Actor,
    description: str = "",
    details: Mapping[str, Any] | None = None,
    secret: str | None = None,
    enabled: bool = True,
) -> DataSource:
    """Make a data source or set its fields; `secret` None leaves the one it has, which is not sent
    to another scheme, host or port than the one it was given for."""
    findings = Findings()
    findings.slug("slug", slug, reserved=RESERVED)
    fields: dict[str, Any] = {
        "name": findings.line("name", name, limit=120, required=True),
        "description": findings.text("description", description, limit=4000),
        "type": findings.line("type", type, limit=60, required=True),
        "details": dict(details or {}),
        "enabled": enabled,
    }
    if secret is not None:
        fields["secret"] = findings.text("secret", secret, limit=4000)
    elif sentence := _moved(DataSource.objects.filter(slug=slug).first(), details or {}):
        findings.add("secret", sentence)
    findings.raise_any()
    with transaction.atomic():
        source, made = DataSource.objects.update_or_create(slug=slug, defaults=fields)
        action = "data_source.create" if made else "data_source.update"
        record(actor=actor, action=action, target_kind="data_source", target_ref=slug)
    return source


def _moved(source: DataSource | None, details: Mapping[str, Any]) -> str:
    if source is None or not source.secret:
        return ""
    return why_not_sent_to(address_of(source.details), address_of(details))


def delete_data_source(*, source: DataSource, actor: Actor) -> None:
    with transaction.atomic():
        if source.slis.exists():
            raise Conflict("An indicator still asks this data source.")
        record(
            actor=actor, action="data_source.delete", target_kind="data_source",
            target_ref=source.slug,
        )  # fmt: skip
        source.delete()


def _signal_problem(signal: str) -> str:
    try:
        if signal:
            parse_signal(signal)
    except SelectorError as error:
        return f"{error}."
    return ""


def _choice(field: str, value: str, known: Sequence[str], findings: Findings) -> str:
    if value not in known:
        findings.add(field, f"Choose one of: {', '.join(filter(None, known))}.")
    return value


def _judges(
    given: Sequence[Mapping[str, Any]] | None, findings: Findings
) -> list[dict[str, Any]] | None:
    if given is None:
        return None
    rows = []
    for row in given:
        name = findings.line("evaluators", row.get("name", ""), limit=200, required=True)
        rates = {key: row.get(key) for key in ("true_positive_rate", "false_positive_rate")}
        for key, rate in rates.items():
            if rate is not None and not (isinstance(rate, int | float) and 0 <= rate <= 1):
                findings.add("evaluators", f"{name}: {key} must be between 0 and 1.")
        if (rates["true_positive_rate"] is None) != (rates["false_positive_rate"] is None):
            findings.add("evaluators", f"{name}: give both rates or none.")
        items = {key: int(row.get(key) or 0) for key in ("bad_items", "good_items")}
        rows.append({"name": name, **rates, **items})
    if len({row["name"] for row in rows}) < len(rows):
        findings.add("evaluators", "Each evaluator stands once.")
    return rows


def _save_judges(sli: Sli, rows: Sequence[Mapping[str, Any]]) -> None:
    names = [row["name"] for row in rows]
    SliEvaluator.objects.filter(sli=sli, until=None).exclude(name__in=names[:1]).update(until=Now())
    for number, row in enumerate(rows):
        fields = {key: value for key, value in row.items() if key != "name"}
        if number == 0:
            fields["until"] = None
        SliEvaluator.objects.update_or_create(sli=sli, name=row["name"], defaults=fields)
    for number, row in enumerate(rows):
        if number:
            SliEvaluator.objects.filter(sli=sli, name=row["name"], until=None).update(until=Now())
