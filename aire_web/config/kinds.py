"""All kinds of documents, in the order in which they can be applied. Called by wiring."""

from __future__ import annotations

from typing import Any

from accounts.manifest import ApiKeyKind, TeamKind, UserKind
from alerts.heartbeats.manifest import HeartbeatKind
from alerts.manifest import RouteKind, SourceKind
from alerts.noise.manifest import InhibitionKind, NoiseSettingsKind, SilenceKind
from catalog.manifest import SystemKind, system_fields
from chatops.manifest import ChannelDigestKind
from core.manifest import Kind, foreign_versions, kinds
from incidents.drills.manifest import DrillScheduleKind
from incidents.people_reports.manifest import ReportRuleKind
from integrations.slack.channels.manifest import SlackChannelKind, SlackSettingsKind
from notifications.contact_manifest import ContactMethodKind, NotificationRulesKind, RoomKind
from notifications.manifest import WebhookKind
from oncall.cover_manifest import TimeOffKind
from oncall.load.manifest import PayRuleKind
from oncall.manifest import SYSTEM_ESCALATION_POLICY, EscalationPolicyKind, ScheduleKind
from playbooks.manifest import ConnectionKind, PlaybookKind
from postmortems.manifest import PostmortemTemplateKind
from postmortems.tracking.manifest import TrackerKind
from slos.manifest import OPENSLO_KINDS, read_openslo
from slos.openslo.documents import API_VERSION as OPENSLO
from taxonomy.manifest import CauseKind


def fill_kinds() -> None:
    foreign_versions.add(OPENSLO, read_openslo)
    system_fields.add(SYSTEM_ESCALATION_POLICY.name, SYSTEM_ESCALATION_POLICY)
    own: tuple[Kind[Any], ...] = (
        UserKind(),
        TeamKind(),
        SystemKind(),
        ContactMethodKind(),
        NotificationRulesKind(),
        RoomKind(),
        WebhookKind(),
        ScheduleKind(),
        TimeOffKind(),
        EscalationPolicyKind(),
        CauseKind(),
        SourceKind(),
        RouteKind(),
        SilenceKind(),
        InhibitionKind(),
        NoiseSettingsKind(),
        HeartbeatKind(),
        PostmortemTemplateKind(),
        TrackerKind(),
        PayRuleKind(),
        ChannelDigestKind(),
        DrillScheduleKind(),
        ReportRuleKind(),
        SlackChannelKind(),
        SlackSettingsKind(),
        ApiKeyKind(),
        *OPENSLO_KINDS,
        ConnectionKind(),
        PlaybookKind(),
    )
    for kind in own:
        _add(kind)


def _add(kind: Kind[Any]) -> None:
    kinds.add(kind.name, kind)
