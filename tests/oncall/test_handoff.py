"""Hand-off: notes in place, and notices of shifts that still begin or end when they are due."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db.models.functions import Now
from django.test import Client

from accounts.models import User
from core import clock
from core.actor import program
from notifications.models import Delivery
from oncall.handoff.models import HandoffNote, ShiftNotice
from oncall.handoff.services import plan_notices, run_due_notices, write_note
from oncall.models import Override, Schedule
from oncall.services import save_schedule
from tests.fakes.channel import FakeChannel

pytestmark = pytest.mark.django_db(transaction=True)
ME = program("A test")


@pytest.fixture
def ana(person: Callable[..., User], pigeon: FakeChannel) -> User:
    return person("Ana")


@pytest.fixture
def platform(ana: User, person: Callable[..., User]) -> Schedule:
    """Ana and Ben, an hour each; the next hand-off is within the hour."""
    person("Ben")
    started = clock.now().replace(minute=0, second=0, microsecond=0) - timedelta(hours=2)
    return save_schedule(
        slug="platform",
        name="Platform",
        time_zone="UTC",
        rotations=[
            {
                "name": "primary",
                "users": ["ana@example.org", "ben@example.org"],
                "starts": started,
                "handoff": started.time(),
                "shift_length": "1h",
            }
        ],
        actor=ME,
    )


def test_a_note_is_corrected_within_the_hour_and_shown_where_it_is_needed(
    ana: User, platform: Schedule
) -> None:
    write_note(schedule=platform, text="The index is <b>late</b>.", author=ana, actor=ME)
    write_note(schedule=platform, text="The index is **late**.", author=ana, actor=ME)
    assert HandoffNote.objects.count() == 1
    client = Client()
    client.force_login(ana)
    for path in (
        "/on-call/",
        "/on-call/schedules/platform/",
        "/on-call/schedules/platform/handoff/",
    ):
        assert "<strong>late</strong>" in client.get(path).content.decode(), path
    wrong = client.post("/on-call/schedules/platform/handoff/", {"text": "  "})
    assert wrong.status_code == 422


def test_a_viewer_reads_notes_and_writes_none(
    platform: Schedule, person: Callable[..., User]
) -> None:
    client = Client()
    client.force_login(person("Vic", "viewer"))
    path = "/on-call/schedules/platform/handoff/"
    assert client.get(path).status_code == 200
    assert client.post(path, {"text": "x"}).status_code == 403


def test_whose_shift_begins_gets_the_note_and_whose_ends_is_asked_for_one(
    ana: User, platform: Schedule
) -> None:
    write_note(schedule=platform, text="Watch the index.", author=ana, actor=ME)
    plan_notices()
    count = ShiftNotice.objects.count()
    assert count >= 2
    plan_notices()
    assert ShiftNotice.objects.count() == count
    ShiftNotice.objects.update(due_at=Now())
    while run_due_notices():
        pass
    told = {row.message["headline"]: row for row in Delivery.objects.filter(channel="pigeon")}
    assert "Watch the index." in told["Your shift begins"].message["body"]
    assert "Your shift has ended" in told
    assert Delivery.objects.filter(channel="pigeon").count() == count


def test_whoever_begins_to_look_on_is_told_so_and_nobody_is_told_they_are_on_call(
    ana: User, platform: Schedule, person: Callable[..., User]
) -> None:
    person("Cy")
    started = clock.now().replace(minute=0, second=0, microsecond=0) - timedelta(hours=2)
    save_schedule(
        slug="learning",
        name="Learning",
        time_zone="UTC",
        rotations=[
            {
                "name": "new",
                "users": ["ana@example.org", "cy@example.org"],
                "starts": started,
                "handoff": started.time(),
                "shift_length": "1h",
                "shadow": True,
            }
        ],
        actor=ME,
    )
    plan_notices()
    rows = ShiftNotice.objects.filter(schedule__slug="learning")
    assert set(rows.values_list("kind", flat=True)) == {"shadow"}
    ShiftNotice.objects.exclude(pk__in=rows).delete()
    rows.update(due_at=Now())
    while run_due_notices():
        pass
    told = Delivery.objects.filter(channel="pigeon")
    assert {row.message["headline"] for row in told} == {"You look on"}
    assert {row.user.name for row in told} == {"Ana", "Cy"}


def test_a_shift_that_somebody_took_over_tells_nobody(ana: User, platform: Schedule) -> None:
    plan_notices()
    Override.objects.create(
        schedule=platform,
        user=ana,
        starts=clock.now() - timedelta(days=1),
        ends=clock.now() + timedelta(days=1),
    )
    ShiftNotice.objects.update(due_at=Now())
    while run_due_notices():
        pass
    assert not Delivery.objects.filter(channel="pigeon").exists()
    assert set(ShiftNotice.objects.values_list("state", flat=True)) == {"dropped"}
