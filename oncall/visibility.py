"""Who may see which pages. Rooms above say it for the subjects that they know."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from accounts.models import User
from core.registry import Registry

subject_visibility: Registry[Callable[[User, Sequence[str]], set[str]]] = Registry(
    "subject visibility"
)
"""By the prefix of the subject key (`incident` of `incident:42`): those that the user may see."""


def visible_subjects(user: User, subject_keys: Iterable[str]) -> set[str]:
    """Of kinds that nobody answers for, responders see all."""
    by_kind: dict[str, list[str]] = {}
    for key in set(subject_keys):
        by_kind.setdefault(key.partition(":")[0], []).append(key)
    seen: set[str] = set()
    for kind, keys in by_kind.items():
        decide = subject_visibility.get(kind)
        if decide is not None:
            seen |= decide(user, keys)
        elif user.can_respond:
            seen.update(keys)
    return seen
