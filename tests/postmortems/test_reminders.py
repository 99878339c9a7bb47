"""Reminders are rows: sent once, re-checked when they are due, and never to somebody who left."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db.models import F

from accounts.models import Role, User
from accounts.services import deactivate_user
from catalog.models import System
from core import clock
from notifications.models import InboxItem
from postmortems import services
from postmortems.models import Postmortem, Reminder
from postmortems.reminding import remind_due
from tests.cast import actor_of
from tests.postmortems.scene import document, move, owned_system, somebody, write_all

pytestmark = pytest.mark.django_db


@pytest.fixture
def postmortem(teammate: User, system: System) -> Postmortem:
    return document(teammate, system)


def make_due(postmortem: Postmortem, kind: str) -> None:
    Reminder.objects.filter(postmortem=postmortem).exclude(kind=kind).update(state="done")
    rows = Reminder.objects.filter(postmortem=postmortem, kind=kind, state="pending")
    rows.update(due_at=clock.now() - timedelta(minutes=1))


def told(user: User) -> list[str]:
    items = InboxItem.objects.filter(user=user, delivery__origin="postmortems")
    return [item.delivery.message["title"] for item in items.select_related("delivery")]


def test_the_author_is_reminded_before_and_on_the_day_once(
    postmortem: Postmortem, teammate: User
) -> None:
    make_due(postmortem, "due_soon")
    assert remind_due() == 1
    assert remind_due() == 0
    assert "This postmortem is due in two days" in told(teammate)


def test_what_is_late_is_said_again_in_a_week(postmortem: Postmortem, teammate: User) -> None:
    make_due(postmortem, "overdue")
    remind_due()
    assert "This postmortem is overdue" in told(teammate)
    following = Reminder.objects.get(postmortem=postmortem, kind="overdue", state="pending")
    assert following.due_at - clock.now() > timedelta(days=6)


def test_an_author_who_left_is_replaced_by_managers(
    postmortem: Postmortem, teammate: User, owner: User
) -> None:
    deactivate_user(user=teammate, actor=actor_of(owner))
    make_due(postmortem, "overdue")
    remind_due()
    assert "This postmortem is overdue" in told(owner)


def test_nobody_is_reminded_of_what_is_set_aside(postmortem: Postmortem, teammate: User) -> None:
    services.set_aside(postmortem_id=postmortem.pk, reason="No.", actor=actor_of(teammate))
    make_due(postmortem, "overdue")
    remind_due()
    assert "This postmortem is overdue" not in told(teammate)
    assert Reminder.objects.get(postmortem=postmortem, kind="overdue").state == "dropped"


def test_a_moved_date_drops_the_old_reminders(postmortem: Postmortem, teammate: User) -> None:
    later = clock.now() + timedelta(days=30)
    services.assign(
        postmortem_id=postmortem.pk, owner=teammate, due=later, actor=actor_of(teammate)
    )
    pending = Reminder.objects.filter(postmortem=postmortem, state="pending")
    assert set(pending.values_list("due_at", flat=True)) == {later, later - timedelta(days=2)}


def test_a_reviewer_is_reminded_while_the_review_waits(teammate: User, owner: User) -> None:
    postmortem = document(teammate, owned_system("chat", engineering=owner))
    write_all(postmortem, teammate)
    move(postmortem, "in_review", teammate)
    make_due(postmortem, "review")
    remind_due()
    assert "Your review is waited for" in told(owner)


def test_a_reviewer_who_left_is_told_to_the_author(teammate: User, owner: User) -> None:
    rita = somebody("Rita Reviewer", Role.RESPONDER)
    postmortem = document(teammate, owned_system("chat", engineering=rita))
    write_all(postmortem, teammate)
    move(postmortem, "in_review", teammate)
    deactivate_user(user=rita, actor=actor_of(owner))
    make_due(postmortem, "review")
    remind_due()
    assert "Rita Reviewer has left: choose another reviewer" in told(teammate)


def test_a_reminder_of_another_worker_is_left_alone(postmortem: Postmortem) -> None:
    make_due(postmortem, "overdue")
    Reminder.objects.filter(postmortem=postmortem).update(
        lease_until=clock.now() + timedelta(minutes=1), attempts=F("attempts") + 1
    )
    assert remind_due() == 0
