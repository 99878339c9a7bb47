"""Making, changing, switching and dropping objectives. Every change is a new version."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from accounts.audit import record
from accounts.checks import Findings
from catalog.models import System
from core import clock
from core.actor import Actor
from core.errors import Conflict
from slos.alerting import quiet
from slos.definition import Definition, definition_to_json
from slos.definition_checks import check_definition
from slos.models import Series, Sli, Slo, SloDefinition
from slos.plans import definition_of
from slos.recording import mark_all_stale
from slos.services.indicators import RESERVED
from taxonomy.selectors import failure_class_named


def save_slo(
    *,
    slug: str,
    name: str,
    system: System,
    sli: Sli,
    definition: Definition,
    actor: Actor,
    description: str = "",
    labels: Mapping[str, Any] | None = None,
    failure_class: str = "",
    enabled: bool = True,
) -> Slo:
    """Make an objective or bring it to exactly this state.

    A changed definition is a new version from now on: what was computed for past days stays as
    it is, under the version that held then.
    """
    findings = Findings()
    findings.slug("slug", slug, reserved=RESERVED)
    fields: dict[str, Any] = {
        "name": findings.line("name", name, limit=120, required=True),
        "description": findings.text("description", description, limit=4000),
        "system": system,
        "sli": sli,
        "labels": dict(labels or {}),
        "enabled": enabled,
    }
    fields["failure_class"] = findings.line("failure_class", failure_class, limit=80)
    # What an objective stands for already may have left the taxonomy since.
    kept = Slo.objects.filter(slug=slug, failure_class=failure_class).exists()
    if fields["failure_class"] and not kept and not failure_class_named(fields["failure_class"]):
        findings.add("failure_class", "The taxonomy has no such class or cause.")
    check_definition(definition, findings)
    findings.raise_any()
    with transaction.atomic():
        series = _series(sli, definition)
        known = Slo.objects.select_for_update(of=("self",)).filter(slug=slug).first()
        columns = {**fields, **_columns(definition), "series": series}
        if known is not None and not enabled:
            quiet(known.pk, reason="The objective was switched off.", at=clock.now())
        slo = _create(slug, columns) if known is None else _change(known, columns)
        _keep_version(slo, definition, actor)
        action = "slo.create" if known is None else "slo.update"
        record(
            actor=actor, action=action, target_kind="slo", target_ref=slug, version=slo.version,
            target=definition.target,
        )  # fmt: skip
    return slo


def create_slo(*, slug: str, **fields: Any) -> Slo:
    """`save_slo`, but refuses a short name that is taken."""
    with transaction.atomic():
        if Slo.objects.filter(slug=slug).exists():
            raise Conflict(f"There is an objective “{slug}” already.")
        return save_slo(slug=slug, **fields)


def switch_slo(*, slo: Slo, enabled: bool, actor: Actor) -> None:
    """Off: it is no longer evaluated and raises no alert. What was measured stays."""
    with transaction.atomic():
        if not enabled:
            quiet(slo.pk, reason="The objective was switched off.", at=clock.now())
        if Slo.objects.filter(pk=slo.pk).exclude(enabled=enabled).update(enabled=enabled):
            action = "slo.switch_on" if enabled else "slo.switch_off"
            record(actor=actor, action=action, target_kind="slo", target_ref=slo.slug)


def delete_slo(*, slo: Slo, actor: Actor) -> None:
    """Drop an objective with its history. Its indicator and measurements stay."""
    with transaction.atomic():
        quiet(slo.pk, reason="The objective was dropped.", at=clock.now())
        record(actor=actor, action="slo.delete", target_kind="slo", target_ref=slo.slug)
        slo.delete()


def _columns(definition: Definition) -> dict[str, Any]:
    document = definition_to_json(definition)
    window = definition.window
    return {
        "target": definition.target,
        "window_kind": window.kind,
        "window_seconds": window.seconds,
        "calendar_unit": window.unit,
        "time_zone": ZoneInfo(window.zone).key,
        "rules": document["rules"],
        "no_data": document["no_data"],
        "policy": document["policy"],
        "at_risk_below": definition.at_risk_below,
    }


def _create(slug: str, columns: Mapping[str, Any]) -> Slo:
    return Slo.objects.create(slug=slug, **columns)


def _change(slo: Slo, columns: Mapping[str, Any]) -> Slo:
    for column, value in columns.items():
        setattr(slo, column, value)
    slo.save(update_fields=list(columns))
    return slo


def _series(sli: Sli, definition: Definition) -> Series:
    method = definition.method
    series, made = Series.objects.get_or_create(
        sli=sli,
        method=method.name,
        slice_seconds=method.slice_seconds,
        slice_target=method.slice_target,
    )
    if made:
        mark_all_stale(sli)
    return series


def _keep_version(slo: Slo, definition: Definition, actor: Actor) -> None:
    """Close the version that held and open the next one, unless nothing changed."""
    document = {**definition_to_json(definition), "sli": slo.sli.slug}
    present = SloDefinition.objects.filter(slo=slo, valid_until=None).first()
    if present is not None and present.definition == document:
        return
    now = clock.now()
    if present is not None:
        SloDefinition.objects.filter(pk=present.pk).update(valid_until=now)
        slo.version = present.version + 1
        slo.save(update_fields=["version"])
    SloDefinition.objects.create(
        slo=slo,
        version=slo.version,
        definition=document,
        series=slo.series,
        actor_label=actor.label[:200],
        valid_from=now,
    )


def present_definition(slo: Slo) -> Definition:
    """What `save_slo` would have to be given to leave the objective as it is."""
    return definition_of(slo)
