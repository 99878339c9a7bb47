"""Where higher rooms add facts to what is said of incidents. Filled by wiring only."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from accounts.models import User
from core.registry import Registry

UnfinishedWork = Callable[[User, Mapping[str, set[int]]], dict[str, int]]
"""Takes incident ids by the slug of a cause; answers how many promised actions about that cause
are not done after them. Counts only what the reader may see."""

unfinished_work: Registry[UnfinishedWork] = Registry("unfinished work")
