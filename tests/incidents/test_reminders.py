"""What people are reminded of, whom it reaches, and when it stops."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from accounts.models import User
from core import clock
from incidents import reminding
from incidents.follow_up import TIMES, told_at
from incidents.models import Incident, IncidentReminder
from incidents.services import assign_role, post_update, set_private
from notifications.models import Delivery
from tests.cast import actor_of
from tests.incidents.cast import make_incident, move


@pytest.fixture
def worked_on(teammate: User) -> Incident:
    """Acknowledged by the teammate half an hour ago; nobody leads, nobody has said a word."""
    incident = make_incident(severity="sev1")
    move(incident, "acknowledged", by=teammate)
    ago = clock.now() - timedelta(minutes=31)
    Incident.objects.filter(pk=incident.pk).update(acknowledged_at=ago)
    incident.refresh_from_db()
    return incident


def run_due_reminders() -> None:
    """As the engine does, one loop after the other."""
    reminding.plan_reminders()
    reminding.run_due_reminders()


def due_now(**which: object) -> IncidentReminder:
    IncidentReminder.objects.filter(**which).update(due_at=clock.now() - timedelta(seconds=1))
    return IncidentReminder.objects.get(**which)


def told(user: User) -> list[str]:
    found = Delivery.objects.filter(user=user, origin__startswith="incident-reminder:")
    return [row.message["title"] for row in found.order_by("id")]


def test_whoever_acknowledged_is_reminded_of_the_lead_and_of_an_update(
    worked_on: Incident, teammate: User
) -> None:
    run_due_reminders()
    said = told(teammate)
    assert any(title.startswith("Nobody leads") for title in said)
    assert any(title.startswith("An update was due") for title in said)
    run_due_reminders()
    assert told(teammate) == said


def test_reminders_carry_what_to_do_and_how_to_be_left_alone(
    worked_on: Incident, teammate: User
) -> None:
    run_due_reminders()
    row = IncidentReminder.objects.get(kind="lead")
    message = Delivery.objects.filter(origin=f"incident-reminder:{row.pk}").first()
    assert message is not None
    actions = [(one["name"], one["ref"]) for one in message.message["actions"]]
    assert actions == [
        ("run", f"lead {worked_on.ref} me"),
        ("snooze", f"{row.pk} 30"),
        ("snooze", f"{row.pk} 120"),
        ("stop-reminders", f"{row.pk}"),
    ]
    assert all(one["url"] for one in message.message["actions"])


def test_a_reminder_is_told_a_few_times_and_then_stops(worked_on: Incident, teammate: User) -> None:
    run_due_reminders()
    for _ in range(6):
        due_now(kind="lead")
        run_due_reminders()
    row = IncidentReminder.objects.get(kind="lead")
    assert (row.state, row.number) == ("told", TIMES["lead"])
    leads = [title for title in told(teammate) if title.startswith("Nobody leads")]
    ways = len({d.channel for d in Delivery.objects.filter(user=teammate)})
    assert len(leads) == TIMES["lead"] * ways


def test_once_somebody_leads_they_are_reminded_and_of_other_things(
    worked_on: Incident, teammate: User, owner: User
) -> None:
    run_due_reminders()
    assign_role(incident_id=worked_on.pk, role="lead", user=owner, actor=actor_of(teammate))
    due_now(kind="lead")
    due_now(kind="update")
    run_due_reminders()
    assert IncidentReminder.objects.get(kind="lead").state == "over"
    assert all(title.startswith("An update was due") for title in told(owner))
    assert told(owner)


def test_an_update_ends_the_reminder_and_plans_the_next(
    worked_on: Incident, teammate: User
) -> None:
    run_due_reminders()
    update = post_update(incident_id=worked_on.pk, text="x", actor=actor_of(teammate))
    states = {row.since: row.state for row in IncidentReminder.objects.filter(kind="update")}
    assert states[update.next_due_at] == "pending"
    assert sorted(states.values()) == ["over", "pending"]
    before = len(told(teammate))
    run_due_reminders()
    assert len(told(teammate)) == before


def test_nobody_is_reminded_of_what_is_over(worked_on: Incident, teammate: User) -> None:
    post_update(incident_id=worked_on.pk, text="x", actor=actor_of(teammate))
    move(worked_on, "resolved", by=teammate)
    due_now(kind="update")
    run_due_reminders()
    assert told(teammate) == []
    assert IncidentReminder.objects.get(kind="update").outcome == "The incident is over"


def test_a_reminder_that_was_put_off_waits(worked_on: Incident, teammate: User) -> None:
    run_due_reminders()
    before = told(teammate)
    IncidentReminder.objects.update(due_at=clock.now() + timedelta(minutes=30))
    run_due_reminders()
    assert told(teammate) == before


def test_only_who_sees_a_private_incident_is_reminded(
    worked_on: Incident, teammate: User, owner: User
) -> None:
    set_private(incident_id=worked_on.pk, private=True, actor=actor_of(teammate))
    worked_on.members.all().delete()
    run_due_reminders()
    assert not Delivery.objects.filter(origin__startswith="incident-reminder:").exists()
    assert set(IncidentReminder.objects.values_list("outcome", flat=True)) == {"Nobody to tell"}


def test_a_resolved_incident_asks_to_be_closed_until_it_is(teammate: User) -> None:
    incident = make_incident()
    move(incident, "resolved", by=teammate)
    ago = clock.now() - timedelta(days=2)
    Incident.objects.filter(pk=incident.pk).update(resolved_at=ago)
    IncidentReminder.objects.create(
        incident=incident, kind="close", since=ago, due_at=clock.now() - timedelta(seconds=1)
    )
    move(incident, "closed", by=teammate)
    run_due_reminders()
    assert IncidentReminder.objects.get().state == "over"
    assert told(teammate) == []


def test_a_resolved_incident_is_found_a_day_later_and_not_a_month_later(teammate: User) -> None:
    for days in (2, 40):
        incident = make_incident()
        move(incident, "resolved", by=teammate)
        ago = clock.now() - timedelta(days=days)
        Incident.objects.filter(pk=incident.pk).update(resolved_at=ago)
    run_due_reminders()
    assert IncidentReminder.objects.filter(kind="close").count() == 1


@pytest.mark.parametrize("severity", ["sev4"])
def test_what_pages_nobody_owes_nothing(teammate: User, severity: str) -> None:
    incident = make_incident(severity=severity)
    move(incident, "acknowledged", by=teammate)
    long_ago = clock.now() - timedelta(days=1)
    Incident.objects.filter(pk=incident.pk).update(acknowledged_at=long_ago)
    run_due_reminders()
    assert not IncidentReminder.objects.exists()


@pytest.mark.parametrize(
    ("moment", "zone", "told"),
    [
        ("2026-03-04T10:00", "UTC", "2026-03-04T10:00"),  # a Wednesday
        ("2026-03-04T20:00", "UTC", "2026-03-05T09:00"),
        ("2026-03-06T18:00", "UTC", "2026-03-09T09:00"),  # Friday evening
        ("2026-03-07T12:00", "UTC", "2026-03-09T09:00"),
        ("2026-03-04T02:00", "Asia/Tokyo", "2026-03-04T02:00"),  # 11:00 there
        ("2026-03-04T20:00", "Asia/Tokyo", "2026-03-05T00:00"),  # 05:00 there
        ("2026-03-28T12:00", "Europe/Berlin", "2026-03-30T07:00"),  # the clocks change between
    ],
)
def test_closing_is_asked_for_in_working_hours_of_who_is_asked(
    moment: str, zone: str, told: str
) -> None:
    at = datetime.fromisoformat(moment).replace(tzinfo=UTC)
    wanted = datetime.fromisoformat(told).replace(tzinfo=UTC)
    assert told_at("close", at, ZoneInfo(zone)) == wanted
    assert told_at("update", at, ZoneInfo(zone)) == at
