"""The verbs of schedules and policies, gathered for callers. Running escalations: `escalations`."""

from __future__ import annotations

from oncall.policy_services import delete_policy, save_policy, set_system_policy
from oncall.schedule_services import (
    add_override,
    delete_schedule,
    remove_override,
    save_schedule,
)

__all__ = [
    "add_override",
    "delete_policy",
    "delete_schedule",
    "remove_override",
    "save_policy",
    "save_schedule",
    "set_system_policy",
]
