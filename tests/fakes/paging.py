"""For tests that page: make it later, work off what is due. Fixtures go into a `conftest.py`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db.models import F

from accounts.models import User
from core import outbox
from notifications.channels import channels
from notifications.delivery import deliver_due
from notifications.inapp import InAppChannel
from notifications.models import Delivery
from oncall.models import EscalationTimer
from oncall.stepping import run_due_steps
from tests.fakes.channel import FakeChannel


@pytest.fixture
def pigeon(monkeypatch: pytest.MonkeyPatch) -> FakeChannel:
    """The only channel besides in-app that this test's installation has."""
    channel = FakeChannel()
    monkeypatch.setattr(channels, "_items", {"in_app": InAppChannel(), channel.name: channel})
    return channel


@pytest.fixture
def person(db: None) -> Callable[..., User]:
    def make(name: str, role: str = "responder", **fields: object) -> User:
        email = f"{name.lower()}@example.org"
        return User.objects.create(email=email, name=name, role=role, **fields)

    return make


def later(seconds: int) -> None:
    """As if so many seconds had passed for every timer, delivery and lease."""
    span = timedelta(seconds=seconds)
    for model in (EscalationTimer, Delivery):
        model.objects.filter(state="pending").update(
            due_at=F("due_at") - span, lease_until=F("lease_until") - span
        )
    Delivery.objects.filter(state="pending").update(deadline=F("deadline") - span)


def work_off(*, deliver: bool = True) -> None:
    """Until nothing is due any more, as the engine would."""
    for _ in range(100):
        if not run_due_steps() + outbox.run_due() + (deliver_due() if deliver else 0):
            return
    raise AssertionError("There is always more to do.")
