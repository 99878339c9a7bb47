"""What the demo keeps quiet: nothing now, something tomorrow."""

from __future__ import annotations

import pytest

from accounts.models import User
from aire_web.demo.organisation import ADMIN, make_organisation
from aire_web.demo.quiet import write_quiet
from alerts.models import Silence
from alerts.noise.flaps import flapping_conditions
from alerts.noise.selectors import state_of
from alerts.quality.selectors import rule_quality
from core import clock
from incidents.models import Incident
from incidents.tallying import count_days

pytestmark = pytest.mark.django_db


def test_one_maintenance_and_one_nightly_silence_are_planned() -> None:
    make_organisation()
    assert write_quiet() == 2
    rows = list(Silence.objects.select_related("system"))
    assert {row.is_maintenance for row in rows} == {True, False}
    assert "active" not in {state_of(row, clock.now()) for row in rows if row.system}


def test_one_condition_flapped_and_the_pages_of_noise_have_something_to_say() -> None:
    make_organisation()
    write_quiet()
    reader = User.objects.get(email=ADMIN)
    (flaps,) = flapping_conditions(reader)
    assert flaps.alert.labels["alertname"] == "QueueDepthHigh"
    assert flaps.calm_at is not None
    count_days(2)
    (rule,) = rule_quality(reader, days=7)
    assert (rule.fired, rule.silenced, rule.paged) == (16, 10, 0)
    assert rule.verdict.startswith("Mostly silenced")
    assert not Incident.objects.exists()
