"""The button under a drill that was started: ends it. The value is the drill's number."""

from __future__ import annotations

from chatops.calling import Call, Press
from chatops.saying import said
from chatops.surface import Button, Context, Link, Reply
from core.errors import NotFound
from incidents.drills.models import Drill
from incidents.drills.selectors import drill_for
from incidents.drills.services import end_drill

ACTION = "drill-end"


def button(drill: Drill) -> Button:
    return Button(ACTION, "End the drill", str(drill.pk))


def does(call: Call, value: str) -> Reply:
    if not (value.isascii() and value.isdigit() and len(value) < 19):
        raise NotFound("There is no such drill.")
    drill = end_drill(drill_id=drill_for(call.asker, int(value)).pk, actor=call.actor)
    link = Link("See the score, and note what was learned", f"/incidents/drills/{drill.pk}/")
    return said(f"The drill on {drill.system.name} is over.", Context((link,)))


PRESS = Press(ACTION, does)
