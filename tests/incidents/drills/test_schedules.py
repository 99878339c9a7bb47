"""Drills that come back: when, who may plan them, and what is left out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta

import pytest
import time_machine
from django.test import Client

from accounts.models import User
from catalog.models import System
from core import clock
from core.errors import Invalid
from incidents.drills.manifest import DrillScheduleKind
from incidents.drills.models import Drill, DrillSchedule
from incidents.drills.recurring import EVERY, Recurring, named, rule_of
from incidents.drills.scheduling import (
    delete_schedule,
    pause_schedule,
    run_due_schedules,
    save_schedule,
)
from tests.aire_web.documents import apply, refused
from tests.cast import TESTER, api_client, make_user, sign_in
from tests.incidents.cast import make_incident

BERLIN = "Europe/Berlin"


def recurring(rule: str, start: str = "2026-10-01", at: time = time(14)) -> Recurring:
    return Recurring(rule, date.fromisoformat(start), at, BERLIN)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("rule", "after", "due"),
    [
        ("FREQ=WEEKLY;BYDAY=WE", "2026-10-21T12:00", "2026-10-28T13:00"),  # summer time ended
        ("FREQ=WEEKLY;BYDAY=WE", "2026-10-21T11:59", "2026-10-21T12:00"),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=WE", "2026-10-01T00:00", "2026-10-14T12:00"),
        ("FREQ=MONTHLY;BYDAY=1WE", "2026-10-21T12:00", "2026-11-04T13:00"),
        ("FREQ=MONTHLY;BYMONTH=1,4,7,10;BYDAY=1WE", "2026-10-21T12:00", "2027-01-06T13:00"),
        ("FREQ=DAILY;COUNT=2", "2026-10-01T12:00", "2026-10-02T12:00"),
        ("FREQ=DAILY;COUNT=2", "2026-10-02T12:00", None),
        ("FREQ=DAILY;UNTIL=20261003", "2026-11-01T00:00", None),
        ("FREQ=WEEKLY;BYDAY=WE", "2036-01-01T00:00", "2036-01-02T13:00"),  # years later
    ],
)
def test_it_is_due_at_its_hour_in_its_zone(rule: str, after: str, due: str | None) -> None:
    assert recurring(rule).after(utc(after)) == (utc(due) if due else None)


def test_a_time_that_comes_twice_comes_once_and_one_that_is_skipped_comes_later() -> None:
    night = recurring("FREQ=DAILY", at=time(2, 30))
    twice = night.after(utc("2026-10-24T12:00"))
    assert twice == utc("2026-10-25T00:30")
    assert night.after(twice) == utc("2026-10-26T01:30")
    assert night.after(utc("2027-03-27T12:00")) == utc("2027-03-28T01:30")  # 03:30 there


def test_a_rule_is_said_in_words() -> None:
    for every in EVERY:
        assert named(rule_of(every, "FR")) == (every, "FR")
    assert recurring(rule_of("fortnight", "FR")).words == (
        "Every second Friday at 14:00, Europe/Berlin"
    )
    assert recurring("FREQ=DAILY").words == "FREQ=DAILY at 14:00, Europe/Berlin"


@pytest.fixture
def manager(db: None) -> User:
    return make_user("Mia Manager", "manager")


def planned(system: System, slug: str = "weekly", **more: object) -> DrillSchedule:
    wanted: dict[str, object] = {
        "slug": slug, "scenario": "hallucination-spike", "system": system,
        "recurrence": "FREQ=WEEKLY;BYDAY=WE", "at": time(14), "time_zone": BERLIN,
        "actor": TESTER,
    }  # fmt: skip
    return save_schedule(**{**wanted, **more})  # type: ignore[arg-type]


def due_since(minutes: int) -> None:
    DrillSchedule.objects.update(due_at=clock.now() - timedelta(minutes=minutes))


@pytest.mark.django_db
def test_a_drill_that_is_due_is_played_once_and_comes_again(system: System) -> None:
    planned(system)
    assert run_due_schedules() == 0
    due_since(1)
    assert run_due_schedules() == 1
    assert run_due_schedules() == 0
    row = DrillSchedule.objects.get()
    drill = Drill.objects.get()
    assert (row.last_drill, row.last_skipped) == (drill, "")
    assert drill.started_by_label == "Drill schedule weekly"
    assert row.due_at > clock.now()
    due_since(1)
    run_due_schedules()
    assert "is running" in DrillSchedule.objects.get().last_skipped
    assert Drill.objects.count() == 1


@pytest.mark.django_db
def test_a_time_is_left_out_where_it_would_do_harm(system: System, teammate: User) -> None:
    planned(system)
    due_since(16)
    run_due_schedules()
    assert DrillSchedule.objects.get().last_skipped == "AIRE was away at its time."
    make_incident(by=teammate, systems=[system])
    due_since(1)
    run_due_schedules()
    assert "a real incident" in DrillSchedule.objects.get().last_skipped
    System.objects.update(stage="retired")
    due_since(1)
    run_due_schedules()
    assert "is retired" in DrillSchedule.objects.get().last_skipped
    assert not Drill.objects.exists()


@pytest.mark.django_db
def test_what_is_paused_or_over_plays_nothing(system: System) -> None:
    with time_machine.travel(clock.now() - timedelta(days=30), tick=False):
        planned(system, recurrence="FREQ=DAILY;COUNT=1", starts_on=clock.now().date())
        planned(system, "second")
    due_since(1)
    pause_schedule(slug="second", paused=True, actor=TESTER)
    run_due_schedules()
    states = dict(DrillSchedule.objects.values_list("slug", "state"))
    assert states == {"weekly": "over", "second": "paused"}
    row = pause_schedule(slug="second", paused=False, actor=TESTER)
    assert (row.state, row.due_at > clock.now()) == ("pending", True)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("slug", "new"), ("slug", "Ünl"), ("scenario", "nope"), ("system", None),
        ("recurrence", ""), ("recurrence", "FREQ=HOURLY"), ("recurrence", "FREQ=DAILY;BYHOUR=3,4"),
        ("recurrence", "FREQ=MINUTELY"), ("recurrence", "X" * 501),
        ("recurrence", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"), ("time_zone", "Mars/Olympus"),
    ],
)  # fmt: skip
def test_what_cannot_be_planned_is_refused_at_its_field(
    system: System, field: str, value: object
) -> None:
    with pytest.raises(Invalid) as caught:
        planned(**{"system": system, field: value})
    assert caught.value.errors.keys() == {field}
    assert not DrillSchedule.objects.exists()


@pytest.mark.django_db
def test_a_scenario_is_planned_for_systems_that_it_can_happen_to(system: System) -> None:
    with pytest.raises(Invalid, match="not saved") as caught:
        planned(system, scenario="feature-drift")
    assert "classical" in caught.value.errors["system"][0]


@pytest.mark.django_db
def test_managers_plan_it_on_its_page_and_others_look(
    system: System, manager: User, as_role: Callable[[str], Client]
) -> None:
    browser = sign_in(manager)
    data = {
        "slug": "weekly", "scenario": "capacity", "system": system.slug, "every": "month",
        "day": "TU", "at": "09:30", "time_zone": BERLIN,
    }  # fmt: skip
    assert browser.get("/incidents/drills/schedules/new/").status_code == 200
    browser.post("/incidents/drills/schedules/new/", data)
    assert "short name already" in browser.post("/incidents/drills/schedules/new/", data).text
    address = "/incidents/drills/schedules/weekly/"
    assert "09:30" in browser.get(address).text
    own = browser.post(address, {**data, "every": "own", "recurrence": "FREQ=<b>"})
    assert own.status_code == 422
    assert "<b>" not in own.text
    looking = as_role("responder")
    page = looking.get("/incidents/drills/").text
    assert "The first Tuesday of each month at 09:30, Europe/Berlin" in page
    for path in (address, f"{address}pause/", f"{address}delete/"):
        assert looking.post(path, data).status_code == 403
    browser.post(f"{address}pause/", {"paused": "1"})
    assert "Paused" in looking.get("/incidents/drills/").text
    browser.post(f"{address}delete/")
    assert not DrillSchedule.objects.exists()


@pytest.mark.django_db
def test_the_api_has_the_same(system: System, manager: User, teammate: User) -> None:
    client, path = api_client(manager), "/api/v1/drill-schedules/"
    body = {
        "slug": "weekly", "scenario": "capacity", "system": system.slug,
        "recurrence": "FREQ=WEEKLY;BYDAY=WE", "at": "14:00",
    }  # fmt: skip
    made = client.post(path, body, format="json")
    assert made.status_code == 201
    assert made.json()["words"] == "Every Wednesday at 14:00, UTC"
    assert made.json()["next_at"]
    assert client.post(path, {**body, "at": "25:00"}, format="json").status_code == 400
    assert client.post(path, {**body, "system": "nope"}, format="json").status_code == 400
    paused = client.post(path, {**body, "paused": True}, format="json").json()
    assert (paused["state"], paused["next_at"]) == ("paused", None)
    others = api_client(teammate)
    assert [row["slug"] for row in others.get(path).json()["results"]] == ["weekly"]
    assert others.post(path, body, format="json").status_code == 403
    assert others.delete(f"{path}weekly/").status_code == 403
    assert client.delete(f"{path}weekly/").status_code == 204
    assert client.get(f"{path}weekly/").status_code == 404


@pytest.mark.django_db
def test_what_is_in_a_file_is_present_as_it_was_said(system: System) -> None:
    text = f"""
apiVersion: aire/v1
kind: DrillSchedule
metadata: {{name: weekly}}
spec: {{scenario: capacity, system: {system.slug}, recurrence: "FREQ=DAILY", at: "14:00",
       startsOn: 2026-12-01}}
"""
    assert not apply(text).refusals
    assert not apply(text).refusals
    kind = DrillScheduleKind()
    resource = kind.present()["weekly"]
    delete_schedule(slug="weekly", actor=TESTER)
    kind.save(resource, actor=TESTER)
    assert kind.present()["weekly"] == resource
    assert "14:00" in str(resource.spec.plain()["at"])
    assert refused(text.replace('"14:00"', "14"))
