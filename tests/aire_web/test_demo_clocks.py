"""The demo's two clocks: one is reported, one runs and waits for a decision; nobody is told."""

from __future__ import annotations

import pytest

from aire_web.demo.clocks import LEAK, PHOTOS, write_clocks
from aire_web.demo.organisation import make_organisation
from aire_web.demo.past import write_past
from core import clock
from core.models import OutboxTask
from notifications.models import Delivery
from postmortems.models import ClockReminder, RegulatoryClock

pytestmark = pytest.mark.django_db


def test_one_clock_is_reported_and_one_runs() -> None:
    make_organisation()
    write_past()
    assert write_clocks() == 2
    done = RegulatoryClock.objects.get(incident__title=LEAK)
    assert done.state == "reported"
    assert not any(phase.is_late for phase in done.phases.all())
    runs = RegulatoryClock.objects.get(incident__title=PHOTOS)
    assert runs.is_running
    assert runs.decisions.get().outcome == "proposed"
    assert not Delivery.objects.exists()
    assert not OutboxTask.objects.exists()
    assert not ClockReminder.objects.filter(state="pending", due_at__lte=clock.now()).exists()
