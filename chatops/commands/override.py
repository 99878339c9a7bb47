"""`override`: somebody takes over a schedule for a while."""

from __future__ import annotations

from datetime import timedelta

from chatops.calling import Call, Spoken
from chatops.grammar import Command, Part
from chatops.people import person_meant
from chatops.saying import said
from chatops.surface import Context, Reply, When
from core import clock
from core.errors import Invalid
from core.manifest import parse_seconds
from oncall.schedule_services import add_override
from oncall.selectors import schedule_for

COMMAND = Command(
    "override",
    "Take over a schedule from now on, for a while",
    "ml-primary me 4h",
    (Part("schedule", "word"), Part("person", "person"), Part("length", "word")),
    about_incident=False,
    form="override",
    page="oncall:home",
)
LONGEST = timedelta(days=31)


def do(call: Call) -> Reply:
    schedule = schedule_for(call.asker, call.words["schedule"])
    user = person_meant(call.words["person"], asker=call.asker)
    starts = clock.now()
    override = add_override(
        schedule_slug=schedule.slug,
        user=user,
        starts=starts,
        ends=starts + _length(call.words["length"]),
        reason=f"Asked for by {call.actor.label}"[:200],
        actor=call.actor,
    )
    until = Context(("From now until ", When(override.ends), "."))
    return said(f"{user} has {schedule.name}.", until)


def _length(text: str) -> timedelta:
    wrong = Invalid("Write how long as 30m, 4h or 2d, at most 31 days.")
    try:
        length = timedelta(seconds=float(str(parse_seconds(text.lower()))))
    except (ValueError, OverflowError) as error:
        raise wrong from error
    if not timedelta(0) < length <= LONGEST:
        raise wrong
    return length


SPOKEN = Spoken(COMMAND, do)
