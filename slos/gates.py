"""What rooms above say against promoting a change of a system. Filled by wiring only."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from accounts.models import User
from catalog.models import System
from core.registry import Registry


@dataclass(frozen=True, slots=True)
class Refusal:
    """One reason against, in a sentence, and the page (a path) that it is about."""

    reason: str
    since: datetime | None
    url: str


PromotionGate = Callable[[User, System, str], Sequence[Refusal]]
"""Takes the reader, the system and the kind of change ("" for any). Tells only of what the reader
may see."""

promotion_gates: Registry[PromotionGate] = Registry("promotion gate")


def refusals(user: User, system: System, change: str) -> list[Refusal]:
    return [refusal for gate in promotion_gates for refusal in gate(user, system, change)]
