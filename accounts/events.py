"""What the higher rooms can hear from this one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from core.outbox import Event


@dataclass(frozen=True, slots=True)
class UserDeactivated(Event):
    """Somebody can no longer sign in or act: schedules and policies that name them have a gap."""

    name: ClassVar[str] = "accounts.user_deactivated"
    user_id: int
