"""Playbooks that start by themselves. Found by looking, not by events: opening an incident costs
nothing more, and no start can be lost."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from django.db.models import Exists, OuterRef, Q

from core import clock
from core.actor import program
from core.errors import AireError
from core.logs import get_logger
from incidents.lifecycle import ACTIVE
from incidents.models import Incident, IncidentCause
from playbooks.facts import facts_of
from playbooks.matching import Facts, fit
from playbooks.models import Playbook, PlaybookRun
from playbooks.rules import class_that_allows
from playbooks.services.playbooks import spec_of
from playbooks.services.runs import start_run

log = get_logger(__name__)
LOOK_BACK = timedelta(hours=6)
"""What was opened earlier is not started upon: people have been at it for long."""
MOST = 50
"""Starts of one playbook in one look; the rest comes with the next."""


def start_by_themselves() -> int:
    """Start each playbook on each open incident of a kind for which its owner allowed it, once;
    answers how many were started."""
    playbooks = list(Playbook.objects.filter(enabled=True).exclude(automatic=[]))
    return sum(_start_where_allowed(playbook) for playbook in playbooks)


def _start_where_allowed(playbook: Playbook) -> int:
    tried = PlaybookRun.objects.filter(playbook=playbook, incident=OuterRef("pk"))
    incidents = Incident.objects.filter(
        ~Exists(tried),
        status__in=ACTIVE,
        merged_into=None,
        opened_at__gte=max(clock.now() - LOOK_BACK, playbook.updated_at),
    ).order_by("opened_at")
    started = 0
    for incident in incidents.filter(_speaks_for(playbook.automatic)):
        if started == MOST:
            break
        facts = facts_of(incident)
        if class_that_allows(playbook.automatic, facts.causes) and _fits(playbook, facts):
            started += _start(playbook, incident)
    return started


def _speaks_for(automatic: Collection[str]) -> Q:
    """The incidents with a cause that may be among these; the rules look at them alone, however
    many others are open."""
    causes = IncidentCause.objects.filter(_among("cause__slug", automatic), incident=OuterRef("pk"))
    standing = causes.exclude(confidence=IncidentCause.Confidence.RULED_OUT)
    return Q(Exists(standing)) | _among("cause_hint", automatic)


def _among(field: str, slugs: Collection[str]) -> Q:
    """One of these, or of a class that is."""
    found = Q(**{f"{field}__in": slugs})
    for slug in slugs:
        found |= Q(**{f"{field}__startswith": f"{slug}."})
    return found


def _fits(playbook: Playbook, facts: Facts) -> bool:
    """Also when its list of causes is empty: the allowance names them."""
    spec = spec_of(playbook.definition)
    everything = spec.model_copy(update={"causes": [*spec.causes, *playbook.automatic]})
    return fit(everything, facts) is not None


def _start(playbook: Playbook, incident: Incident) -> int:
    actor = program(f"{playbook.name}, as {playbook.automatic_by} allowed")
    try:
        start_run(
            playbook_id=playbook.pk,
            incident_id=incident.pk,
            actor=actor,
            at_once=True,
            automatic=True,
        )
    except AireError as error:
        log.info("playbook_not_started", playbook=playbook.slug, why=error.message)
        return 0
    return 1
