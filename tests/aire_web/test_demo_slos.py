"""Larkmoor's objectives: believable numbers in every state, nobody is paged by them."""

from __future__ import annotations

import pytest

from aire_web.demo.measurements import measure_past, read_habits
from aire_web.demo.organisation import make_organisation
from slos.models import Measurement, Slo, SloState

pytestmark = pytest.mark.django_db


def test_every_objective_has_four_weeks_and_a_state() -> None:
    make_organisation()
    assert set(Slo.objects.values_list("slug", flat=True)) == set(read_habits())
    written = measure_past()
    assert written == Measurement.objects.count() > 20_000
    states = dict(SloState.objects.values_list("slo__slug", "state"))
    assert len(states) == Slo.objects.count()
    assert set(states.values()) == {"ok", "at_risk", "exhausted"}, states
