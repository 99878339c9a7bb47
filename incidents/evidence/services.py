"""Adding evidence to an incident and taking it off again: the only writers of it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from accounts.audit import record
from accounts.models import Role, User
from accounts.permissions import require_role
from core import clock
from core.actor import Actor
from core.errors import Conflict, Invalid, NotFound
from incidents.evidence.models import (
    AffectedCount,
    EvidenceReport,
    EvidenceSample,
    Reproduction,
)
from incidents.evidence.reading import read_report
from incidents.evidence.redacting import checked_reason, opened, redacted
from incidents.evidence.sample import MAX_SAMPLES, read_sample
from incidents.evidence.wilson import wilson
from incidents.extensions import check_not_held, held_ids
from incidents.models import Incident
from incidents.people_reports.models import PeopleReport
from incidents.services.rows import join, lock_incident
from incidents.timeline import add_event

MAX_REPORTS = 50
MAX_TRIES = 1_000_000
KEEP = timedelta(days=180)
"""How long the whole of a sample is kept, unless its incident's evidence is held."""
BITE = 500


def add_sample(
    *, incident_id: int, sample: Mapping[str, Any], actor: Actor, origin: str = "", title: str = ""
) -> EvidenceSample:
    return add_samples(
        incident_id=incident_id, samples=[{**sample, **({"title": title} if title else {})}],
        actor=actor, origin=origin,
    )[0]  # fmt: skip


def add_samples(
    *, incident_id: int, samples: Sequence[Mapping[str, Any]], actor: Actor, origin: str = ""
) -> list[EvidenceSample]:
    """Keep samples, redacted; the whole of each stays sealed. All of them or none: `Invalid` names
    the first that is wrong."""
    read = [(_title(one), _checked(at, one, len(samples))) for at, one in enumerate(samples, 1)]
    with transaction.atomic():
        incident = lock_incident(incident_id)
        had = incident.samples.aggregate(n=Max("number"))["n"] or 0
        if incident.samples.count() + len(read) > MAX_SAMPLES:
            said = f"{incident.ref} keeps at most {MAX_SAMPLES} samples."
            raise Invalid(said, errors={"file": [said]})
        made = []
        for number, (title, sample) in enumerate(read, had + 1):
            clean = redacted(sample)
            first = clean.shown["wrong"] or clean.shown["answer"] or clean.shown["prompt"]
            made.append(
                EvidenceSample(
                    incident=incident, number=number, title=title or " ".join(first.split())[:200],
                    shown=clean.shown, sealed=clean.sealed, found=clean.found,
                    origin=origin[:200], added_label=actor.label[:200],
                )
            )  # fmt: skip
        EvidenceSample.objects.bulk_create(made)
        what = "a sample" if len(made) == 1 else f"{len(made)} samples"
        _tell(incident, actor, f"{actor.label} added {what} of what went wrong.", "sample")
        join(incident, actor, "Added evidence.")
    return made


def add_sample_of_report(*, incident_id: int, report_id: UUID, actor: Actor) -> EvidenceSample:
    """What somebody reported, as a sample: the whole of it, redacted anew."""
    report = PeopleReport.objects.select_related("cluster").filter(pk=report_id).first()
    if report is None:
        raise NotFound("There is no such report.")
    whole = (
        opened(report.sealed)
        if report.sealed
        else {"text": report.text, "answer": report.answer, "prompt": report.prompt}
    )
    version = report.cluster.version
    sample = {
        "prompt": whole["prompt"],
        "answer": whole["answer"] or whole["text"],
        "wrong": whole["text"],
        "versions": {"system": version} if version else {},
        "trace_ids": [report.trace_id] if report.trace_id else [],
    }
    return add_sample(
        incident_id=incident_id, sample=sample, actor=actor, origin=f"report:{report.pk}"
    )


def remove_sample(*, incident_id: int, number: int, actor: Actor) -> None:
    """Take off what was added by mistake; not while evidence is held, and not a case that ran."""
    with transaction.atomic():
        incident = lock_incident(incident_id)
        sample = sample_on(incident, number)
        check_not_held(incident, f"Sample {number}")
        if sample.case and sample.results.exists():
            raise Conflict("It is an evaluation case that has been run. Take the case off first.")
        sample.delete()
        _tell(incident, actor, f"{actor.label} took sample {number} off.", "sample.remove")


def reveal_sample(
    *, incident_id: int, number: int, reason: str, by: User, actor: Actor
) -> dict[str, Any]:
    """The whole of it, to a manager who says why; written down before it is shown."""
    require_role(by, Role.MANAGER)
    reason = checked_reason(reason)
    incident = Incident.objects.get(pk=incident_id)
    sample = sample_on(incident, number)
    whole = opened(sample.sealed)
    record(
        actor=actor, action="sample.reveal", target_kind="incident", target_ref=incident.ref,
        sample=number, reason=reason, found=sample.found,
    )  # fmt: skip
    return whole


