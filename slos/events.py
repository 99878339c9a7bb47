"""What the slos room tells the rooms above. Values are JSON; handlers read the rows again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from core.outbox import Event


@dataclass(frozen=True, slots=True)
class ObligationBegan(Event):
    """An error-budget policy asks for something: `kind` is freeze, postmortem or action."""

    name: ClassVar[str] = "slos.obligation_began"
    obligation_id: str
    slo_id: int
    kind: str
