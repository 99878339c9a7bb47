"""What objectives give to a document, and what an error-budget policy asks for."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.models import User
from catalog.models import System
from core import clock, outbox
from incidents.models import Incident, IncidentSystem
from postmortems import slo_sources
from postmortems.models import Action, Postmortem
from slos.definition import NoData, PolicyRule
from slos.models import Slo
from tests.incidents.cast import make_incident
from tests.slos.scene import flow, judged, make_slo, quiet

pytestmark = pytest.mark.django_db


@pytest.fixture
def burning(system: System) -> Incident:
    """It began an hour ago."""
    incident = make_incident("Invented refunds")
    IncidentSystem.objects.create(incident=incident, system=system)
    onset = clock.now() - timedelta(hours=1)
    Incident.objects.filter(pk=incident.pk).update(onset_at=onset, opened_at=onset)
    incident.refresh_from_db()
    return incident


def spent(system: System, *rules: PolicyRule) -> Slo:
    slo = make_slo(system, definition=quiet(0.98, policy=tuple(rules), no_data=NoData(severity="")))
    flow(slo, range(1, 40), good=80, total=100)
    judged(slo)
    return slo


def hear() -> None:
    while outbox.run_due():
        pass


def test_a_draft_says_what_the_incident_cost(system: System, burning: Incident) -> None:
    spent(system)
    [line] = slo_sources.drafted_budgets(burning)
    assert line.section == "impact"
    assert line.text.startswith("Grounded: it cost ")
    assert line.text.endswith("of the budget.")


def test_without_measurements_a_draft_claims_nothing(system: System, burning: Incident) -> None:
    make_slo(system, definition=quiet())
    assert slo_sources.drafted_budgets(burning) == []


def test_an_objective_is_cited_with_what_was_left(
    system: System, burning: Incident, owner: User
) -> None:
    slo = spent(system)
    [item] = slo_sources.EVIDENCE.items(burning, owner, "ground", 10)
    assert (item.target, item.title) == (slo.slug, "Grounded")
    facts = dict(item.facts)
    assert facts["State"] == "Exhausted"
    assert slo_sources.EVIDENCE.items(burning, owner, "nothing like it", 10) == []
    found = slo_sources.EVIDENCE.find(burning, owner, slo.slug)
    assert found is not None
    assert found.url == f"/slos/{slo.slug}/"


def test_objectives_of_other_systems_are_not_offered(burning: Incident, owner: User) -> None:
    other = System.objects.create(slug="other", name="Other", kind="llm")
    slo = make_slo(other, definition=quiet())
    assert slo_sources.EVIDENCE.find(burning, owner, slo.slug) is None


@pytest.mark.parametrize("kind", ["postmortem", "action"])
def test_what_a_policy_asks_for_belongs_to_the_incident_that_cost_most(
    system: System, burning: Incident, kind: str
) -> None:
    slo = spent(system, PolicyRule("owed", kind, threshold=0.5))
    hear()
    if kind == "postmortem":
        assert Postmortem.objects.get().incident == burning
    else:
        action = Action.objects.get()
        assert (action.incident, action.required) == (burning, True)
        assert slo.name in action.title
    judged(slo)
    hear()
    assert Postmortem.objects.count() + Action.objects.count() == 1


def test_without_an_incident_nothing_is_made_up(system: System) -> None:
    spent(system, PolicyRule("owed", "postmortem", threshold=0.5))
    hear()
    assert not Postmortem.objects.exists()
