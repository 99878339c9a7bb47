"""What higher rooms add to the pages and answers of lower ones; called from `wiring`."""

from __future__ import annotations

from accounts.selectors import hidden_audit_lines
from alerts.extensions import incident_filter, source_panels, takers
from alerts.looking.panel import look_panel
from alerts.noise.applying import hold_back
from alerts.noise.grouping import fold_alike
from alerts.noise.panels import held_by_system, noise_panel
from alerts.placing.selectors import unplaced_panel
from alerts.redaction.panel import redaction_panel
from alerts.stages import stages
from alerts.trace import contributors
from catalog.panels import panels, system_facts, timeline_lanes
from incidents.alert_filter import alerts_of_incident
from incidents.around_part import BUSINESS_PART, REACH_PART
from incidents.cause_panels import incidents_with_cause
from incidents.evidence.cases import refuse_regressed
from incidents.evidence.reading import readers
from incidents.extensions import held_incidents, unfinished_work, why_held
from incidents.lanes import incident_lane
from incidents.lifecycle import closing_guards
from incidents.noise_part import NOISE_PART, quiet_part
from incidents.on_call_part import on_call_part
from incidents.panels import now_parts
from incidents.panels import panels as incident_panels
from incidents.people_reports import taking as reports_taking
from incidents.people_reports.panels import reports_panel
from incidents.slo_bands import incident_bands
from incidents.system_panels import incidents_panel, open_incidents_by_system
from incidents.trace import incident_steps
from incidents.triage.panel import TRIAGE_PANEL
from incidents.visibility import hidden_audit_lines as hidden_incident_lines
from incidents.visibility import visible_subjects
from integrations.aif360.evidence import READER as AIF360
from integrations.cloudwatch import subscriptions as sns
from integrations.evidently.evidence import READER as EVIDENTLY
from integrations.fairlearn.evidence import READER as FAIRLEARN
from integrations.lime.evidence import READER as LIME
from integrations.prometheus.measurements import ASKER as PROMETHEUS
from integrations.shap.evidence import READER as SHAP
from integrations.slack.channels import panel as slack_panel
from integrations.slack.health.now_part import now_part as slack_now_part
from oncall.panels import home_parts
from oncall.visibility import subject_visibility
from postmortems import case_part, cause_part, parts, slo_sources
from postmortems.actions import duties
from postmortems.actions import panels as action_panels
from postmortems.actions.visibility import hidden_audit_lines as hidden_action_lines
from postmortems.business_sources import drafted_business
from postmortems.clocks import holds
from postmortems.clocks import panel as clock_panels
from postmortems.incident_part import INCIDENT_PART
from postmortems.now_part import now_part
from reports.kpi_impacts import impact_lines
from reports.providers import budgets, impacts
from reports.slo_budgets import budget_lines
from slos import taking
from slos.asking import askers
from slos.bands import bands
from slos.gates import promotion_gates
from slos.lanes import slo_lanes
from slos.source_panel import unmatched_panel
from slos.system_panels import budgets_by_system, slos_panel
from taxonomy.panels import panels as cause_panels


def add_extensions() -> None:
    _alerts()
    _catalog()
    _incidents()
    _postmortems()


def _alerts() -> None:
    """The way of an alert, its trace, and the pages of sources."""
    stages.add("noise", hold_back)
    stages.add("fold", fold_alike)
    contributors.add("incidents", incident_steps)
    subject_visibility.add("incident", visible_subjects)
    incident_filter.add("incidents", alerts_of_incident)
    takers.add("slos", taking.take)
    takers.add("people-reports", reports_taking.take)
    source_panels.add("changes", unplaced_panel)
    source_panels.add("sns", sns.panel)
    source_panels.add("look", look_panel)
    source_panels.add("redaction", redaction_panel)
    source_panels.add("slos", unmatched_panel)
    askers.add("prometheus", PROMETHEUS)


def _catalog() -> None:
    """What is said of a system, and its time line."""
    panels.add("slos", slos_panel)
    panels.add("incidents", incidents_panel)
    panels.add("people-reports", reports_panel)
    panels.add("noise", noise_panel)
    timeline_lanes.add("incidents", incident_lane)
    timeline_lanes.add("slos", slo_lanes)
    system_facts.add("noise", held_by_system)
    system_facts.add("incidents", open_incidents_by_system)
    system_facts.add("slos", budgets_by_system)


def _incidents() -> None:
    """The pages of incidents, what keeps them from being closed, and the first page."""
    hidden_audit_lines.add("incidents", hidden_incident_lines)
    incident_panels.add("noise", NOISE_PART)
    incident_panels.add("triage", TRIAGE_PANEL)
    incident_panels.add("reach", REACH_PART)
    incident_panels.add("business", BUSINESS_PART)
    now_parts.add("noise", quiet_part)
    home_parts.add("incidents", on_call_part)
    bands.add("incidents", incident_bands)
    hidden_audit_lines.add("actions", hidden_action_lines)
    cause_panels.add("incidents", incidents_with_cause)
    unfinished_work.add("actions", duties.unfinished_work)
    closing_guards.add("actions", duties.not_closed_because)
    incident_panels.add("postmortem", INCIDENT_PART)
    now_parts.add("slack", slack_now_part)
    now_parts.add("postmortems", now_part)
    incident_panels.add("actions", action_panels.INCIDENT_PANEL)
    incident_panels.add("clocks", clock_panels.INCIDENT_PANEL)
    incident_panels.add("slack", slack_panel.INCIDENT_PANEL)
    why_held.add("holds", holds.why_held)
    held_incidents.add("holds", holds.held_ids)
    promotion_gates.add("cases", refuse_regressed)
    for reader in (FAIRLEARN, EVIDENTLY, AIF360, SHAP, LIME):
        readers.add(reader.name, reader)
    budgets.add("slos", budget_lines)
    impacts.add("kpis", impact_lines)


def _postmortems() -> None:
    """The parts of a document, its checks and what a draft begins with."""
    parts.parts.add("causes", cause_part.PART)
    parts.exported.add("causes", cause_part.EXPORTED)
    parts.parts.add("cases", case_part.PART)
    parts.exported.add("cases", case_part.EXPORTED)
    parts.parts.add("actions", action_panels.DOCUMENT_PART)
    parts.checks.add("actions", action_panels.PUBLISH_CHECK)
    parts.exported.add("actions", action_panels.EXPORTED)
    parts.contributors.add("actions", action_panels.drafted_actions)
    parts.parts.add("clocks", clock_panels.DOCUMENT_PART)
    parts.checks.add("clocks", clock_panels.CHECK)
    parts.contributors.add("clocks", clock_panels.drafted)
    parts.contributors.add("slos", slo_sources.drafted_budgets)
    parts.contributors.add("business", drafted_business)
