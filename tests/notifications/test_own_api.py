"""One's own quiet hours, limits and test page, and the rooms, in the API."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from accounts.models import User
from core.actor import program
from notifications import contact_services
from notifications.delivery import deliver_due
from notifications.models import ContactMethod, Delivery, QuietHours
from oncall.services import save_policy
from tests.cast import api_client
from tests.fakes.channel import FakeChannel

pytestmark = pytest.mark.django_db
V1 = "/api/v1/"


@pytest.fixture
def ana(person: Callable[..., User], pigeon: FakeChannel) -> User:
    return person("Ana", "viewer", time_zone="Europe/Berlin")


def test_quiet_hours_are_read_set_and_taken_away_by_their_owner(
    ana: User, person: Callable[..., User]
) -> None:
    api = api_client(ana)
    none = {"starts": None, "ends": None, "weekdays": [], "time_zone": "Europe/Berlin"}
    assert api.get(f"{V1}quiet-hours/").json() == none
    wanted = {"starts": "22:00:00", "ends": "07:00:00", "weekdays": ["fri", "mon"]}
    assert api.put(f"{V1}quiet-hours/", wanted).status_code == 200
    assert api.get(f"{V1}quiet-hours/").json()["weekdays"] == ["mon", "fri"]
    other = api_client(person("Eve", "admin"))
    assert other.get(f"{V1}quiet-hours/").json()["starts"] is None
    api.put(f"{V1}quiet-hours/", {"starts": None, "ends": None})
    assert not QuietHours.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"starts": "22:00", "ends": "22:00"}, "ends"),
        ({"starts": "22:00", "ends": None}, "ends"),
        ({"starts": "25:00", "ends": "07:00"}, "starts"),
        ({"starts": "22:00", "ends": "07:00", "weekdays": []}, "weekdays"),
        ({"starts": "22:00", "ends": "07:00", "weekdays": ["someday"]}, "weekdays"),
        ({"ends": "07:00"}, "starts"),
    ],
)
def test_quiet_hours_that_make_no_sense_are_refused_by_field(
    ana: User, wrong: dict[str, object], field: str
) -> None:
    answer = api_client(ana).put(f"{V1}quiet-hours/", wrong)
    assert (answer.status_code, [one.split(".")[0] for one in answer.json()["errors"]]) == (
        400,
        [field],
    )
    assert not QuietHours.objects.exists()


def test_the_limits_say_how_much_of_them_is_used(ana: User) -> None:
    found = {row["channel"]: row["limits"] for row in _get(ana, "notification-limits/")}
    assert found["sms"][0] == {"count": 5, "seconds": 900, "used": 0}
    assert [limit["count"] for limit in found["voice"]] == [3, 7, 15]


def test_a_test_page_pages_oneself_once_however_often_it_is_sent(
    ana: User, person: Callable[..., User], pigeon: FakeChannel
) -> None:
    bystander, api = person("Ben"), api_client(ana)
    for _ in range(2):
        sent = api.post(f"{V1}test-page/", {}, headers={"Idempotency-Key": "once"})
        assert sent.status_code == 202, sent.content
    assert not Delivery.objects.filter(user=bystander).exists()
    assert [row.address for row in Delivery.objects.filter(channel="pigeon")] == [ana.email]
    deliver_due()
    rows = _get(ana, "test-page/")
    tried = {row["channel"]: [one["outcome"] for one in row["attempts"]] for row in rows}
    assert tried["pigeon"] == ["accepted"]
    assert _get(bystander, "test-page/") == []
    assert api.post(f"{V1}test-page/", {"urgency": "now"}).status_code == 400


def test_a_room_is_named_changed_and_removed_by_managers_and_its_address_never_shown(
    person: Callable[..., User],
) -> None:
    api = api_client(person("Max", "manager"))
    room = {"slug": "ops", "name": "Ops", "channel": "ntfy", "address": "the-secret-topic"}
    made = api.post(f"{V1}rooms/", room)
    assert made.status_code == 201, made.content
    assert "the-secret-topic" not in made.content.decode()
    api.post(f"{V1}rooms/", {"slug": "ops", "name": "Operations", "channel": "ntfy"})
    assert ContactMethod.objects.get().address == "the-secret-topic"
    listed = api.get(f"{V1}rooms/").json()["results"]
    assert [(row["slug"], row["name"]) for row in listed] == [("ops", "Operations")]
    other = {"slug": "ops", "name": "Ops", "channel": "teams", "address": "https://example.org/x"}
    assert api.post(f"{V1}rooms/", other).status_code in (400, 409)
    assert api.delete(f"{V1}rooms/ops/").status_code == 204
    assert api.get(f"{V1}rooms/ops/").status_code == 404


def test_a_room_that_a_policy_pages_stays_and_the_policy_is_named(
    person: Callable[..., User],
) -> None:
    manager = person("Max", "manager")
    _room("ops")
    save_policy(
        slug="night", name="Night", steps=[{"targets": [{"contact": "ops"}]}], actor=program("t")
    )
    answer = api_client(manager).delete(f"{V1}rooms/ops/")
    assert answer.status_code == 409
    assert "the escalation policy “Night” still uses it" in answer.json()["detail"]


def test_others_neither_see_nor_touch_rooms_and_nobody_a_webhook_through_them(
    person: Callable[..., User],
) -> None:
    _room("ops")
    for user in (person("Vic", "viewer"), person("Ray", "responder")):
        api = api_client(user)
        assert api.get(f"{V1}rooms/").status_code == 403
        assert api.get(f"{V1}rooms/ops/").status_code == 404
        assert api.delete(f"{V1}rooms/ops/").status_code == 403
    manager = api_client(person("Max", "manager"))
    manager.post(
        f"{V1}webhooks/",
        {"slug": "bot", "url": "https://bot.example.org/", "events": ["test.sent"]},
    )
    assert manager.delete(f"{V1}rooms/bot/").status_code == 404
    assert ContactMethod.objects.filter(slug="bot").exists()


def _get(user: User, path: str) -> list[dict[str, list[dict[str, object]]]]:
    found: list[dict[str, list[dict[str, object]]]] = api_client(user).get(f"{V1}{path}").json()
    return found


def _room(slug: str) -> None:
    contact_services.save_named_contact(
        slug=slug, channel="ntfy", address="topic", label=slug, actor=program("A test")
    )
