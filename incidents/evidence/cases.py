"""Samples as evaluation cases: making them, exporting them, and how they went in a pipeline."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse

from accounts.audit import record
from accounts.models import User
from catalog.models import System
from core import clock
from core.actor import Actor
from core.errors import Invalid
from core.live import tick
from incidents.evidence.models import CaseResult, EvidenceSample
from incidents.evidence.services import sample_on
from incidents.evidence.shapes import Case
from incidents.models import Incident
from incidents.selectors import visible_incidents
from incidents.services.rows import lock_incident, lock_incidents
from incidents.timeline import add_event
from slos.gates import Refusal

MAX_RESULTS = 1_000
MAX_EXPORTED = 2_000
SHOWN_REFUSALS = 20
State = EvidenceSample.CaseState


def make_case(*, incident_id: int, number: int, case: bool, actor: Actor) -> EvidenceSample:
    """Make a sample an evaluation case, or no case any more; its results stay."""
    with transaction.atomic():
        incident = lock_incident(incident_id)
        sample = sample_on(incident, number)
        if sample.case == case:
            return sample
        sample.case = case
        sample.save(update_fields=["case"])
        said = "is an evaluation case" if case else "is no evaluation case any more"
        add_event(incident=incident, kind="evidence", actor=actor, text=f"Sample {number} {said}.")
        record(actor=actor, action="evidence.case", target_kind="incident",
               target_ref=incident.ref, sample=number, case=case)  # fmt: skip
    return sample


def visible_cases(user: User, system: System | None = None) -> QuerySet[EvidenceSample]:
    """Cases of the incidents that the reader may see, of all or of one system."""
    incidents = visible_incidents(user).filter(merged_into=None)
    if system is not None:
        incidents = incidents.filter(systems=system)
    rows = EvidenceSample.objects.filter(case=True, incident__in=incidents.values("pk"))
    return rows.defer("sealed").order_by("incident", "number")


def exported(rows: QuerySet[EvidenceSample]) -> list[Case]:
    """As redacted as they are shown."""
    found = list(rows.prefetch_related("incident__systems")[:MAX_EXPORTED])
    return [
        Case(row.ref, row.title, sorted(one.slug for one in row.incident.systems.all()), row.shown)
        for row in found
    ]


def take_results(
    *,
    user: User,
    system: System,
    commit: str,
    results: Sequence[Mapping[str, Any]],
    actor: Actor,
    run: str = "",
    url: str = "",
    ran_at: datetime | None = None,
) -> list[EvidenceSample]:
    """How cases of a system went at a commit. The same run of the same commit told again changes
    nothing; a case that is not there is refused by name, and then nothing is kept."""
    at = ran_at or clock.now()
    errors: dict[str, list[str]] = {}
    if at > clock.now():
        errors["ran_at"] = ["Lies in the future."]
    if not results or len(results) > MAX_RESULTS:
        errors["results"] = [f"Give between 1 and {MAX_RESULTS:,} results."]
    if errors:
        raise Invalid("Nothing was kept.", errors=errors)
    with transaction.atomic():
        cases = {row.ref: row for row in visible_cases(user, system).only("incident", "number")}
        unknown = [str(one["case"]) for one in results if one["case"] not in cases]
        if unknown:
            said = f"There is no case {unknown[0][:60]} of {system.name}, or you may not see it."
            raise Invalid("Nothing was kept.", errors={"results": [said]})
        lock_incidents({cases[one["case"]].incident_id for one in results})
        return [
            _take(cases[one["case"]].pk, one, commit=commit, run=run, url=url, at=at, actor=actor)
            for one in results
        ]


def refuse_regressed(user: User, system: System, change: str) -> list[Refusal]:
    """The promotion gate: no change of a system goes on while one of its cases, which passed
    before, fails. Cases of incidents that the reader may not see are not told of."""
    rows = visible_cases(user, system).filter(case_state=State.REGRESSED).defer("shown", "sealed")
    return [
        Refusal(
            reason=f"Evaluation case {row.ref} fails again at {row.case_commit[:12]}: {row.title}",
            since=row.case_ran_at,
            url=reverse("incidents:evidence:sample", args=[f"INC-{row.incident_id}", row.number]),
        )
        for row in rows[:SHOWN_REFUSALS]
    ]


def cases_of(incident: Incident) -> list[EvidenceSample]:
    return list(incident.samples.filter(case=True).defer("sealed", "shown"))


def _take(
    sample_id: Any,
    given: Mapping[str, Any],
    *,
    commit: str,
    run: str,
    url: str,
    at: datetime,
    actor: Actor,
) -> EvidenceSample:
    rows = EvidenceSample.objects.select_for_update().defer("sealed", "shown")
    sample = rows.get(pk=sample_id)
    passed = bool(given["passed"])
    _, made = CaseResult.objects.get_or_create(
        sample=sample, commit=commit, run=run,
        defaults={"passed": passed, "score": given.get("score"), "url": url, "ran_at": at,
                  "detail": str(given.get("detail", ""))[:2_000],
                  "told_label": actor.label[:200]},
    )  # fmt: skip
    if not made or (sample.case_ran_at and at < sample.case_ran_at):
        return sample  # told before, or of an older run: what is newer counts
    was = sample.case_state
    sample.case_state = _state(sample, passed=passed)
    sample.case_commit, sample.case_ran_at = commit, at
    sample.save(update_fields=["case_state", "case_commit", "case_ran_at"])
    tick(f"incident:{sample.incident_id}")
    if sample.case_state != was:
        words = sample.get_case_state_display().lower()
        add_event(
            incident=sample.incident, kind="evidence", actor=actor,
            text=f"Evaluation case {sample.number} at {commit[:12]}: {words}.",
            case=sample.number, state=sample.case_state,
        )  # fmt: skip
    return sample


def _state(sample: EvidenceSample, *, passed: bool) -> str:
    if passed:
        return State.PASSING
    before = sample.results.filter(passed=True).exists()
    return State.REGRESSED if before else State.FAILING
