"""`list`: what is open."""

from __future__ import annotations

from django.db.models import Q

from chatops.calling import Call, Spoken
from chatops.choosing import SHOWN, open_incidents, own_incidents
from chatops.grammar import Command, Part
from chatops.saying import rows_of, shown
from chatops.surface import Context, Heading, Link, Reply, Text
from core.errors import Invalid

COMMAND = Command(
    "list",
    "Open incidents; mine for those you work on, team for those of your teams",
    "mine",
    (Part("which", "word", required=False),),
    about_incident=False,
    anyone=True,
    page="incidents:list",
)
WHICH = ("", "all", "mine", "team")


def do(call: Call) -> Reply:
    which = call.words["which"].lower()
    if which not in WHICH:
        raise Invalid(f"“{which[:40]}” is not a list: all, mine or team.")
    found = open_incidents(call.asker)
    if which == "mine":
        found = own_incidents(call.asker)
    elif which == "team":
        teams = call.asker.teams.all()
        found = found.filter(Q(systems__team__in=teams)).distinct()
    rows = list(found[: SHOWN + 1])
    title = {"mine": "Your open incidents", "team": "Open incidents of your teams"}.get(
        which, "Open incidents"
    )
    if not rows:
        return shown(f"{title}: none.", Text((f"{title}: none. All clear.",)))
    more = (Context(("There are more: ", Link("all of them", "/incidents/"))),)
    return shown(
        f"{title}: {', '.join(row.ref for row in rows[:SHOWN])}.",
        Heading(title),
        *rows_of(rows[:SHOWN], label="Status", command="status {ref}"),
        *(more if len(rows) > SHOWN else ()),
    )


SPOKEN = Spoken(COMMAND, do)
