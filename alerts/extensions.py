"""What rooms above add: how alerts are listed, who takes what was measured. Filled by wiring."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.safestring import SafeString

from accounts.models import User
from alerts.models import Source
from core.registry import Registry

AlertFilter = Callable[[QuerySet[Any], str, User], QuerySet[Any]]
"""Takes the alerts, the value of a filter and the reader; answers those that the filter leaves.
What the reader may not see must look like what does not exist."""

incident_filter: Registry[AlertFilter] = Registry("incident filter")
"""`?incident=INC-42`. Without an entry the filter leaves nothing."""


def filter_by_incident(alerts: QuerySet[Any], ref: str, user: User) -> QuerySet[Any]:
    known = list(incident_filter)
    if not known:
        return alerts.none()
    for narrow in known:
        alerts = narrow(alerts, ref, user)
    return alerts


SourcePanel = Callable[[Source, User], SafeString | str]
"""A block of a source's page as escaped HTML, "" for nothing to show. Asked while a page is drawn:
no writes, a fixed number of queries."""

source_panels: Registry[SourcePanel] = Registry("source panel")


@dataclass(frozen=True, slots=True)
class Measured:
    """What one receipt measured beside its alerts, and where it came from. `system` is the slug
    of the source's default system; nothing of a `drill` may count as true."""

    receipt_id: UUID
    received_at: datetime
    drill: bool
    source_id: int
    source_slug: str
    system: str | None
    facts: tuple[object, ...]


Taker = Callable[[Sequence[Measured]], Mapping[UUID, Sequence[str]]]
"""Stores what it understands of the facts, in the transaction that finishes their receipts, and
answers plain sentences for the receipts' notes: above all what it could not use."""

takers: Registry[Taker] = Registry("taker of measurements")


def take_measured(given: Sequence[Measured]) -> dict[UUID, tuple[str, ...]]:
    """Hand the facts of a lot of receipts to everybody who takes some. Call in a transaction."""
    notes: dict[UUID, list[str]] = defaultdict(list)
    for take in takers if given else ():
        for receipt_id, sentences in take(given).items():
            notes[receipt_id] += sentences
    return {receipt_id: tuple(sentences) for receipt_id, sentences in notes.items()}
