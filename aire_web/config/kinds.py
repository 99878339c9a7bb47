"""All kinds of documents, in the order in which they can be applied. Called by wiring."""

from __future__ import annotations

from typing import Any

from accounts.manifest import ApiKeyKind, TeamKind, UserKind
from alerts.manifest import RouteKind, SourceKind
from catalog.manifest import SystemKind, system_fields
from core.manifest import Kind, kinds
from oncall.manifest import SYSTEM_ESCALATION_POLICY, EscalationPolicyKind, ScheduleKind
from postmortems.manifest import PostmortemTemplateKind
from postmortems.tracking.manifest import TrackerKind
from taxonomy.manifest import CauseKind


def fill_kinds() -> None:
    system_fields.add(SYSTEM_ESCALATION_POLICY.name, SYSTEM_ESCALATION_POLICY)
    for kind in (
        UserKind(),
        TeamKind(),
        SystemKind(),
        ScheduleKind(),
        EscalationPolicyKind(),
        CauseKind(),
        SourceKind(),
        RouteKind(),
        PostmortemTemplateKind(),
        TrackerKind(),
        ApiKeyKind(),
    ):
        _add(kind)


def _add(kind: Kind[Any]) -> None:
    kinds.add(kind.name, kind)
