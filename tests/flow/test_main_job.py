"""The main job inside one process: a captured delivery becomes an incident that pages."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest

from accounts.models import User
from alerts import absorb
from alerts import services as alert_services
from alerts.models import Alert, Receipt, Source
from alerts.trace import trace
from catalog.models import System
from core import outbox
from core.actor import program
from incidents import services
from incidents.models import Incident
from oncall import stepping

PAYLOADS = Path(__file__).parents[2] / "integrations" / "alertmanager" / "payloads"

pytestmark = pytest.mark.django_db(transaction=True)


def captured(name: str) -> bytes:
    return base64.b64decode(json.loads((PAYLOADS / f"{name}.http.json").read_text())["body_base64"])


def work_off() -> None:
    while absorb.absorb_due() + outbox.run_due() + stepping.run_due_steps():
        pass


@pytest.fixture
def source() -> Source:
    System.objects.create(slug="support-assistant", name="Support assistant", kind="llm")
    made, _ = alert_services.save_source(
        slug="prod", name="Production", format="alertmanager", actor=program()
    )
    return made


def post(source: Source, name: str) -> Receipt:
    return Receipt.objects.create(
        source=source, format="alertmanager", body=captured(name), state="new"
    )


def test_a_captured_alert_opens_an_incident_for_its_system_and_resolves_it(source: Source) -> None:
    reader = User.objects.create(email="ana@example.org", name="Ana", role="admin")
    post(source, "webhook-single-firing")
    work_off()
    alert = Alert.objects.get()
    incident = Incident.objects.get()
    assert alert.system is not None
    assert alert.system.slug == "support-assistant"
    assert incident.title == "Grounded-answer budget of support-assistant burns 14.4x too fast"
    assert incident.severity == "sev1"
    assert [s.slug for s in incident.systems.all()] == ["support-assistant"]
    kinds = [step.kind for step in trace(alert, reader)]
    assert kinds[:4] == ["received", "read", "routed", "grouped"]
    services.transition_incident(incident_id=incident.pk, to="acknowledged", actor=program())
    post(source, "webhook-single-resolved")
    work_off()
    incident.refresh_from_db()
    alert.refresh_from_db()
    assert alert.status == "resolved"
    assert incident.status == "resolved"
    told = [event.text for event in incident.events.order_by("recorded_at")]
    assert told[0] == f"Production opened {incident.ref} as SEV1."
    assert "Resolved: Grounded-answer budget of support-assistant burns 14.4x too fast" in told
    assert told[-1] == "Production: resolved. All of its alerts are resolved."
