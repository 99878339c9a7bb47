"""The loops of the engine as they are wired: each comes to rest, so that an idle engine costs
nothing."""

from __future__ import annotations

import pytest

from accounts.models import User
from catalog.models import System
from core import engine
from core.engine import Loop
from incidents.drills import services as drills
from tests.cast import actor_of
from tests.flow.test_main_job import work_off
from tests.incidents.cast import make_incident

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 5


def test_every_loop_comes_to_rest(system: System, teammate: User) -> None:
    make_incident(by=teammate, systems=[system], page=True)
    drills.start_drill(name="capacity", system=system, actor=actor_of(teammate))
    work_off()
    restless = [loop.name for loop in engine.loops if 0 not in _answers(loop)]
    assert restless == []


def _answers(loop: Loop) -> list[int]:
    return [loop.work() for _ in range(ROUNDS)]
