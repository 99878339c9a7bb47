"""A worker's round: the work that a hint named, and then what that work hints at.

An alert is absorbed, opens an incident and takes the first step of its escalation in one go. A
Celery message for each of these stages would cost as much as the stage, and a wait.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from core import hints
from core.registry import Registry

stages: Registry[Callable[[], int]] = Registry("stage of a round")
"""What does one bounded batch and answers how many rows it had, by the name of its hint. Filled by
wiring; the first that is wanted has its turn, so what pages stands before what opens."""

MAX_SECONDS = 0.5
"""Then other messages of this worker get their turn."""


def work_off(name: str) -> None:
    """Do what is due of this stage and of those that it wakes, until nothing is left or the time
    is over; what then is left is hinted at again."""
    end = time.monotonic() + MAX_SECONDS
    wanted = {name}
    with hints.gathered(stages.names(), into=wanted):
        while wanted and time.monotonic() < end:
            stage = next(known for known in stages.names() if known in wanted)
            wanted.discard(stage)
            work = stages.get(stage)
            if work is not None and work():
                wanted.add(stage)
    for left in wanted:
        hints.hint(left)
