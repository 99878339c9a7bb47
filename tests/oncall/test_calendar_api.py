"""Calendars that are brought in and public holidays, in the API."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from accounts.models import User
from core import clock
from core.actor import program
from oncall import services
from oncall.models import HolidayPlace, Override, TimeOff
from tests.cast import api_client

pytestmark = pytest.mark.django_db
Make = Callable[..., User]
PREVIEW, APPLY = "/api/v1/calendar-imports/preview/", "/api/v1/calendar-imports/"


def calendar(*titles: str) -> str:
    at = clock.now() + timedelta(days=30)
    events = "".join(
        f"BEGIN:VEVENT\nUID:{number}\nSUMMARY:{title}\nDTSTART:{at:%Y%m%dT%H%M%SZ}\n"
        "DURATION:PT8H\nEND:VEVENT\n"
        for number, title in enumerate(titles)
    )
    text = f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:t\n{events}END:VCALENDAR\n"
    return text.replace("\n", "\r\n")


@pytest.fixture
def manager(person: Make) -> User:
    max_, ben = person("Max", "manager"), person("Ben")
    services.save_schedule(
        slug="primary",
        name="Primary",
        time_zone="UTC",
        rotations=[
            {"name": "w", "users": [max_.email, ben.email], "starts": "2026-01-05T09:00:00Z",
             "handoff": "09:00"}
        ],
        actor=program("A test"),
    )  # fmt: skip
    return max_


def test_overrides_are_shown_before_they_are_made_and_made_once(manager: User) -> None:
    api = api_client(manager)
    asked = {"schedule": "primary", "ics": calendar("Ben", "Nobody here")}
    shown = api.post(PREVIEW, asked).json()
    assert [(line["verb"], line["title"]) for line in shown["lines"]] == [
        ("create", "Ben"),
        ("refused", "Nobody here"),
    ]
    assert (shown["making"], Override.objects.count()) == (1, 0)
    made = api.post(APPLY, {"token": shown["token"]})
    assert (made.status_code, made.json()) == (201, {"schedule": "primary", "added": 1})
    assert api.post(APPLY, {"token": shown["token"]}).json()["added"] == 0
    assert api.post(PREVIEW, asked).json()["lines"][0]["verb"] == "unchanged"
    assert Override.objects.get().user.name == "Ben"


def test_time_off_goes_to_whoever_imports_it(manager: User, person: Make) -> None:
    eve = person("Eve")
    shown = api_client(eve).post(PREVIEW, {"ics": calendar("Summer")}).json()
    assert api_client(manager).post(APPLY, {"token": shown["token"]}).status_code == 404
    api_client(eve).post(APPLY, {"token": shown["token"]})
    assert TimeOff.objects.get().user == eve


def test_a_responder_brings_no_overrides_in_and_a_viewer_nothing(
    manager: User, person: Make
) -> None:
    asked = {"schedule": "primary", "ics": calendar("Ben")}
    assert api_client(person("Ray")).post(PREVIEW, asked).status_code == 404
    assert api_client(person("Vic", "viewer")).post(PREVIEW, asked).status_code == 403
    shown = api_client(manager).post(PREVIEW, asked).json()
    User.objects.filter(pk=manager.pk).update(role="responder")
    assert api_client(manager).post(APPLY, {"token": shown["token"]}).status_code == 404
    assert not Override.objects.exists()


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({}, "address"),
        ({"ics": "x", "address": "https://example.org/a.ics"}, "address"),
        ({"ics": "not a calendar"}, "file"),
        ({"address": "http://169.254.169.254/latest"}, "address"),
        ({"address": "file:///etc/passwd"}, "address"),
    ],
)
def test_what_is_no_calendar_or_not_public_is_refused(
    manager: User, asked: dict[str, str], field: str
) -> None:
    answer = api_client(manager).post(PREVIEW, asked)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])


def test_a_token_that_was_changed_makes_nothing(manager: User) -> None:
    api = api_client(manager)
    token = api.post(PREVIEW, {"schedule": "primary", "ics": calendar("Ben")}).json()["token"]
    for wrong in (token[:-1], f"{token}x", "x", ""):
        assert api.post(APPLY, {"token": wrong}).status_code == 400
    assert not Override.objects.exists()


def test_public_holidays_are_ones_own_and_a_managers_to_set(manager: User, person: Make) -> None:
    path, ray = "/api/v1/public-holidays/", person("Ray")
    api = api_client(ray)
    assert api.get(path).json()["days"] == []
    set_ = api.put(path, {"country": "de", "subdivision": "by"}).json()
    assert (set_["country"], set_["subdivision"]) == ("DE", "BY")
    assert "New Year's Day" in {day["name"] for day in set_["days"]}
    assert api.put(path, {"country": "DE", "subdivision": "XX"}).status_code == 400
    assert api.put(path, {"country": "Atlantis"}).status_code == 400
    assert api.put(path, {"country": "FR", "user": manager.email}).status_code == 403
    assert api.get(path, {"user": manager.email}).status_code == 403
    boss = api_client(manager)
    assert boss.get(path, {"user": ray.email}).json()["country"] == "DE"
    boss.put(path, {"country": "", "user": ray.email})
    assert not HolidayPlace.objects.exists()
    parts = {row["country"]: row["subdivisions"] for row in api.get(f"{path}countries/").json()}
    assert "BY" in parts["DE"]
