"""Reminders: after two weeks, then weekly, then the manager; never for what is done."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.models import Team, User
from accounts.services import deactivate_user
from core import clock, outbox
from core.obligations import overdue
from notifications.models import InboxItem
from postmortems.actions.nudges import run_due_nudges
from postmortems.models import Action, ActionNudge
from tests.cast import actor_of, make_team, make_user
from tests.incidents.cast import make_incident
from tests.postmortems.actions.cast import make_action, move_action

pytestmark = pytest.mark.django_db


def make_due(action: Action) -> None:
    """As if the time had come."""
    ActionNudge.objects.filter(action=action, state="pending").update(
        due_at=clock.now() - timedelta(seconds=1)
    )


def told(user: User) -> list[str]:
    items = InboxItem.objects.filter(user=user).select_related("delivery").order_by("id")
    return [item.delivery.message["headline"] for item in items]


def test_the_first_reminder_comes_two_weeks_after_the_promise(teammate: User) -> None:
    action = make_action(teammate, owner=teammate)
    nudge = action.nudges.get()
    assert nudge.due_at - action.created_at == timedelta(days=14)
    assert run_due_nudges() == 0


def test_the_owner_is_reminded_weekly_and_the_manager_from_the_fourth_time_on(
    teammate: User, owner: User
) -> None:
    team = make_team("drivers", teammate, owner)
    action = make_action(
        owner, owner=teammate, team=team, due_on=clock.now().date() + timedelta(days=90)
    )
    for number in range(1, 5):
        make_due(action)
        assert run_due_nudges() == 1
        assert told(teammate) == [f"{action.ref} is not done"] * number
        assert len(told(owner)) == (1 if number >= 4 else 0)
    assert action.nudges.filter(state="pending").get().number == 5
    last = action.nudges.filter(state="done").order_by("-number").first()
    assert last is not None
    assert (last.number, last.outcome) == (4, "Told Tariq Teammate, Olga Owner")


def test_what_is_late_by_more_than_a_week_goes_to_the_manager_at_once(
    teammate: User, owner: User, team: Team
) -> None:
    action = make_action(owner, owner=teammate, team=team)
    Action.objects.filter(pk=action.pk).update(due_on=clock.now().date() - timedelta(days=8))
    make_due(action)
    run_due_nudges()
    assert len(told(owner)) == 1


def test_nobody_is_reminded_of_what_is_done(teammate: User) -> None:
    action = make_action(teammate, owner=teammate)
    move_action(action, "done", teammate)
    make_due(action)
    run_due_nudges()
    assert told(teammate) == []
    assert action.nudges.get().state == "dropped"


def test_reopening_starts_the_reminders_again(teammate: User) -> None:
    action = move_action(make_action(teammate, owner=teammate), "done", teammate)
    make_due(action)
    run_due_nudges()
    move_action(action, "in_progress", teammate, reason="It came back")
    assert action.nudges.filter(state="pending").count() == 1


def test_running_twice_tells_once(teammate: User) -> None:
    action = make_action(teammate, owner=teammate)
    make_due(action)
    run_due_nudges()
    ActionNudge.objects.filter(action=action, number=1).update(
        state="pending", due_at=clock.now() - timedelta(seconds=1), lease_until=None
    )
    run_due_nudges()
    assert len(told(teammate)) == 1


def test_a_deactivated_owner_makes_the_action_nobodys_and_the_manager_knows(
    teammate: User, owner: User, team: Team
) -> None:
    actions = [make_action(owner, owner=teammate, team=team) for _ in range(2)]
    deactivate_user(user=teammate, actor=actor_of(owner))
    while outbox.run_due():
        pass
    items = InboxItem.objects.filter(user=owner).select_related("delivery")
    said = next(
        item.delivery.message for item in items if "nobody" in item.delivery.message["title"]
    )
    assert said["title"] == "2 follow-ups have nobody any more"
    assert all(action.ref in said["body"] for action in actions)
    assert said["url"].endswith("/actions/?owner=none")


def test_nobody_learns_of_a_private_incident_by_a_reminder(teammate: User, owner: User) -> None:
    manager = make_user("Mia Manager", "manager")
    team = make_team("drivers", manager)
    incident = make_incident(by=owner, private=True)
    action = make_action(owner, incident, team=team)
    make_due(action)
    run_due_nudges()
    assert told(manager) == []
    assert action.nudges.filter(state="done").get().outcome == "Nobody to tell"


def test_a_reminder_that_nobody_works_off_is_an_overdue_obligation(teammate: User) -> None:
    action = make_action(teammate)
    ActionNudge.objects.filter(action=action).update(due_at=clock.now() - timedelta(hours=1))
    assert [late.kind for late in overdue() if late.kind == "action nudge"] == ["action nudge"]
