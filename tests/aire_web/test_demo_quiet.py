"""What the demo keeps quiet: nothing now, something tomorrow."""

from __future__ import annotations

import pytest

from aire_web.demo.organisation import make_organisation
from aire_web.demo.quiet import write_quiet
from alerts.models import Silence
from alerts.noise.selectors import state_of
from core import clock

pytestmark = pytest.mark.django_db


def test_one_maintenance_and_one_nightly_silence_are_planned() -> None:
    make_organisation()
    assert write_quiet() == 2
    rows = list(Silence.objects.select_related("system"))
    assert {row.is_maintenance for row in rows} == {True, False}
    assert "active" not in {state_of(row, clock.now()) for row in rows if row.system}
