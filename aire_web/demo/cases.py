"""Public incidents of AI systems (`cases.yaml`), written into the demo and marked as such.

They are what reports can be read over that is real. They belong to a team and to systems of their
own, so that nobody takes them for incidents of Larkmoor.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal

import yaml
from django.db import transaction
from django.db.models import Max
from pydantic import Field

from accounts.services import save_team
from catalog.services import save_system
from core.actor import Via, program
from core.manifest import Spec
from core.models import OutboxTask
from incidents import services
from incidents.models import Incident

FILE = Path(__file__).with_name("cases.yaml")
TEAM = "public-cases"
ACTOR = program("Public cases", Via.APPLY)
MARK = "Public case"


class CaseSystem(Spec):
    slug: str
    name: str
    kind: str


class CaseCause(Spec):
    cause: str
    role: str = "contributing"
    confidence: str = "likely"
    explains: str = ""


class CaseSource(Spec):
    title: str
    url: str = ""


class Case(Spec):
    """`opened` is when it became known or happened; the other times only where published."""

    number: int
    title: str
    system: CaseSystem
    severity: str
    opened: date
    onset: date | None = None
    mitigated: date | None = None
    resolved: datetime | date | None = None
    precision: Literal["day", "month"]
    what: str
    sources: Annotated[list[CaseSource], Field(min_length=1)]
    causes: Annotated[list[CaseCause], Field(min_length=1)]


@lru_cache(maxsize=1)
def read_cases() -> tuple[Case, ...]:
    return tuple(Case.model_validate(item) for item in yaml.safe_load(FILE.read_text()))


@transaction.atomic
def write_cases() -> int:
    """Answers how many. Nobody is told of any: nothing pages, and the events are taken back."""
    before = OutboxTask.objects.aggregate(last=Max("pk"))["last"] or 0
    save_team(slug=TEAM, name="Public cases", member_emails=[], actor=ACTOR)
    for case in read_cases():
        _write(case)
    OutboxTask.objects.filter(pk__gt=before).delete()
    return len(read_cases())


def _write(case: Case) -> Incident:
    system = save_system(
        slug=f"case-{case.system.slug}",
        name=case.system.name,
        kind=case.system.kind,
        tier=4,
        stage="retired",
        team_slug=TEAM,
        description=f"{MARK}. Not a system of Larkmoor.",
        actor=ACTOR,
    )
    opened = _moment(case.opened)
    incident = services.open_incident(
        title=f"{MARK}: {case.title}",
        summary=_summary(case),
        severity=case.severity,
        actor=ACTOR,
        systems=[system],
        opened_at=opened,
        page=False,
    )
    ended = _moment(case.resolved) if case.resolved else opened
    for to in ("resolved", "closed"):
        services.transition_incident(
            incident_id=incident.pk,
            to=to,
            actor=ACTOR,
            note="A public case, written down afterwards.",
            occurred_at=ended,
        )
    services.set_times(
        incident_id=incident.pk,
        actor=ACTOR,
        onset_at=_moment(case.onset) if case.onset else None,
        detected_at=None,
        acknowledged_at=None,
        mitigated_at=_moment(case.mitigated) if case.mitigated else None,
        resolved_at=ended if case.resolved else None,
    )
    for cause in case.causes:
        services.attach_cause(
            incident_id=incident.pk,
            cause=cause.cause,
            role=cause.role,
            confidence=cause.confidence,
            evidence=_sources(case),
            explains=cause.explains,
            actor=ACTOR,
        )
    return incident


def _summary(case: Case) -> str:
    known = "Its date is known to the month." if case.precision == "month" else ""
    return (
        f"**{MARK}, not an incident of Larkmoor.** {case.what} {known}\n\n"
        f"Sources:\n\n{_sources(case)}"
    )


def _sources(case: Case) -> str:
    return "\n".join(
        f"- [{one.title}]({one.url})" if one.url else f"- {one.title}" for one in case.sources
    )


def _moment(value: date | datetime) -> datetime:
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=UTC)
    return datetime(value.year, value.month, value.day, tzinfo=UTC)
