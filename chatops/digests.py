"""What a channel or a team is told once a day. Reads only. Many people read it, so nothing private
is in it, nor counted."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import QuerySet

from accounts.models import Team
from chatops.duty import duty_rows
from chatops.saying import line_of
from chatops.surface import Block, Bold, Context, Digest, Heading, Link, Text, Words
from core import clock
from incidents.lifecycle import ACTIVE
from incidents.models import Incident
from oncall.selectors import on_call_now
from postmortems.actions.lifecycle import OPEN
from postmortems.models import Action, Postmortem

SHOWN = 8
DAY = timedelta(days=1)


def digest(*, team: Team | None = None, at: datetime | None = None) -> Digest:
    """Of everything, or of the systems of one team."""
    now = at or clock.now()
    incidents = _incidents(team)
    running = list(incidents.filter(status__in=ACTIVE).order_by("severity", "-opened_at"))
    opened = incidents.filter(opened_at__gt=now - DAY, opened_at__lte=now).count()
    ended = incidents.filter(resolved_at__gt=now - DAY, resolved_at__lte=now).count()
    whose = f" of {team}" if team else ""
    text = f"{_counted(len(running), 'open incident')}{whose}, {opened} opened and {ended} "
    text += "resolved since yesterday."
    blocks: tuple[Block, ...] = (
        Heading(f"Today{whose}"),
        Text((Bold(_counted(len(running), "open incident")),
              f" · {opened} opened and {ended} resolved in the last 24 hours")),
        *(Text(line_of(one)) for one in running[:SHOWN]),
        *_more(len(running) - SHOWN),
        *_owed(team, now),
        *_on_call(),
    )  # fmt: skip
    return Digest(blocks, text)


def _incidents(team: Team | None) -> QuerySet[Incident]:
    found = Incident.objects.filter(private=False, drill=False, merged_into=None)
    if team is None:
        return found
    return found.filter(pk__in=Incident.objects.filter(systems__team=team).values("pk"))


def _owed(team: Team | None, now: datetime) -> tuple[Block, ...]:
    """Follow-ups that are late and documents that are not published in time."""
    seen = _incidents(team).values("pk")
    late = Action.objects.filter(status__in=OPEN, due_on__lt=now.date(), incident__in=seen)
    documents = (
        Postmortem.objects.active()
        .filter(due_at__lt=now, incident__in=seen)
        .exclude(status="published")
    )
    words: list[Words] = []
    if count := late.count():
        words.append((Link(_counted(count, "overdue follow-up"), "/actions/"),))
    if count := documents.count():
        words.append((Link(_counted(count, "overdue postmortem"), "/postmortems/"),))
    return tuple(Text(line) for line in words)


def _on_call() -> tuple[Block, ...]:
    lines = on_call_now()
    return (Heading("On call now"), *duty_rows(lines[:SHOWN])) if lines else ()


def _more(count: int) -> Iterable[Block]:
    if count <= 0:
        return ()
    return (Context((f"and {count} more: ", Link("all of them", "/incidents/"))),)


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
