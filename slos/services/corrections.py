"""Corrections and exemptions: audited records that change what counts and what is held back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from accounts.audit import record
from accounts.checks import Findings
from catalog.models import Change, System
from core import clock
from core.actor import Actor
from core.errors import Conflict
from slos.models import Correction, Exemption, Slo

LONGEST = timedelta(days=366)


def correct_budget(
    *, slo: Slo, kind: str, start: datetime, end: datetime, reason: str, actor: Actor
) -> Correction:
    """Leave (start, end] out of the objective's numbers. Past days are computed again."""
    findings = Findings()
    if kind not in Correction.Kind.values:
        findings.add("kind", f"Choose one of: {', '.join(Correction.Kind.values)}.")
    text = findings.text("reason", reason, limit=1000, required=True)
    _check_span(start, end, findings)
    findings.raise_any()
    with transaction.atomic():
        made = Correction.objects.create(
            slo=slo, kind=kind, start=start, end=end, reason=text, actor_label=actor.label[:200]
        )
        made.refresh_from_db(fields=["created_at"])
        _changed(slo, start)
        record(
            actor=actor, action="slo.correct", target_kind="slo", target_ref=slo.slug,
            correction=made.pk.hex, kind=kind, start=start.isoformat(), end=end.isoformat(),
            reason=text,
        )  # fmt: skip
    return made


def withdraw_correction(*, correction: Correction, actor: Actor) -> None:
    """Have the span count again. The record stays."""
    with transaction.atomic():
        if not Correction.objects.filter(pk=correction.pk, withdrawn_at=None).update(
            withdrawn_at=clock.now(), withdrawn_by=actor.label[:200]
        ):
            raise Conflict("This correction was withdrawn already.")
        _changed(correction.slo, correction.start)
        record(
            actor=actor, action="slo.withdraw_correction", target_kind="slo",
            target_ref=correction.slo.slug, correction=correction.pk.hex,
        )  # fmt: skip


def exempt(
    *,
    system: System,
    reason: str,
    end: datetime,
    actor: Actor,
    start: datetime | None = None,
    slo: Slo | None = None,
    changes: Sequence[str] = (),
) -> Exemption:
    """Let promotions of a system through in spite of a freeze: of all kinds unless some are
    named, because of all objectives unless one is."""
    findings = Findings()
    start = start or clock.now()
    text = findings.text("reason", reason, limit=1000, required=True)
    if unknown := sorted(set(changes) - set(Change.Kind.values)):
        findings.add("changes", f"Unknown kinds of change: {', '.join(unknown)[:200]}.")
    if slo is not None and slo.system_id != system.pk:
        findings.add("slo", "This objective is about another system.")
    _check_span(start, end, findings)
    findings.raise_any()
    with transaction.atomic():
        made = Exemption.objects.create(
            system=system, slo=slo, changes=sorted(set(changes)), reason=text, start=start,
            end=end, actor_label=actor.label[:200],
        )  # fmt: skip
        made.refresh_from_db(fields=["created_at"])
        record(
            actor=actor, action="slo.exempt", target_kind="system", target_ref=system.slug,
            exemption=made.pk.hex, slo=slo.slug if slo else None, until=end.isoformat(),
            reason=text,
        )  # fmt: skip
    return made


def withdraw_exemption(*, exemption: Exemption, actor: Actor) -> None:
    with transaction.atomic():
        if not Exemption.objects.filter(pk=exemption.pk, withdrawn_at=None).update(
            withdrawn_at=clock.now(), withdrawn_by=actor.label[:200]
        ):
            raise Conflict("This exemption was withdrawn already.")
        record(
            actor=actor, action="slo.withdraw_exemption", target_kind="system",
            target_ref=exemption.system.slug, exemption=exemption.pk.hex,
        )  # fmt: skip


def _check_span(start: datetime, end: datetime, findings: Findings) -> None:
    if start.tzinfo is None or end.tzinfo is None:
        findings.add("start", "Give times with their zone.")
    elif end <= start:
        findings.add("end", "The end must lie after the start.")
    elif end - start > LONGEST:
        findings.add("end", "At most a year.")


def _changed(slo: Slo, start: datetime) -> None:
    row = Slo.objects.select_for_update(of=("self",)).get(pk=slo.pk)
    day = start.date()
    row.history_from = min(row.history_from or day, day)
    row.save(update_fields=["history_from"])
