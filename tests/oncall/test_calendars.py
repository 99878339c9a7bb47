"""Calendars out and in: secret addresses, RFC 5545, and calendars that mean harm."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from icalendar import Calendar

from accounts.models import User
from core import clock
from core.actor import Actor, Via
from oncall import services
from oncall.calendar_in import CalendarError, Read, read_calendar
from oncall.calendar_out import Entry, document
from oncall.feed_services import create_feed
from oncall.models import CalendarFeed, Schedule
from tests.cast import sign_in

ACTOR = Actor(label="A test", via=Via.APPLY)
Make = Callable[..., User]
SINCE, UNTIL = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


def calendar(*events: str) -> bytes:
    body = "".join(f"BEGIN:VEVENT\nUID:{n}\n{e}\nEND:VEVENT\n" for n, e in enumerate(events))
    text = f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:test\n{body}END:VCALENDAR\n"
    return text.replace("\n", "\r\n").encode()


def read(*events: str) -> Read:
    return read_calendar(calendar(*events), since=SINCE, until=UNTIL, zone=BERLIN)


def starts(*events: str) -> list[str]:
    return [f"{event.starts:%m-%d %H:%M}" for event in read(*events).events]


def test_times_are_read_in_their_own_zone_in_ours_and_as_days() -> None:
    assert starts("DTSTART:20260302T090000Z\nDTEND:20260302T100000Z") == ["03-02 09:00"]
    assert starts("DTSTART:20260302T090000\nDURATION:PT1H") == ["03-02 08:00"]
    assert starts(
        "DTSTART;TZID=America/New_York:20260302T090000\nDTEND;TZID=America/New_York:20260302T100000"
    ) == ["03-02 14:00"]
    (day,) = read("DTSTART;VALUE=DATE:20260329\nDTEND;VALUE=DATE:20260330").events
    assert day.ends - day.starts == timedelta(hours=23)  # the day the clocks go forward in Berlin


def test_rules_repeat_by_the_wall_clock_with_exceptions() -> None:
    weekly = "DTSTART;TZID=Europe/Berlin:20260323T090000\nDURATION:PT1H\nRRULE:FREQ=WEEKLY;COUNT=3"
    assert starts(weekly) == ["03-23 08:00", "03-30 07:00", "04-06 07:00"]
    without = f"{weekly}\nEXDATE;TZID=Europe/Berlin:20260330T090000"
    assert starts(without) == ["03-23 08:00", "04-06 07:00"]
    until = "DTSTART;VALUE=DATE:20260101\nRRULE:FREQ=DAILY;UNTIL=20260103"
    assert len(read(until).events) == 3


def test_29_february_and_the_first_day_of_the_week_count() -> None:
    leap = calendar("DTSTART;VALUE=DATE:20240229\nRRULE:FREQ=YEARLY")
    decade = read_calendar(leap, since=SINCE, until=datetime(2034, 1, 1, tzinfo=UTC), zone=BERLIN)
    assert [event.starts.year for event in decade.events] == [2028, 2032]
    rule = "DTSTART;VALUE=DATE:20260106\nRRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU;COUNT=4;WKST="
    assert starts(f"{rule}MO") != starts(f"{rule}SU")


@pytest.mark.parametrize(
    ("event", "said"),
    [
        ("DTSTART:20260302T090000Z\nDURATION:PT1S\nRRULE:FREQ=SECONDLY", "within a day"),
        ("DTSTART:20260302T090000Z\nDURATION:PT1S\nRRULE:FREQ=DAILY;BYSECOND=1,2", "within a day"),
        ("DTSTART;TZID=Atlantis/Deep:20260302T090000\nDURATION:PT1H", "Atlantis/Deep"),
        ("DTSTART:20260302T090000Z\nDTEND:20260302T090000Z", "ends when it starts"),
        ("DTSTART:20260302T090000Z\nDTEND:20200302T090000Z", "ends when it starts"),
        ("DTSTART:20260302T090000Z\nDTEND:20290302T090000Z", "longer than a year"),
        ("DTSTART:20260302T090000Z\nDTEND;VALUE=DATE:20260303", "different kinds"),
        ("SUMMARY:no start", "no start"),
        ("DTSTART;VALUE=DATE:20260101\nRRULE:FREQ=DAILY;INTERVAL=0", "does not advance"),
        ("DTSTART;VALUE=DATE:00010101", "makes no sense"),
    ],
)
def test_what_cannot_be_taken_is_named_and_the_rest_is_taken(event: str, said: str) -> None:
    found = read(event, "DTSTART:20260302T090000Z\nDURATION:PT1H")
    assert len(found.events) == 1
    assert said in found.problems[0][1]


def test_bombs_end_soon() -> None:
    began = time.monotonic()
    with pytest.raises(CalendarError, match="more than 2,000"):
        read(*["DTSTART:20260302T090000Z\nDURATION:PT1H"] * 10_000)
    with pytest.raises(CalendarError, match="1 MiB"):
        read_calendar(b"x" * 2_000_000, since=SINCE, until=UNTIL, zone=BERLIN)
    never = "DTSTART;VALUE=DATE:20260101\nRRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=31"
    found = read(*[never] * 1_000)
    assert not found.events
    often = read(*["DTSTART;VALUE=DATE:20200101\nRRULE:FREQ=DAILY"] * 50)
    assert len(often.events) == 2_000
    assert time.monotonic() - began < 30


@pytest.mark.parametrize(
    "data", [b"", b"\xff\xfe", b"BEGIN:VCALENDAR\r\n", b"<html>", b"[" * 9_999]
)
def test_what_is_no_calendar_is_refused(data: bytes) -> None:
    try:
        found = read_calendar(data, since=SINCE, until=UNTIL, zone=BERLIN)
    except CalendarError:
        return
    assert found.events == []


def test_a_document_folds_escapes_and_cannot_be_broken_out_of() -> None:
    title = "On call 🚒\r\nATTENDEE:mailto:evil@example.org; " + "é" * 100
    data = document(
        "Team", [Entry("k", title, "", SINCE, UNTIL)], stamped=SINCE, domain="aire.example"
    )
    assert all(len(line) <= 75 for line in data.split(b"\r\n"))
    (event,) = Calendar.from_ical(data.decode()).walk("VEVENT")
    assert "attendee" not in {name.lower() for name in event}
    assert str(event["summary"]).startswith("On call 🚒 ATTENDEE")
    again = document(
        "Team", [Entry("k", title, "", SINCE, UNTIL)], stamped=SINCE, domain="aire.example"
    )
    assert data == again  # the same event keeps its UID


def make_schedule(*people: User) -> None:
    services.save_schedule(
        slug="primary",
        name="Primary",
        time_zone="UTC",
        rotations=[
            {
                "name": "Daily",
                "users": [person.email for person in people],
                "starts": SINCE,
                "handoff": "09:00",
                "shift_length": "1d",
            }
        ],
        actor=ACTOR,
    )


@pytest.mark.django_db
def test_a_secret_address_shows_ones_shifts_until_it_is_taken_back(person: Make) -> None:
    ana, ben = person("Ana"), person("Ben")
    make_schedule(ana, ben)
    made = sign_in(ana).post("/on-call/calendars/new/", {"schedule": ""})
    address = made.context["made"].removeprefix("http://testserver")
    assert address not in sign_in(ana).get("/on-call/calendars/").content.decode()
    outside = Client()
    answer = outside.get(address)
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    events = Calendar.from_ical(answer.content.decode()).walk("VEVENT")
    assert {str(event["summary"]) for event in events} == {"On call: Primary"}
    assert len(events) == pytest.approx(105, abs=2)
    _, key = create_feed(owner=ana, schedule=Schedule.objects.get(), actor=ACTOR)
    titles = Calendar.from_ical(outside.get(f"/calendar/{key}.ics").content.decode())
    assert {str(e["summary"]) for e in titles.walk("VEVENT")} == {"Ana · Primary", "Ben · Primary"}
    feed = CalendarFeed.objects.order_by("id").first()
    assert feed is not None
    assert sign_in(ben).post(f"/on-call/calendars/{feed.pk}/revoke/").status_code == 302
    assert outside.get(address).status_code == 200
    sign_in(ana).post(f"/on-call/calendars/{feed.pk}/revoke/")
    assert outside.get(address).status_code == 404
    User.objects.filter(pk=ana.pk).update(is_active=False)
    assert outside.get(f"/calendar/{key}.ics").status_code == 404
    assert outside.get("/calendar/aire_cal_guess.ics").status_code == 404


@pytest.mark.django_db
def test_a_calendar_is_shown_before_it_is_brought_in_and_again_changes_nothing(
    person: Make,
) -> None:
    manager, ben = person("Mia", "manager"), person("Ben")
    make_schedule(manager)
    at = clock.now() + timedelta(days=30)
    times = f"DTSTART:{at:%Y%m%dT%H%M%SZ}\nDURATION:PT8H"
    data = calendar(f"SUMMARY:Ben\n{times}", f"SUMMARY:<script>\n{times}")
    browser = sign_in(manager)

    def show(into: str) -> Any:
        file = SimpleUploadedFile("cover.ics", data)
        return browser.post("/on-call/calendars/import/", {"into": into, "file": file})

    shown = show("primary")
    assert [line.verb for line in shown.context["shown"].lines] == ["create", "refused"]
    assert "&lt;script&gt;" in shown.content.decode()
    token = shown.context["shown"].token
    assert browser.post("/on-call/calendars/import/", {"confirmed": token}).status_code == 302
    assert [line.verb for line in show("primary").context["shown"].lines] == [
        "unchanged",
        "refused",
    ]
    assert sign_in(ben).post("/on-call/calendars/import/", {"confirmed": token}).status_code == 404
    refused = browser.post(
        "/on-call/calendars/import/", {"into": "", "address": "http://169.254.169.254/x.ics"}
    )
    assert refused.status_code == 422
    assert "not on the public internet" in refused.content.decode()
