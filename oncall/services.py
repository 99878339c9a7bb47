"""The verbs of schedules and policies, gathered for callers. Running escalations: `escalations`."""

from __future__ import annotations

from oncall.cover_services import (
    add_time_off,
    remove_time_off,
    set_holiday_place,
    take_shift,
)
from oncall.policy_services import delete_policy, save_policy, set_system_policy
from oncall.schedule_services import (
    add_override,
    delete_schedule,
    remove_override,
    save_schedule,
)
from oncall.swap_services import InReturn, make_swap, request_swap, take_swap, withdraw_swap

__all__ = [
    "InReturn",
    "add_override",
    "add_time_off",
    "delete_policy",
    "delete_schedule",
    "make_swap",
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
