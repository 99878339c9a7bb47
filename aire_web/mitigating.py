"""Playbooks in the wiring: what they act through, where they are seen, what the engine does."""

from __future__ import annotations

from catalog.panels import panels as system_panels
from core import engine, obligations
from core.engine import Loop
from incidents.panels import now_parts
from incidents.panels import panels as incident_panels
from integrations.github.remedy import REMEDY as GITHUB
from integrations.gitlab.remedy import REMEDY as GITLAB
from integrations.kubernetes.remedy import REMEDY as KUBERNETES
from integrations.mlflow.remedy import REMEDY as MLFLOW
from integrations.webhook.remedy import REMEDY as WEBHOOK
from playbooks import starting, working
from playbooks.cause_panel import playbooks_for_cause
from playbooks.incident_part import INCIDENT_PART, WAITING_PART, waiting_now
from playbooks.remedies import remedies
from playbooks.services.moving import HINT
from playbooks.system_panel import PLAYBOOKS_PANEL
from taxonomy.panels import panels as cause_panels

PATIENT = "patient"


def show_playbooks() -> None:
    """On incidents and the first page; there before what waits longer, such as postmortems."""
    incident_panels.add(WAITING_PART.name, WAITING_PART)
    incident_panels.add(INCIDENT_PART.name, INCIDENT_PART)
    now_parts.add("playbooks", waiting_now)


def fill_playbooks() -> None:
    for remedy in (KUBERNETES, GITHUB, GITLAB, MLFLOW, WEBHOOK):
        remedies.add(remedy.name, remedy)
    system_panels.add(PLAYBOOKS_PANEL.name, PLAYBOOKS_PANEL)
    cause_panels.add("playbooks", playbooks_for_cause)
    obligations.sources.add("playbook run", working.OVERDUE_SQL)
    for loop in (
        Loop("playbooks", working.run_due, every=2.0, hint=HINT, lane=PATIENT),
        Loop("playbook-starts", starting.start_by_themselves, every=10.0, lane=PATIENT),
    ):
        engine.loops.add(loop.name, loop)
