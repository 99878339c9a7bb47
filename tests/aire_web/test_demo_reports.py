"""What people report in the demo meets, and one part of it belongs to an incident."""

from __future__ import annotations

import pytest

from aire_web.demo.organisation import make_organisation
from aire_web.demo.reports import INCIDENT, write_reports
from alerts.models import Receipt
from catalog.models import System
from incidents.people_reports.models import ReportCluster
from tests.incidents.cast import make_incident

pytestmark = pytest.mark.django_db


def test_reports_meet_and_one_cluster_belongs_to_an_incident() -> None:
    make_organisation()
    incident = make_incident(INCIDENT, systems=[System.objects.get(slug="support-assistant")])
    assert write_reports() == 7
    counts = {row.count: row.incident for row in ReportCluster.objects.all()}
    assert counts == {4: incident, 2: None, 1: None}
    assert not Receipt.objects.exists()
