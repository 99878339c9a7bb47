"""Where higher rooms add to the catalog's pages: blocks of a system's page, facts of its row.

Filled by wiring only. Both are asked while a page is drawn: no writes, a fixed number of queries.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

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

panels: Registry[Panel] = Registry("System panel")
system_facts: Registry[Facts] = Registry("System facts")
