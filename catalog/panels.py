"""Where higher rooms add to the catalog's pages: blocks of a system's page, facts of its row,
lanes of its timeline.

Filled by wiring only. All are asked while a page is drawn: no writes, a fixed number of queries.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest
from django.utils.safestring import SafeString

from accounts.models import User
from catalog.models import System
from core.registry import Registry


@dataclass(frozen=True, slots=True)
class Panel:
    """A block of the system page. `render` answers escaped HTML, or "" for nothing to show."""

    name: str
    title: str
    render: Callable[[System, User, HttpRequest], SafeString | str]


@dataclass(frozen=True, slots=True)
class Fact:
    """A few words in a system's row, for example "2 open incidents". `tone` is "", "ok", "warn"
    or "danger"; the words say the same."""

    text: str
    url: str = ""
    tone: str = ""


Facts = Callable[[Sequence[System], User], dict[int, Fact]]
"""Facts for all systems of one page at once, by primary key. Must count only what the user sees."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Something that lasted; `end` is None while it does. `tone` as in charts."""

    start: datetime
    end: datetime | None
    label: str
    url: str = ""
    tone: str = "warn"


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that happened."""

    at: datetime
    label: str
    url: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Curve:
    """Values over time; None is a gap. A dashed one is what is usual or wanted."""

    label: str
    points: Sequence[tuple[datetime, float | None]]
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Lane:
    """One row of a system's timeline. Without curves it is a strip. Stretches of a `backdrop`
    lane stand behind all curves. `unit` is "%" for shares of 1; `note` says in words where it
    stands."""

    title: str
    url: str = ""
    stretches: Sequence[Stretch] = ()
    moments: Sequence[Moment] = ()
    curves: Sequence[Curve] = ()
    unit: str = ""
    note: str = ""
    backdrop: bool = False


Lanes = Callable[[System, User, datetime, datetime], Sequence[Lane]]

timeline_lanes: Registry[Lanes] = Registry("Timeline lanes")
"""Rows of the timeline between two times, in the order of wiring."""

panels: Registry[Panel] = Registry("System panel")
system_facts: Registry[Facts] = Registry("System facts")
