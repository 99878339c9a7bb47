"""What can be cited in a document: a registry of kinds, each with a list and a frozen copy.

Filled by wiring only. A citation leads to the live thing and keeps how it looked when it was cited,
so that a rotated log or a corrected time does not take the proof away.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from accounts.models import User
from core.registry import Registry
from incidents.models import Incident

MAX_FROZEN_TEXT = 20_000
MAX_FROZEN_FACTS = 40
MAX_FROZEN_VALUES = 500


@dataclass(frozen=True, slots=True)
class Item:
    """Something citable. `target` is what the provider finds it by again; `facts` and `text` are
    the frozen copy, `values` (oldest first, None is a gap) a small chart in it."""

    target: str
    title: str
    url: str = ""
    occurred_at: datetime | None = None
    facts: Sequence[tuple[str, str]] = ()
    text: str = ""
    values: Sequence[float | None] = field(default=())

    def frozen(self) -> dict[str, object]:
        """As it is stored; bounded."""
        return {
            "facts": [[name[:80], value[:500]] for name, value in self.facts[:MAX_FROZEN_FACTS]],
            "text": self.text[:MAX_FROZEN_TEXT],
            "values": list(self.values[:MAX_FROZEN_VALUES]),
        }


@dataclass(frozen=True, slots=True)
class EvidenceKind:
    """`items(incident, user, words, limit)` lists what can be cited, through what the reader may
    see; `find(incident, user, target)` answers one of them as it is now, or None."""

    name: str
    title: str
    icon: str
    items: Callable[[Incident, User, str, int], Sequence[Item]]
    find: Callable[[Incident, User, str], Item | None]


kinds: Registry[EvidenceKind] = Registry("Evidence kind")


def register(kind: EvidenceKind) -> None:
    kinds.add(kind.name, kind)
