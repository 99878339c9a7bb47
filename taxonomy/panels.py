"""Where higher rooms add blocks to the page of a cause. Filled by wiring only."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest
from django.utils.safestring import SafeString

from accounts.models import User
from core.registry import Registry
from taxonomy.models import Cause

panels: Registry[Callable[[Cause, User, HttpRequest], SafeString | str]] = Registry("Cause panel")
"""Each answers escaped HTML (with its own card and h2), or "" for nothing. Asked while the page is
drawn: no writes, a fixed number of queries, only what the reader may see."""
