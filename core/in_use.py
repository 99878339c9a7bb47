"""What keeps a row from being deleted, in words: asked before the button is pressed, and when a
deletion is refused. The foreign keys that protect it are the rule; nobody lists them again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from django.db import DEFAULT_DB_ALIAS
from django.db.models import Model, ProtectedError
from django.db.models.deletion import Collector

from core.errors import Conflict

NAMED: Final = 5
"""So many are named; of the others it is said how many they are."""


def what_uses(row: Model) -> list[str]:
    """Whatever would be left without it, such as “the route “Payments””; none: it may go. A row
    says by `in_use_as` what it is called here where its own name would not do."""
    try:
        Collector(using=DEFAULT_DB_ALIAS, origin=row).collect([row])
    except ProtectedError as error:
        return sorted({_called(one) for one in error.protected_objects})
    return []


def refuse_while_used(row: Model, *, name: str, mend: str) -> None:
    """Raises `Conflict` that names what still uses it and says what to do."""
    if users := what_uses(row):
        verb = "uses" if len(users) == 1 else "use"
        raise Conflict(f"“{name}” cannot go: {in_words(users)} still {verb} it. {mend}")


def in_words(names: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and 3 more`."""
    shown = list(names[:NAMED])
    if more := len(names) - len(shown):
        shown.append(f"{more} more")
    return " and ".join(filter(None, [", ".join(shown[:-1]), shown[-1]]))


def _called(row: Model) -> str:
    own: str = getattr(row, "in_use_as", "")
    return own or f"the {row._meta.verbose_name} “{row}”"
