"""An event as its handler gets it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Arrival:
    """`event` is Slack's own; `user` who did it, "" where nobody did. `shared`: it happened in a
    channel that another workspace reads too."""

    event: dict[str, Any]
    team: str
    user: str = ""
    shared: bool = False
