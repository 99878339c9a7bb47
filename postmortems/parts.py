"""Where actions, causes, clocks and other rooms add to a document: blocks, checks, drafted lines.

Filled by wiring only. All three are asked while a page is drawn or a draft is made: no writes, a
fixed number of queries, nothing outside is called.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.safestring import SafeString

from accounts.models import User
from core.registry import Registry
from incidents.models import Incident
from postmortems.models import Postmortem


@dataclass(frozen=True, slots=True)
class Part:
    """A block of the document's page. `render` answers escaped HTML (with its own card and h2), or
    "" for nothing. `place` is `main` (after the sections) or `rail`."""

    name: str
    render: Callable[[Postmortem, User, HttpRequest], SafeString | str]
    place: str = "rail"


@dataclass(frozen=True, slots=True)
class Check:
    """What must be true before a document is published. `missing` answers one sentence for each
    thing that is not, which says what to do; `label` is the line of the checklist."""

    name: str
    missing: Callable[[Postmortem], Sequence[str]]
    label: str


@dataclass(frozen=True, slots=True)
class Drafted:
    """A fact for a section of a new draft: one line of plain text, escaped by the drafting.

    `section` is a key such as `impact`, `detection`, `causes`, `actions` (see
    `postmortems.drafting.KEYS`); where the template has no such section the line goes into the
    nearest one that it has."""

    section: str
    text: str


@dataclass(frozen=True, slots=True)
class Exported:
    """A block of an exported document: a heading and lines of markdown, and the same as data."""

    name: str
    title: str
    read: Callable[[Postmortem, User], tuple[Sequence[str], object]]


parts: Registry[Part] = Registry("Postmortem part")
checks: Registry[Check] = Registry("Postmortem check")
contributors: Registry[Callable[[Incident], Sequence[Drafted]]] = Registry("Draft contributor")
exported: Registry[Exported] = Registry("Exported block")


def drawn(
    place: str, postmortem: Postmortem, user: User, request: HttpRequest
) -> list[SafeString | str]:
    """The blocks of one place that have something to show, in the order of wiring."""
    blocks = [one.render(postmortem, user, request) for one in parts if one.place == place]
    return [block for block in blocks if block]
