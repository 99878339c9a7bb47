"""Where higher rooms add blocks to an incident's page and to the first. Filled by wiring only.

Asked while the page is drawn: no writes, a fixed number of queries, only what the reader may see.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.safestring import SafeString

from accounts.models import User
from core.registry import Registry
from incidents.models import Incident

Render = Callable[[Incident, User, HttpRequest], SafeString | str]


@dataclass(frozen=True, slots=True)
class Panel:
    """`render` answers the whole block as escaped HTML (with its own card and h2), or "" for
    nothing to show. `place`: `top` under the head, `main` above the timeline, or `rail`. Of one
    place the lower `rank` stands first: what can be done, what to look into, what comes after."""

    name: str
    render: Render
    place: str = "rail"
    rank: int = 1


panels: Registry[Panel] = Registry("Incident panel")
now_parts: Registry[Callable[[User, HttpRequest], SafeString | str]] = Registry("Now part")
"""Blocks of the first page, below what burns; "" for nothing to show."""


def drawn(
    place: str, incident: Incident, user: User, request: HttpRequest
) -> list[SafeString | str]:
    """The blocks of one place that have something to show, by rank, then in the order of wiring."""
    here = sorted((one for one in panels if one.place == place), key=lambda one: one.rank)
    blocks = [one.render(incident, user, request) for one in here]
    return [block for block in blocks if block]


def now_blocks(user: User, request: HttpRequest) -> list[SafeString | str]:
    return [block for part in now_parts if (block := part(user, request))]
