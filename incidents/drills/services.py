"""Starting and ending drills, and sending what they owe: the only writers of drills."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction

from accounts.audit import record
from alerts.models import Receipt, Source
from catalog.models import System
from core import clock
from core.actor import Actor, program
from core.errors import Conflict, Invalid
from core.hints import hint_on_commit
from core.leases import claim_due, finish
from incidents.drills.models import Drill, DrillSend
from incidents.drills.scenario import Delivery, Scenario, payload, scenarios

SOURCE_SLUG = "drills"
FORMAT = "alertmanager"
LASTS = timedelta(hours=2)
"""A drill that nobody ends is over by then: its alerts must not stay."""

MAX_LEARNED = 10_000
LEASE_SECONDS = 30


def start_drill(*, name: str, system: System, actor: Actor) -> Drill:
    """Play the scenario `name` on a system: its first symptom is committed before this returns,
    the others follow. It pages whoever a real failure would page, marked as a drill everywhere.

    Raises `Invalid` for a name that no scenario has, `Conflict` while a drill of the system runs.
    """
    scenario = scenario_named(name)
    now = clock.now()
    with transaction.atomic():
        drill = _begin(scenario, system, actor, now)
        DrillSend.objects.bulk_create(
            DrillSend(drill=drill, position=place, due_at=now + timedelta(seconds=each.after))
            for place, each in enumerate(scenario.deliveries)
        )
        first = drill.sends.filter(position=0).select_for_update().get()
        _send(drill, scenario, scenario.deliveries[:1])
        first.state = DrillSend.State.DONE
        first.save(update_fields=["state"])
        _record(actor, "drill.start", drill)
    return drill


def end_drill(*, drill_id: int, actor: Actor) -> Drill:
    """End a drill: what was not sent stays unsent, what fires is resolved. Raises `Conflict` when
    it is over already."""
    with transaction.atomic():
        drill = _locked(drill_id)
        if drill.ended_at is not None:
            raise Conflict("This drill is over already.")
        _end(drill, actor)
    return drill


def debrief_drill(
    *, drill_id: int, chosen: Sequence[str], learned: str = "", actor: Actor
) -> Drill:
    """Note which mitigations people took, out of the scenario's choices, and what was learned."""
    with transaction.atomic():
        drill = _locked(drill_id)
        choices = scenario_named(drill.scenario).choices
        unknown = [text for text in chosen if text not in choices]
        if unknown:
            said = f"Not among the choices: {unknown[0][:100]}."
            raise Invalid(said, errors={"chosen": [said]})
        if len(learned) > MAX_LEARNED:
            said = f"At most {MAX_LEARNED:,} characters."
            raise Invalid(said, errors={"learned": [said]})
        drill.chosen = list(dict.fromkeys(chosen))
        drill.learned = learned.strip()
        drill.save(update_fields=["chosen", "learned"])
        _record(actor, "drill.debrief", drill, chosen=drill.chosen)
    return drill


def run_due_sends(*, limit: int = 20) -> int:
    """Send what is due, and end what nobody has ended; answers how many rows it had."""
    claim = claim_due(
        DrillSend, pending=DrillSend.State.PENDING, limit=limit, lease_seconds=LEASE_SECONDS
    )
    for row in claim.rows:
        with transaction.atomic():
            drill = _locked(row.drill_id)
            state = DrillSend.State.CANCELLED if drill.ended_at else DrillSend.State.DONE
            if finish(DrillSend, pk=row.pk, token=claim.token, state=state) and not drill.ended_at:
                scenario = scenario_named(drill.scenario)
                _send(drill, scenario, [scenario.deliveries[row.position]])
    return len(claim.rows) + _end_forgotten()


def scenario_named(name: str) -> Scenario:
    """Raises `Invalid` naming the scenarios there are."""
    found = scenarios().get(name)
    if found is None:
        said = f"There is no drill “{name[:40]}”. There are: {', '.join(scenarios())}."
        raise Invalid(said, errors={"scenario": [said]})
    return found


def _begin(scenario: Scenario, system: System, actor: Actor, now: datetime) -> Drill:
    try:
        with transaction.atomic():
            return Drill.objects.create(
                scenario=scenario.name,
                system=system,
                started_by_id=actor.user_id,
                started_by_label=actor.label[:200],
                started_at=now,
                due_to_end_at=now + LASTS,
            )
    except IntegrityError as error:
        raise Conflict(f"A drill of {system.name} is running. End it first.") from error


def _end_forgotten() -> int:
    forgotten = Drill.objects.filter(ended_at=None, due_to_end_at__lte=clock.now())
    count = 0
    for pk in forgotten.values_list("pk", flat=True)[:20]:
        with transaction.atomic():
            drill = _locked(pk)
            if drill.ended_at is None:
                _end(drill, program("The time for the drill was over"))
                count += 1
    return count


def _end(drill: Drill, actor: Actor) -> None:
    scenario = scenario_named(drill.scenario)
    sent = drill.sends.filter(state=DrillSend.State.DONE).values_list("position", flat=True)
    drill.ended_at = clock.now()
    drill.save(update_fields=["ended_at"])
    drill.sends.filter(state=DrillSend.State.PENDING, lease_token=None).update(
        state=DrillSend.State.CANCELLED
    )
    _send(drill, scenario, [scenario.deliveries[place] for place in sent])
    _record(actor, "drill.end", drill)


def _send(drill: Drill, scenario: Scenario, deliveries: Sequence[Delivery]) -> None:
    """Write the receipt; it is read after this transaction like everybody's."""
    Receipt.objects.create(
        source=_own_source(),
        format=FORMAT,
        headers={"content-type": "application/json"},
        body=payload(
            scenario,
            deliveries,
            drill=drill.pk,
            system=drill.system.slug,
            system_name=drill.system.name,
            started_at=drill.started_at,
            ended_at=drill.ended_at,
        ),
        drill=True,
        state=Receipt.State.NEW,
    )
    hint_on_commit("absorb")


def _own_source() -> Source:
    """What drills send as; made with the first. It has no key: nobody else can send as it."""
    source, _ = Source.objects.get_or_create(
        slug=SOURCE_SLUG, defaults={"name": "Drills", "format": FORMAT}
    )
    return source


def _locked(drill_id: int) -> Drill:
    return Drill.objects.select_for_update(of=("self",)).select_related("system").get(pk=drill_id)


def _record(actor: Actor, action: str, drill: Drill, **detail: Any) -> None:
    record(
        actor=actor,
        action=action,
        target_kind="drill",
        target_ref=str(drill.pk),
        scenario=drill.scenario,
        system=drill.system.slug,
        **detail,
    )
