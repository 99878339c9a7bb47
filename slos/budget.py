"""The error budget: its numbers, its state with hysteresis, how long it lasts. Pure.

With target T, N counted events and B bad ones the budget is (1 - T) x N events, B of it are
spent, and the signed remainder is their difference. Time-slice objectives count slices, and their
budget is (1 - T) of all slices that the window has, whether or not they were measured: a quiet
night must not shrink it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from core.durations import seconds_words

RECOVERED = 0.05
"""How far (as a share of the budget) it must come back before a state is left again."""
_NOISE = 1e-9


@dataclass(frozen=True, slots=True)
class Budget:
    """In events (or slices). `fraction_left` is None where there is nothing to divide by."""

    total: float
    consumed: float
    fraction_left: float | None

    @property
    def remaining(self) -> float:
        return self.total - self.consumed


def budget_of(*, bad: float, total: float, target: float) -> Budget:
    """`total` is what the budget is a share of: events counted, or slices in the window."""
    allowed = (1 - target) * total
    if total <= 0:
        return Budget(0.0, max(0.0, bad), None)
    left = (allowed - bad) / allowed
    return Budget(allowed, bad, 0.0 if abs(left) < _NOISE else left)


def next_state(
    *, previous: str, fraction_left: float | None, has_data: bool, at_risk_below: float
) -> str:
    """`ok`, `at_risk`, `exhausted` or `no_data`.

    Worse states are entered at once, better ones only when the budget is clearly back, so that a
    number at the line does not flicker. Without data there is no other state.
    """
    if not has_data or fraction_left is None:
        return "no_data"
    exhausted_until = RECOVERED if previous == "exhausted" else 0.0
    if fraction_left <= 0 or fraction_left < exhausted_until:
        return "exhausted"
    held = RECOVERED if previous in ("at_risk", "exhausted") else 0.0
    return "at_risk" if fraction_left < at_risk_below + held else "ok"


def seconds_until_gone(
    *, fraction_left: float | None, burn: float, window: timedelta, until_end: float | None
) -> float | None:
    """Seconds until the budget is gone at this pace; 0 when it is; None when it lasts.

    `burn` is the present rate (1 spends exactly the budget in one window). A rolling budget
    lasts at a rate up to 1; a calendar one when the period ends (`until_end` seconds) first.
    """
    if fraction_left is None:
        return None
    if fraction_left <= 0:
        return 0.0
    if burn <= 0 or (until_end is None and burn <= 1):
        return None
    seconds = fraction_left * window.total_seconds() / burn
    return None if until_end is not None and seconds >= until_end else seconds


def pace_window(window: timedelta) -> timedelta:
    """Over which the present pace is taken: a 28th of the window, an hour to a day."""
    return min(timedelta(days=1), max(timedelta(hours=1), window / 28))


def left_words(state: str, seconds_left: float | None, *, calendar: bool) -> str:
    """How long it lasts, as one sentence."""
    if state == "no_data":
        return "Nothing is measured, so nobody knows what is left."
    if seconds_left == 0 or state == "exhausted":
        return "The budget is gone."
    if seconds_left is None:
        until = "to the end of the period" if calendar else "at the present pace"
        return f"It lasts {until}."
    return f"It is gone in {seconds_words(seconds_left)} at the present pace."
