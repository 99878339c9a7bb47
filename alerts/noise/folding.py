"""Alerts of one system that begin close together become one problem, where a route says so. Pure.

An alert never folds into a milder one: what is worse opens an incident of its own and pages.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from alerts import severity as severities


@dataclass(frozen=True, slots=True)
class Member:
    """An alert with what decides about folding. `place` is its route and its system."""

    id: UUID
    place: tuple[int, int]
    severity: str
    at: datetime
    group_key: str
    title: str = ""
    drill: bool = False


@dataclass(frozen=True, slots=True)
class Folded:
    """Which alert the group was taken from, and how far apart they began."""

    anchor: Member
    apart: timedelta


def fold(
    fresh: Sequence[Member], standing: Iterable[Member], within: timedelta
) -> dict[UUID, Folded]:
    """Which of the fresh alerts join whose group. The worst and oldest are looked at first, so the
    order in which they came decides nothing."""
    anchors = sorted(standing, key=_rank)
    found: dict[UUID, Folded] = {}
    for one in sorted(fresh, key=_rank):
        anchor = next((other for other in anchors if _takes(other, one, within)), None)
        if anchor is not None and anchor.group_key != one.group_key:
            found[one.id] = Folded(anchor, abs(one.at - anchor.at))
            one = replace(one, group_key=anchor.group_key)
        anchors.append(one)
    return found


def _takes(anchor: Member, one: Member, within: timedelta) -> bool:
    return (
        anchor.place == one.place
        and anchor.drill == one.drill
        and abs(one.at - anchor.at) <= within
        and severities.worst(anchor.severity, one.severity) == anchor.severity
    )


def _rank(one: Member) -> tuple[str, datetime, UUID]:
    return one.severity, one.at, one.id
