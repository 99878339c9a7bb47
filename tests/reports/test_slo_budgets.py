"""The report about budgets over real objectives."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from accounts.models import Team, User
from catalog.models import System
from core import clock
from reports.period import read_period
from reports.scope import Scope
from reports.slo_budgets import budget_lines
from slos.models import BudgetDay
from tests.incidents.cast import make_incident
from tests.slos.scene import flow, judged, make_slo, quiet

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _standing_still() -> None:
    """Not here: evaluation goes by the database's clock."""


def scope(user: User, *, days_ago: int = 0, team: Team | None = None) -> Scope:
    now = clock.now() - timedelta(days=days_ago)
    return Scope(user=user, period=read_period("30d", now=now, zone=ZoneInfo("UTC")), team=team)


def test_an_objective_stands_as_it_does_now(owner: User, system: System) -> None:
    slo = make_slo(system, definition=quiet())
    flow(slo, range(1, 30), good=90, total=100)
    judged(slo)
    incident = make_incident("Slow")
    incident.systems.add(system)
    [line] = budget_lines(scope(owner))
    assert (line.name, line.state, line.incidents) == ("Grounded", "exhausted", 1)
    assert line.remaining is not None
    assert line.remaining < 0


def test_what_was_not_measured_is_no_data(owner: User, system: System) -> None:
    make_slo(system, definition=quiet())
    [line] = budget_lines(scope(owner))
    assert (line.state, line.remaining) == ("no_data", None)


def test_a_period_that_is_over_shows_its_last_day(owner: User, system: System) -> None:
    slo = make_slo(system, definition=quiet())
    flow(slo, range(1, 30), good=90, total=100)
    judged(slo)
    day = (clock.now() - timedelta(days=12)).date()
    BudgetDay.objects.create(
        slo=slo,
        day=day,
        version=1,
        good=98.2,
        total=100,
        budget_total=2,
        consumed=1.8,
        fraction_left=0.1,
        computed_at=clock.now(),
    )
    [line] = budget_lines(scope(owner, days_ago=10))
    assert (line.state, line.remaining) == ("at_risk", 0.1)


def test_a_team_sees_its_own(owner: User, system: System) -> None:
    make_slo(system, definition=quiet())
    other = Team.objects.create(slug="other", name="Other")
    assert budget_lines(scope(owner, team=other)) == []
