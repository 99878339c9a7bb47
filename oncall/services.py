"""The verbs of schedules and policies, gathered for callers. Running escalations: `escalations`."""

from __future__ import annotations

from oncall.cover_services import (
    add_time_off,
    remove_time_off,
    request_swap,
    set_holiday_place,
    take_shift,
    take_swap,
    withdraw_swap,
)
from oncall.policy_services import delete_policy, save_policy, set_system_policy
from oncall.schedule_services import (
    add_override,
    delete_schedule,
    remove_override,
    save_schedule,
)

__all__ = [
    "add_override",
    "add_time_off",
    "delete_policy",
    "delete_schedule",
    "remove_override",
    "remove_time_off",
    "request_swap",
    "save_policy",
    "save_schedule",
    "set_holiday_place",
    "set_system_policy",
    "take_shift",
    "take_swap",
    "withdraw_swap",
]
