"""The writers of KPIs and their values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from math import isfinite
from typing import Any

from django.db import transaction

from accounts import audit
from accounts.checks import Findings
from catalog.kpis.checks import MAX_KPIS, MOST_KPIS, check_kpi, kpi_state, zone_of
from catalog.kpis.models import Kpi, KpiValue
from catalog.models import System
from core import clock
from core.actor import Actor
from core.errors import Conflict

MOST_VALUES = 1_000
KEPT = timedelta(days=400)
AHEAD = timedelta(minutes=5)
LARGEST = 1e15


def write_kpis(system: System, wanted: Sequence[dict[str, Any]]) -> None:
    """Bring the KPIs to this state; the caller holds the system's lock. One that is not named any
    more is retired: its values stay, and naming it again brings it back."""
    there = {kpi.slug: kpi for kpi in Kpi.objects.filter(system=system)}
    for state in wanted:
        kpi = there.pop(state["slug"], None) or Kpi(system=system)
        for field, value in state.items():
            setattr(kpi, field, value)
        kpi.retired = False
        kpi.save()
    Kpi.objects.filter(pk__in=[kpi.pk for kpi in there.values()]).update(retired=True)


@transaction.atomic
def save_kpi(*, system: System, slug: str, new: bool, actor: Actor, **fields: Any) -> Kpi:
    """Add or change one KPI of a system. Raises `Conflict` for a new one whose name is taken."""
    findings = Findings()
    System.objects.select_for_update().get(pk=system.pk)
    kpi = Kpi.objects.filter(system=system, slug=slug).first()
    if kpi is not None and new and not kpi.retired:
        raise Conflict(f"There is a KPI “{slug}” already.")
    if new and Kpi.objects.filter(system=system, retired=False).count() >= MAX_KPIS:
        findings.add("kpis", MOST_KPIS)
    before = kpi_state(kpi) if kpi else {}
    state = check_kpi({**before, **fields, "slug": slug}, findings)
    findings.errors = {"slug" if new else "name": [*lines] for lines in findings.errors.values()}
    findings.raise_any()
    kpi = kpi or Kpi(system=system)
    for field, value in state.items():
        setattr(kpi, field, value)
    kpi.retired = False
    kpi.save()
    audit.record(
        actor=actor, action="kpi.save", target_kind="system", target_ref=system.slug, kpi=slug
    )
    return kpi


@transaction.atomic
def retire_kpi(*, kpi: Kpi, actor: Actor) -> None:
    """Show it no more. Its values stay."""
    Kpi.objects.filter(pk=kpi.pk).update(retired=True)
    audit.record(
        actor=actor, action="kpi.retire", target_kind="system", target_ref=kpi.system.slug,
        kpi=kpi.slug,
    )  # fmt: skip


def record_values(*, kpi: Kpi, values: Sequence[Mapping[str, Any]]) -> int:
    """Write values down, each with the `start` of its step; answers how many. The same step again
    replaces its value, so that late truth corrects and sending twice changes nothing. No line of
    the audit trail: these are measurements."""
    findings = Findings()
    if len(values) > MOST_VALUES:
        findings.add("values", f"At most {MOST_VALUES:,} values fit into one call.")
        findings.raise_any()
    rows = {}
    for number, given in enumerate(values):
        start, value = given["start"], given["value"]
        if sentence := _wrong(kpi, start, value):
            findings.add(f"values.{number}", sentence)
        rows[start] = KpiValue(kpi=kpi, start=start, value=value, recorded_at=clock.now())
    findings.raise_any()
    KpiValue.objects.bulk_create(
        [rows[start] for start in sorted(rows)],  # two callers lock rows in the same order
        update_conflicts=True,
        unique_fields=["kpi", "start"],
        update_fields=["value", "recorded_at"],
    )
    return len(rows)


def _wrong(kpi: Kpi, start: datetime, value: float) -> str:
    now = clock.now()
    if not isfinite(value) or abs(value) > LARGEST:
        return "This is no number that can be kept."
    if start.tzinfo is None:
        return "Give the time with its zone."
    if not now - KEPT <= start <= now + AHEAD:
        return f"A step begins in the last {KEPT.days} days and not in the future."
    if not _begins_step(kpi, start):
        return f"A step begins at a multiple of {kpi.every_seconds} seconds."
    return ""


def _begins_step(kpi: Kpi, start: datetime) -> bool:
    """Days begin at midnight of the KPI's own zone, shorter steps by the clock everywhere."""
    if kpi.every_seconds < Kpi.Every.DAY:
        return start.timestamp() % kpi.every_seconds == 0
    local = start.astimezone(zone_of(kpi))
    return (local.hour, local.minute, local.second, local.microsecond) == (0, 0, 0, 0)


def forget_old_values() -> int:
    """Values older than a year and a bit; the chores call it."""
    deleted, _ = KpiValue.objects.filter(start__lt=clock.now() - KEPT).delete()
    return deleted
