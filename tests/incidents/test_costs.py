"""Each incident shows the error budget that it cost."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.models import User
from catalog.models import System
from core import clock
from incidents import selectors
from incidents.models import Incident
from slos.definition import PolicyRule
from tests.cast import sign_in
from tests.incidents.cast import make_incident
from tests.slos.scene import MINUTE, flow, judged, make_slo, quiet

pytestmark = pytest.mark.django_db


def test_an_incident_shows_what_it_cost(system: System, owner: User) -> None:
    definition = quiet(0.9, policy=(PolicyRule("dear", "postmortem", 0.2, "incident_cost"),))
    slo = make_slo(system, definition=definition)
    flow(slo, range(60, 1060), good=100, total=100)
    flow(slo, range(60), good=50, total=100)
    judged(slo)
    incident = make_incident(systems=[system])
    Incident.objects.filter(pk=incident.pk).update(onset_at=clock.now() - timedelta(minutes=31))
    (cost,) = selectors.incident_page(owner, incident.ref).costs
    budget = (1060 * 100) * 0.1
    assert cost.bad in (30 * 50, 31 * 50)
    assert cost.fraction == pytest.approx(cost.bad / budget, rel=0.01)
    page = sign_in(owner).get(f"/incidents/{incident.ref}/").content.decode()
    assert "Error budget it cost" in page
    assert "14% of the budget" in page or "15% of the budget" in page
    Incident.objects.filter(pk=incident.pk).update(onset_at=clock.now() - 60 * MINUTE)
    (cost,) = selectors.incident_page(owner, incident.ref).costs
    assert [rule.name for rule in cost.owed] == ["dear"]


def test_without_measurements_nothing_is_said(system: System, owner: User) -> None:
    make_slo(system)
    incident = make_incident(systems=[system])
    assert selectors.incident_page(owner, incident.ref).costs == []
    assert (
        "Error budget it cost"
        not in sign_in(owner).get(f"/incidents/{incident.ref}/").content.decode()
    )