def add_reproduction(
    *,
    incident_id: int,
    k: int,
    n: int,
    actor: Actor,
    sample: int | None = None,
    settings: str = "",
) -> Reproduction:
    """It was tried `n` times and failed `k` of them; 0 of n is a finding, too."""
    if not 1 <= n <= MAX_TRIES or not 0 <= k <= n:
        errors = {"n": [f"Choose between 1 and {MAX_TRIES:,} tries."]}
        if 1 <= n <= MAX_TRIES:
            errors = {"k": ["Choose between 0 and the number of tries."]}
        raise Invalid("The tries were not kept.", errors=errors)
    if len(settings) > 500 or "\x00" in settings:
        raise Invalid("The tries were not kept.", errors={"settings": ["At most 500 characters."]})
    with transaction.atomic():
        incident = lock_incident(incident_id)
        made = Reproduction.objects.create(
            incident=incident, k=k, n=n, settings=settings.strip(), tried_label=actor.label[:200],
            sample=sample_on(incident, sample) if sample is not None else None,
        )  # fmt: skip
        of = f"Sample {sample}" if sample is not None else "It"
        text = f"{of} failed in {wilson(k, n).words} of the tries by {actor.label}."
        _tell(incident, actor, text, "reproduction", k=k, n=n)
    return made


def count_affected(
    *,
    incident_id: int,
    what: str,
    count: int,
    basis: str,
    actor: Actor,
    cohort: str = "",
    bound: str = "exact",
    of: int | None = None,
) -> AffectedCount:
    """Say how many were affected, in all or of one cohort; said again it replaces."""
    errors: dict[str, list[str]] = {}
    if what not in AffectedCount.What.values:
        errors["what"] = [f"Choose one of: {', '.join(AffectedCount.What.values)}."]
    if bound not in AffectedCount.Bound.values:
        errors["bound"] = [f"Choose one of: {', '.join(AffectedCount.Bound.values)}."]
    if not 0 <= count < 2**53:
        errors["count"] = ["Give a whole number from 0 on."]
    if of is not None and not count <= of < 2**53:
        errors["of"] = ["Cannot be less than those who were affected."]
    if not basis.strip() or len(basis) > 500:
        errors["basis"] = ["Say how this is known, in up to 500 characters."]
    if len(cohort) > 200 or "\x00" in cohort + basis:
        errors["cohort"] = ["At most 200 characters that can be stored."]
    if errors:
        raise Invalid("The count was not kept.", errors=errors)
    with transaction.atomic():
        incident = lock_incident(incident_id)
        made, _ = AffectedCount.objects.update_or_create(
            incident=incident, what=what, cohort=cohort.strip(),
            defaults={"count": count, "of": of, "bound": bound, "basis": basis.strip(),
                      "counted_label": actor.label[:200], "counted_at": clock.now()},
        )  # fmt: skip
        whom = f", {made.cohort}" if made.cohort else ""
        many = f"{made.get_bound_display()} {count:,} {made.get_what_display().lower()}"
        _tell(incident, actor, f"Affected{whom}: {many}.", "affected", what=what, count=count)
    return made


def attach_report(
    *, incident_id: int, name: str, data: bytes, actor: Actor, named: str = ""
) -> EvidenceReport:
    """Read another tool's report and keep what it says; the same one again is the same row."""
    found = read_report(data, named=named)
    digest = hashlib.sha256(data).hexdigest()
    with transaction.atomic():
        incident = lock_incident(incident_id)
        known = incident.evidence_reports.filter(sha256=digest).first()
        if known is not None:
            return known
        if incident.evidence_reports.count() >= MAX_REPORTS:
            said = f"{incident.ref} keeps at most {MAX_REPORTS} reports."
            raise Invalid(said, errors={"file": [said]})
        title = " ".join(name.replace("\x00", "").split())[:200] or found.reader
        made = EvidenceReport.objects.create(
            incident=incident, format=found.reader, title=title, blocks=found.blocks,
            sha256=digest, size=len(data), added_label=actor.label[:200],
        )  # fmt: skip
        _tell(incident, actor, f"{actor.label} attached a report: {title}", "report")
    return made


def remove_report(*, incident_id: int, report_id: UUID, actor: Actor) -> None:
    with transaction.atomic():
        incident = lock_incident(incident_id)
        report = incident.evidence_reports.filter(pk=report_id).first()
        if report is None:
            raise NotFound("There is no such report on this incident.")
        check_not_held(incident, report.title)
        report.delete()
        _tell(incident, actor, f"{actor.label} took a report off: {report.title}", "report.remove")


def sample_on(incident: Incident, number: int | None) -> EvidenceSample:
    sample: EvidenceSample | None = incident.samples.filter(number=number or 0).first()
    if sample is None:
        raise NotFound(f"There is no sample {number} on {incident.ref}.")
    return sample


def forget_whole_samples() -> int:
    """What was redacted of old samples; those of held incidents stay. One bounded bite."""
    old = EvidenceSample.objects.exclude(sealed="").filter(added_at__lt=clock.now() - KEEP)
    gone = old.exclude(incident__in=held_ids()).values_list("pk", flat=True)[:BITE]
    return EvidenceSample.objects.filter(pk__in=list(gone)).update(sealed="")


def _checked(at: int, sample: Mapping[str, Any], of: int) -> dict[str, Any]:
    try:
        return read_sample(sample)
    except Invalid as error:
        if of == 1:
            raise
        lines = [f"{name}: {said[0]}" for name, said in error.errors.items()]
        raise Invalid(
            "No sample was kept.", errors={"file": [f"Sample {at}: {' '.join(lines)}"]}
        ) from error


def _title(sample: Mapping[str, Any]) -> str:
    title = sample.get("title", "")
    return " ".join(title.replace("\x00", "").split())[:200] if isinstance(title, str) else ""


def _tell(incident: Incident, actor: Actor, text: str, action: str, **detail: Any) -> None:
    add_event(incident=incident, kind="evidence", actor=actor, text=text, **detail)
    record(actor=actor, action=f"evidence.{action}", target_kind="incident",
           target_ref=incident.ref, **detail)  # fmt: skip
