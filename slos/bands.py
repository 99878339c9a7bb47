"""Where higher rooms add stretches of time to an objective's picture, such as its incidents.

Filled by wiring only. Asked while a page is drawn: no writes, one query each, and only what the
reader may see.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from accounts.models import User
from catalog.models import System
from core.registry import Registry


@dataclass(frozen=True, slots=True)
class TimeBand:
    """`end` is None while it lasts."""

    start: datetime
    end: datetime | None
    label: str
    url: str = ""


Bands = Callable[[User, System, datetime, datetime], Sequence[TimeBand]]

bands: Registry[Bands] = Registry("SLO band")
