"""Where higher rooms add to the on-call home: blocks, and things to do. Filled by wiring only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.safestring import SafeString

from accounts.models import User
from core.registry import Registry


@dataclass(frozen=True, slots=True)
class QuickAction:
    """A button of the on-call home; `icon` is an id of static/icons.svg."""

    label: str
    url: str
    icon: str


@dataclass(frozen=True, slots=True)
class HomePart:
    """`html` is escaped, or "" for nothing to show."""

    html: SafeString | str = ""
    actions: tuple[QuickAction, ...] = ()


home_parts: Registry[Callable[[User, HttpRequest], HomePart]] = Registry("part of the on-call home")
"""Asked while the page is drawn: no writes, a fixed number of queries, what the reader may see."""
