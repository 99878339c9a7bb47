"""Somebody's own page in the chat: my pages, my incidents, my work, who is on call. Reads only,
of what that person sees."""

from __future__ import annotations

from accounts.models import User
from chatops.choosing import open_incidents, own_incidents
from chatops.duty import duty_rows
from chatops.saying import line_of, rows_of
from chatops.surface import (
    Block,
    Bold,
    Button,
    Buttons,
    Context,
    Divider,
    Heading,
    Home,
    Link,
    Row,
    Text,
    When,
    Words,
)
from incidents.models import Incident, IncidentTask
from incidents.selectors.now import my_pages
from oncall.selectors import my_duties, on_call_now
from postmortems.actions.lifecycle import OPEN
from postmortems.actions.selectors import visible_actions

SHOWN = 10
ON_CALL = 10


def home(*, user: User) -> Home:
    return Home(
        (
            *_greeting(user),
            *_pages(user),
            *_incidents(user),
            *_work(user),
            Divider(),
            *_on_call(),
        )
    )


def _greeting(user: User) -> tuple[Block, ...]:
    duties = my_duties(user)[:1]
    words: Words = ("You are not on call in the next weeks.",)
    for schedule, shift in duties:
        words = (Bold(schedule.name), ": your shift from ", When(shift.start))
        words = (*words, " until ", When(shift.end))
    buttons = [Button("form:declare", "Declare an incident", style="primary")]
    if not user.can_respond:
        buttons = []
    more = (Button("run", "Open incidents", "list"), Button("run", "What can I write?", "help"))
    return (Heading("Your desk"), Text(words), Buttons((*buttons, *more)))


def _pages(user: User) -> tuple[Block, ...]:
    """Pages that wait for an answer stand first."""
    rows = tuple(
        Row(
            (*line_of(mine.incident), f"\n{mine.page.because}"),
            Button("incident.acknowledge", "Acknowledge", mine.incident.ref, style="primary"),
        )
        for mine in my_pages(user)[:SHOWN]
        if mine.urgent
    )
    return (Heading("Pages that wait for you"), *rows) if rows else ()


def _incidents(user: User) -> tuple[Block, ...]:
    mine = list(own_incidents(user)[: SHOWN + 1])
    heading = Heading("Your open incidents")
    if not mine:
        others = open_incidents(user).count()
        rest = f"{others} open otherwise." if others else "Nothing else is open either."
        return (heading, Text((f"None. {rest}",)))
    more = (Context((Link("There are more", "/incidents/"),)),)
    rows = rows_of(mine[:SHOWN], label="Status", command="status {ref}")
    return (heading, *rows, *(more if len(mine) > SHOWN else ()))


def _work(user: User) -> tuple[Block, ...]:
    """Tasks of incidents that run, and follow-ups by the day they are due."""
    tasks = IncidentTask.objects.filter(
        owner=user, done_at=None, incident__in=Incident.objects.visible_to(user).active()
    ).select_related("incident")
    rows: list[Block] = [
        Row(
            (f"{task.title} · ", task.incident.ref),
            Button("task-done", "Done", f"{task.incident.ref} {task.pk}"),
        )
        for task in tasks[:SHOWN]
    ]
    actions = visible_actions(user).filter(owner=user, status__in=OPEN).order_by("due_on", "id")
    for action in actions[:SHOWN]:
        due = f" · due {action.due_on:%-d %b}" if action.due_on else ""
        rows.append(Text((Link(action.ref, f"/actions/{action.ref}/"), f" {action.title}{due}")))
    if not rows:
        return (Heading("Your actions"), Text(("None are open.",)))
    return (Heading("Your actions"), *rows)


def _on_call() -> tuple[Block, ...]:
    lines = on_call_now()
    if not lines:
        return ()
    more = (Context((Link("All schedules", "/on-call/"),)),) if lines[ON_CALL:] else ()
    return (Heading("On call now"), *duty_rows(lines[:ON_CALL]), *more)
