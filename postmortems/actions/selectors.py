"""Reads of follow-ups: the list, the board, one action. All through `visible_to(user)`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db.models import (
    BigIntegerField,
    Case,
    CharField,
    Count,
    F,
    QuerySet,
    Value,
    When,
    Window,
)
from django.db.models.functions import Coalesce, RowNumber
from django.http import HttpRequest

from accounts.models import Role, Team, User
from core import clock
from core.errors import NotFound
from core.lifecycle import Move
from core.pages import Page, paginate
from postmortems.actions.filters import ActionFilter, parse_ref
from postmortems.actions.lifecycle import ACTION, OPEN
from postmortems.actions.rules import days_open, not_done_because
from postmortems.models import Action, ActionEvent, Tracker, TrackerLink

DUE_ORDER = ("due_on", "id")
NEW_ORDER = ("-created_at", "-id")
LIST_SIZE = 50
SHOWN_EVENTS = 100
AGES = {
    "fresh": (14, "Less than 14 days"),
    "month": (30, "14 to 30 days"),
    "quarter": (90, "30 to 90 days"),
}
OLDEST = "old"
FIXED: Mapping[str, Sequence[str]] = {"status": OPEN, "age": (*AGES, OLDEST)}
"""Columns that are there when they are empty, too."""
COLUMN_SIZE = 12
MAX_COLUMNS = 12


@dataclass(frozen=True, slots=True)
class ActionPage:
    action: Action
    events: list[ActionEvent]
    link: TrackerLink | None
    trackers: list[Tracker]
    moves: tuple[Move, ...]
    not_done_because: str | None
    days: int


@dataclass(slots=True)
class Column:
    """One column of the board: what its actions have in common, how many, and the first ones."""

    key: str
    title: str
    total: int
    url: str = ""
    actions: list[Action] = field(default_factory=list)


def visible_actions(user: User) -> QuerySet[Action]:
    return (
        Action.objects.visible_to(user)
        .defer("search", "incident__search")
        .select_related("incident", "owner", "team", "postmortem")
    )


def action_for(user: User, ref: str) -> Action:
    """Raises `NotFound`, with the same words for what is not there and what may not be seen."""
    pk = parse_ref(ref)
    action = visible_actions(user).filter(pk=pk).first() if pk else None
    if action is None:
        raise NotFound(f"There is no action {ref[:40]}, or you may not see it.")
    return action


def action_filter(request: HttpRequest, asked: Mapping[str, Any], user: User) -> ActionFilter:
    return ActionFilter(asked, queryset=visible_actions(user), request=request)


def action_list(found: ActionFilter, *, by_due: bool, cursor: str | None) -> Page[Action]:
    """The next due first, or the newest first where most are over. What no filter can read leads
    to nothing, never to everything."""
    rows: QuerySet[Action] = found.qs if found.is_valid() else Action.objects.none()
    order = DUE_ORDER if by_due else NEW_ORDER
    return paginate(rows, order=order, cursor=cursor, size=LIST_SIZE)


def action_page(user: User, ref: str) -> ActionPage:
    action = action_for(user, ref)
    link = TrackerLink.objects.select_related("tracker").filter(action=action).first()
    return ActionPage(
        action=action,
        events=list(action.events.order_by("-at", "-id")[:SHOWN_EVENTS]),
        link=link,
        trackers=[] if link else list(Tracker.objects.filter(enabled=True).defer("token")),
        moves=ACTION.moves_from(action.status),
        not_done_because=not_done_because(action),
        days=days_open(action.created_at, action.closed_at or clock.now()),
    )


def board(rows: QuerySet[Action], by: str) -> list[Column]:
    """Unfinished actions in columns by status, owner, team or age: two queries. The fullest
    columns first, at most twelve of them; each shows its twelve next due."""
    open_rows = rows.filter(status__in=OPEN).annotate(column=_column(by))
    counts = open_rows.order_by().values("column").annotate(total=Count("pk"))
    totals = {row["column"]: row["total"] for row in counts.order_by("-total", "column")}
    keys: Sequence[Any] = FIXED[by] if by in FIXED else list(totals)[:MAX_COLUMNS]
    columns = {key: Column(str(key), "", totals.get(key, 0)) for key in keys}
    place = Window(RowNumber(), partition_by=F("column"), order_by=["due_on", "id"])
    first = open_rows.filter(column__in=keys).annotate(place=place)
    for action in first.filter(place__lte=COLUMN_SIZE):
        columns[getattr(action, "column")].actions.append(action)  # noqa: B009 - annotated
    for key, column in columns.items():
        column.title = _title(by, key, column.actions)
        column.actions.sort(key=lambda one: (str(one.due_on), one.pk))
    return list(columns.values())


def actions_of(user: User, incident_id: int) -> list[Action]:
    """The follow-ups of one incident, what is owed first. One query."""
    rows = visible_actions(user).filter(incident_id=incident_id)
    found = list(rows.order_by("due_on", "id")[:100])
    return sorted(found, key=lambda one: not one.is_open)


def managers_of(team: Team | None) -> list[User]:
    """Who answers for a team's follow-ups: its active managers; without any, every manager."""
    managers = User.objects.filter(is_active=True, role__in=(Role.MANAGER, Role.ADMIN))
    own = list(managers.filter(teams=team).order_by("id")) if team else []
    return own or list(managers.order_by("id"))


def _column(by: str) -> Any:
    """What decides the column: 0 stands for nobody and for no team."""
    if by == "owner":
        return Case(When(owner__is_active=True, then=F("owner_id")), default=Value(0))
    if by == "team":
        return Coalesce("team_id", Value(0), output_field=BigIntegerField())
    if by == "age":
        now = clock.now()
        steps = [
            When(created_at__gte=now - timedelta(days=days), then=Value(key))
            for key, (days, _) in AGES.items()
        ]
        return Case(*steps, default=Value(OLDEST), output_field=CharField())
    return F("status")


def _title(by: str, key: Any, actions: Sequence[Action]) -> str:
    if by == "owner":
        return str(actions[0].owner) if key and actions else "Nobody, or somebody who has left"
    if by == "team":
        return str(actions[0].team) if key and actions else "No team"
    if by == "age":
        return AGES[key][1] if key in AGES else "More than 90 days"
    return ACTION.label(key)
