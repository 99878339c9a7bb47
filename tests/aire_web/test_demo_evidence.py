"""The demo's burning incident has its evidence, a check, a hypothesis and a case that fails."""

from __future__ import annotations

import pytest

from aire_web.demo.evidence import FAIR, INCIDENT, write_evidence
from aire_web.demo.organisation import make_organisation
from catalog.models import System
from incidents.evidence.models import EvidenceReport, EvidenceSample
from tests.incidents.cast import make_incident

pytestmark = pytest.mark.django_db


def test_one_incident_has_all_kinds_of_evidence() -> None:
    make_organisation()
    incident = make_incident(INCIDENT, systems=[System.objects.get(slug="support-assistant")])
    make_incident(FAIR)
    assert write_evidence() == 2
    sample = EvidenceSample.objects.get(incident=incident, number=1)
    assert sample.case_state == "failing"
    assert "jonas.weber" not in str(sample.shown)
    assert EvidenceReport.objects.get().format == "fairlearn"
    assert incident.causes.get().findings.count() == 1
