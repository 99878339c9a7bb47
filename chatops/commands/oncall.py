"""`oncall`: who is on call now, and until when."""

from __future__ import annotations

from chatops.calling import Call, Spoken
from chatops.duty import duty_rows
from chatops.grammar import Command, Part
from chatops.saying import shown
from chatops.surface import Context, Heading, Link, Reply, Text
from core.errors import Invalid
from oncall.selectors import on_call_now

COMMAND = Command(
    "oncall",
    "Who is on call now; a word finds schedules by name",
    "platform",
    (Part("schedule", "text", required=False),),
    about_incident=False,
    anyone=True,
    page="oncall:home",
)
SHOWN = 15


def do(call: Call) -> Reply:
    word = call.words["schedule"].casefold()
    lines = on_call_now()
    found = [
        line
        for line in lines
        if word in line.schedule.slug.casefold() or word in line.schedule.name.casefold()
    ]
    if not lines:
        return shown(
            "There is no schedule yet.",
            Text(("There is no schedule yet. ", Link("Make one", "/on-call/"))),
        )
    if not found:
        known = ", ".join(line.schedule.slug for line in lines[:SHOWN])
        raise Invalid(f"No schedule is called “{word[:40]}”. There are: {known}.")
    rows = duty_rows(found[:SHOWN])
    more = (Context(("There are more: ", Link("all of them", "/on-call/"))),)
    names = ", ".join(
        f"{line.schedule.name}: {line.duty.user if line.duty else 'nobody'}"
        for line in found[:SHOWN]
    )
    heading = Heading("On call now")
    return shown(f"On call now: {names}", heading, *rows, *(more if found[SHOWN:] else ()))


SPOKEN = Spoken(COMMAND, do)
