"""Reads of drills: the list, and one with its incident and scorecard."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Min, QuerySet

from accounts.models import User
from catalog.models import System
from core import clock
from core.errors import NotFound
from core.pages import Page, paginate
from incidents.drills.models import Drill, DrillSchedule
from incidents.drills.scenario import DRILL_LABEL, Scenario, scenarios
from incidents.drills.scoring import Facts, Line, points, scorecard
from incidents.models import Incident
from oncall.models import Page as PersonPaged

LIST_ORDER = ("-started_at", "-id")
PAGE_SIZE = 25


@dataclass(frozen=True, slots=True)
class DrillPage:
    """`incident` is None until its first alert is read, and where the reader may not see it."""

    drill: Drill
    scenario: Scenario
    incident: Incident | None
    lines: tuple[Line, ...]

    @property
    def met(self) -> int:
        return points(self.lines)[0]

    @property
    def of(self) -> int:
        return points(self.lines)[1]


def visible_drills(user: User) -> QuerySet[Drill]:
    """Everyone who sees the system sees its drills."""
    return (
        Drill.objects.filter(system__in=System.objects.visible_to(user))
        .filter(scenario__in=list(scenarios()))
        .select_related("system", "started_by")
    )


def drill_for(user: User, pk: int) -> Drill:
    drill = visible_drills(user).filter(pk=pk).first()
    if drill is None:
        raise NotFound("There is no such drill.")
    return drill


def drills_page(user: User, *, cursor: str | None = None) -> Page[Drill]:
    """The drills, newest first."""
    return paginate(visible_drills(user), order=LIST_ORDER, cursor=cursor, size=PAGE_SIZE)


def running_drills(user: User) -> list[Drill]:
    return list(visible_drills(user).filter(ended_at=None))


def drill_page(user: User, drill: Drill) -> DrillPage:
    """One drill with its score. The score counts what happened; only who may see the incident
    gets its number."""
    incident = incident_of(drill)
    shown = (
        Incident.objects.visible_to(user).filter(pk=incident.pk).prefetch_related("systems").first()
        if incident
        else None
    )
    return DrillPage(drill, scenarios()[drill.scenario], shown, score_of(drill, incident))


def score_of(drill: Drill, incident: Incident | None) -> tuple[Line, ...]:
    """The scorecard as it stands now, or stood when the drill ended."""
    facts = Facts(
        started_at=drill.started_at,
        asked_at=drill.ended_at or clock.now(),
        over=drill.ended_at is not None,
        times=_times(incident),
        named=_named(incident),
        chosen=drill.chosen,
    )
    return scorecard(scenarios()[drill.scenario], facts)


def suitable_systems(user: User, scenario: Scenario) -> list[System]:
    """Systems that it can happen to, most critical first."""
    found = System.objects.visible_to(user).filter(kind__in=scenario.kinds)
    return list(found.exclude(stage=System.Stage.RETIRED).order_by("tier", "name")[:200])


def incident_of(drill: Drill) -> Incident | None:
    """What its alerts opened. For the score; who may see it is asked in `drill_page`."""
    mine = {DRILL_LABEL: str(drill.pk)}
    return (
        Incident.objects.filter(
            drill=True, alert_links__alert__labels__contains=mine, alert_links__alert__drill=True
        )
        .order_by("pk")
        .first()
    )


def _times(incident: Incident | None) -> Mapping[str, datetime | None]:
    if incident is None:
        return {}
    paged = PersonPaged.objects.filter(escalation__subject_key=incident.subject_key)
    return {
        "detected": incident.opened_at,
        "paged": paged.aggregate(first=Min("created_at"))["first"],
        "acknowledged": incident.acknowledged_at,
        "mitigated": incident.mitigated_at or incident.resolved_at,
    }


def _named(incident: Incident | None) -> list[str]:
    if incident is None:
        return []
    causes = incident.causes.exclude(confidence="ruled-out")
    return list(causes.values_list("cause__slug", flat=True))


def visible_schedules(user: User) -> QuerySet[DrillSchedule]:
    """Everyone who sees the system sees when it has drills."""
    systems = System.objects.visible_to(user)
    return DrillSchedule.objects.filter(system__in=systems).select_related("system", "last_drill")


def schedule_for(user: User, slug: str) -> DrillSchedule:
    row = visible_schedules(user).filter(slug=slug[:63]).first()
    if row is None:
        raise NotFound("There is no such schedule.")
    return row
