"""When a condition that opens and ends again and again is flapping, and when it is calm. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class FlapRule:
    """`changes` openings within `window` begin it; `calm` without one ends it."""

    changes: int = 6
    window: timedelta = timedelta(minutes=30)
    calm: timedelta = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class History:
    """The openings that still count, oldest first, and since when it flaps."""

    openings: tuple[datetime, ...] = ()
    flapping_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Opening:
    """What an opening did: `began` for the one that pages as flapping, `held` for those after."""

    history: History
    began: bool = False
    held: bool = False


def opened(history: History, at: datetime, rule: FlapRule) -> Opening:
    """Note an opening. Openings that come late count where they belong."""
    if history.flapping_since is not None and not is_calm(history, at, rule):
        return Opening(
            History(_kept(history.openings, at, rule), history.flapping_since), held=True
        )
    openings = _kept(history.openings, at, rule)
    if len(openings) >= rule.changes:
        return Opening(History(openings, at), began=True)
    return Opening(History(openings))


def is_calm(history: History, at: datetime, rule: FlapRule) -> bool:
    """Whether nothing opened for as long as it takes to count as calm."""
    return not history.openings or at - history.openings[-1] >= rule.calm


def calm_at(history: History, rule: FlapRule) -> datetime | None:
    """When it will be calm if nothing more opens; None while it does not flap."""
    if history.flapping_since is None or not history.openings:
        return None
    return history.openings[-1] + rule.calm


def _kept(openings: Sequence[datetime], at: datetime, rule: FlapRule) -> tuple[datetime, ...]:
    within = [one for one in openings if at - one < rule.window]
    return tuple(sorted([*within, at])[-max(rule.changes, 1) :])
