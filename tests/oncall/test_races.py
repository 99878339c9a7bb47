"""Acknowledging and stepping at the same instant, in real threads on the real database."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import connection

from accounts.models import User
from core import clock
from core.actor import program
from core.errors import Conflict
from notifications.delivery import deliver_due
from notifications.models import Delivery
from oncall import escalations, services
from oncall.models import Escalation, EscalationTimer, Override, Page, SwapRequest
from oncall.stepping import run_due_steps
from tests.fakes.channel import FakeChannel

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = int(os.environ.get("AIRE_RACE_ROUNDS", "25"))


def at_once(*works: Callable[[], object]) -> list[BaseException]:
    """Run them from one starting line; answers what they raised."""
    line, raised = threading.Barrier(len(works)), []

    def run(work: Callable[[], object]) -> None:
        try:
            line.wait()
            work()
        except BaseException as error:
            raised.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised


def start(user: User, subject: str) -> Escalation:
    policy = services.save_policy(
        slug="p", name="P", steps=[{"targets": [{"user": user.email}]}], actor=program()
    )
    return escalations.start_escalation(
        subject_key=subject, card={"ref": "INC-1"}, policy=policy, actor=program()
    )


def test_an_acknowledgement_that_races_a_step_leaves_nothing_to_send(
    person: Callable[..., User], pigeon: FakeChannel
) -> None:
    ana = person("Ana")
    for number in range(ROUNDS):
        subject = f"incident:{number}"
        start(ana, subject)

        def acknowledge(subject: str = subject) -> None:
            escalations.stop_escalation(subject_key=subject, by=program())

        assert at_once(acknowledge, run_due_steps) == []
        assert Escalation.objects.get(subject_key=subject).state == "acknowledged"
        assert not Delivery.objects.filter(subject_key=subject, state="pending").exists()
        assert not EscalationTimer.objects.filter(state="pending").exists()
    deliver_due()
    assert pigeon.taken == []


def test_engines_that_step_together_page_once(
    person: Callable[..., User], pigeon: FakeChannel
) -> None:
    ana = person("Ana")
    for number in range(ROUNDS):
        start(ana, f"incident:{number}")
    assert at_once(*[run_due_steps] * 4) == []
    assert at_once(*[lambda: deliver_due(100)] * 4) == []
    assert Page.objects.count() == ROUNDS
    assert len(pigeon.taken) == ROUNDS


def test_two_that_start_paging_together_start_one_escalation(
    person: Callable[..., User], pigeon: FakeChannel
) -> None:
    ana = person("Ana")
    services.save_policy(
        slug="p", name="P", steps=[{"targets": [{"user": ana.email}]}], actor=program()
    )

    def begin() -> None:
        escalations.start_escalation(
            subject_key="incident:1", card={}, policy=None, actor=program()
        )

    assert at_once(*[begin] * 6) == []
    assert Escalation.objects.count() == 1
    assert EscalationTimer.objects.count() == 1


def test_one_shift_is_exchanged_for_one_other_when_two_are_agreed_to_together(
    person: Callable[..., User], pigeon: FakeChannel
) -> None:
    people = ana, ben, cy = person("Ana"), person("Ben"), person("Cy")
    day = timedelta(days=1)
    starts = (clock.now() + day).replace(hour=9, minute=0, second=0, microsecond=0)
    rotation = {"name": "Daily", "users": [one.email for one in people], "starts": starts}
    rotation |= {"handoff": "09:00", "shift_length": "1d"}
    by, slug = program(), "primary"
    services.save_schedule(
        slug=slug, name="Primary", time_zone="UTC", rotations=[rotation], actor=by
    )
    back = services.InReturn(cy, starts + 2 * day, starts + 3 * day)

    def agree(asker: User, begins: datetime) -> Callable[[], object]:
        swap = services.request_swap(
            schedule_slug=slug,
            asker=asker,
            starts=begins,
            ends=begins + day,
            in_return=back,
            actor=by,
        )
        return lambda: services.take_swap(swap_id=swap.pk, schedule_slug=slug, taker=cy, actor=by)

    for _ in range(ROUNDS):
        raised = at_once(agree(ana, starts), agree(ben, starts + day))
        assert [type(error) for error in raised] == [Conflict]
        assert Override.objects.count() == 2
        SwapRequest.objects.all().delete()
        Override.objects.all().delete()
