"""May a system's changes be promoted? What its objectives' policies and exemptions say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from accounts.models import User
from catalog.models import System
from core import clock
from slos.gates import Refusal, refusals
from slos.models import Exemption, Obligation, Slo, SloState
from slos.models.state import State


@dataclass(frozen=True, slots=True)
class Freeze:
    """One reason against, and the exemption that lets it through, if there is one."""

    obligation: Obligation
    exemption: Exemption | None

    @property
    def holds(self) -> bool:
        return self.exemption is None


@dataclass(frozen=True, slots=True)
class Promotion:
    allowed: bool
    at: datetime
    as_of: datetime | None
    """The oldest evaluation that the answer rests on."""
    freezes: Sequence[Freeze]
    refusals: Sequence[Refusal]
    """What other rooms say against it."""
    unknown: Sequence[Slo]
    """Objectives without data: they hold nothing back, but nobody knows."""


def promotion(user: User, system: System, *, change: str = "") -> Promotion:
    """Whether a change (of this kind; any when empty) may be promoted now, and why not."""
    at = clock.now()
    slos = Slo.objects.visible_to(user).filter(system=system, enabled=True)
    obligations = list(
        Obligation.objects.filter(slo__in=slos, kind=Obligation.Kind.FREEZE, until=None)
        .select_related("slo")
        .order_by("since", "id")
    )
    exemptions = list(
        Exemption.objects.filter(
            system=system, withdrawn_at=None, start__lte=at, end__gt=at
        ).order_by("start", "id")
    )
    freezes = [
        Freeze(one, _exemption(one, exemptions, change))
        for one in obligations
        if not change or not one.changes or change in one.changes
    ]
    states = SloState.objects.filter(slo__in=slos)
    unknown = slos.filter(Q(budget=None) | Q(budget__state=State.NO_DATA)).order_by("name")
    against = refusals(user, system, change)
    return Promotion(
        allowed=not against and not any(freeze.holds for freeze in freezes),
        at=at,
        as_of=states.order_by("as_of").values_list("as_of", flat=True).first(),
        freezes=freezes,
        refusals=against,
        unknown=list(unknown),
    )


def _exemption(
    obligation: Obligation, exemptions: Sequence[Exemption], change: str
) -> Exemption | None:
    """The first one that covers this objective and this kind of change. Asked about any change,
    only one for every kind that is frozen will do."""
    for one in exemptions:
        if one.slo_id not in (None, obligation.slo_id):
            continue
        covers = set(one.changes)
        asked = {change} if change else set(obligation.changes)
        if not covers or (asked and asked <= covers):
            return one
    return None
