"""What an incident waits for, as it is said where everybody works on it. Reads only."""

from __future__ import annotations

from datetime import datetime

from chatops.surface import Block, Button, Buttons, Context, Link, Reply, Text, When, Words
from incidents.cards import path
from incidents.follow_up import TIMES
from incidents.models import IncidentReminder
from incidents.reminding import over_because, what_helps

Kind = IncidentReminder.Kind


def reminder(row: IncidentReminder, *, told_at: datetime, pressable: bool = True) -> Reply:
    """The telling of `told_at`. The last one can be answered; the others say what became of it."""
    incident = row.incident
    ref = Link(incident.ref, path(incident))
    blocks: list[Block]
    if is_latest(row, told_at):
        counted = f"{row.outcome}, {row.number} of {TIMES[row.kind]} times."
        blocks = [Text(("⏰ ", ref, " ", *_waits(row))), Context((counted,))]
        blocks += [Buttons(_buttons(row))] if pressable else []
    else:
        blocks = [Context((ref, " ", *_waited(row), ". ", *_became(row)))]
    words = {Kind.UPDATE: "an update is due", Kind.LEAD: "nobody leads"}
    return Reply(
        tuple(blocks),
        text=f"{incident.ref}: {words.get(Kind(row.kind), 'resolved and not closed')}",
        private=False,
        incident_ref=incident.ref,
    )


def is_latest(row: IncidentReminder, told_at: datetime) -> bool:
    """Still wanted, and neither put off nor told again since."""
    if row.state not in (IncidentReminder.State.PENDING, IncidentReminder.State.TOLD):
        return False
    since = row.last_told_at == told_at and row.number > 0
    return since and not over_because(row, row.incident)


def _waits(row: IncidentReminder) -> Words:
    if row.kind == Kind.LEAD:
        return ("is worked on, and nobody leads.",)
    if row.kind == Kind.CLOSE:
        return (
            "was resolved ",
            When(row.since),
            " and is not closed.",
        )
    return ("owes an update since ", When(row.since, "time"), ".")


def _waited(row: IncidentReminder) -> Words:
    """The same, when it is history."""
    if row.kind == Kind.LEAD:
        return ("was worked on, and nobody led",)
    if row.kind == Kind.CLOSE:
        return ("was resolved ", When(row.since), " and waited to be closed")
    return ("owed an update since ", When(row.since, "time"))


def _became(row: IncidentReminder) -> Words:
    if row.state == IncidentReminder.State.STOPPED:
        return (f"{row.outcome}.",)
    if over := over_because(row, row.incident):
        return (f"{over}.",)
    if row.number == 0:
        return (f"{row.outcome}: ", When(row.due_at, "time"), ".")
    return ("Told again later.",)


def _buttons(row: IncidentReminder) -> tuple[Button, ...]:
    first, *others = what_helps(row, row.incident)
    return (
        Button(first.name, first.label, first.ref, style="primary"),
        *(Button(one.name, one.label, one.ref) for one in others),
    )
