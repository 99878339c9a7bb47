"""The weekly digest: rows that are due, sent once, to people who did not switch it off."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from accounts.models import Role, User
from notifications.models import Delivery
from reports import digest, services
from reports.models import DigestSeat
from tests.cast import make_user, sign_in
from tests.reports.scene import NOW

MONDAY = datetime(2020, 1, 6, 8, tzinfo=UTC)
"""Long past by every clock, so that a seat due then is due now."""


@pytest.fixture(autouse=True)
def _mail(settings: Any) -> None:
    settings.EMAIL_CONFIGURED = True


def due(user: User) -> DigestSeat:
    seat = services.choose_digest(user=user, wanted=True)
    DigestSeat.objects.filter(pk=seat.pk).update(due_at=MONDAY)
    return seat


def test_managers_have_a_seat_until_they_leave_it(owner: User, teammate: User) -> None:
    assert services.seat_managers() == 1
    assert DigestSeat.objects.get().user == owner
    services.choose_digest(user=owner, wanted=False)
    assert services.seat_managers() == 0
    assert DigestSeat.objects.get().state == "off"


def test_a_digest_that_is_due_goes_out_once_and_the_next_is_a_week_on(owner: User) -> None:
    seat = due(owner)
    assert digest.run_due_digests() == 1
    sent = Delivery.objects.get()
    assert (sent.channel, sent.kind, sent.address) == ("email", "notice", owner.email)
    assert sent.message["title"] == "The week to 5 January"
    assert len(sent.message["facts"]) == 7
    assert "/reports/digest/" in sent.message["why"]
    seat.refresh_from_db()
    assert seat.due_at == datetime(2026, 11, 23, 8, tzinfo=UTC)


def test_the_same_week_is_not_sent_twice_even_if_asked_again(owner: User) -> None:
    seat = due(owner)
    digest.run_due_digests()
    DigestSeat.objects.filter(pk=seat.pk).update(due_at=MONDAY)
    digest.run_due_digests()
    assert Delivery.objects.count() == 1


def test_who_switched_it_off_or_left_gets_nothing(owner: User) -> None:
    other = make_user("Mona Manager", Role.MANAGER)
    due(owner)
    due(other)
    DigestSeat.objects.filter(user=owner).update(state="off")
    User.objects.filter(pk=other.pk).update(is_active=False)
    digest.run_due_digests()
    assert not Delivery.objects.exists()


def test_a_digest_that_cannot_be_made_holds_back_no_other(
    owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = make_user("Mona Manager", Role.MANAGER)
    due(owner)
    due(other)
    real = digest.digest_of

    def broken(seat: DigestSeat) -> Any:
        if seat.user == owner:
            raise RuntimeError("broken")
        return real(seat)

    monkeypatch.setattr(digest, "digest_of", broken)
    digest.run_due_digests()
    assert set(Delivery.objects.values_list("user", flat=True)) == {other.pk}
    again = DigestSeat.objects.get(user=owner)
    assert again.due_at > MONDAY
    assert again.attempts == 1


def test_monday_at_eight_is_that_of_the_reader() -> None:
    auckland = User(time_zone="Pacific/Auckland")
    expected = datetime(2026, 11, 22, 19, tzinfo=UTC)  # 08:00 on the 23rd, UTC+13
    assert services.next_digest(NOW, auckland) == expected
    at_that_moment = services.next_digest(expected, auckland)
    assert at_that_moment == expected + timedelta(days=7)


def test_the_page_switches_it_off_and_on(owner: User, teammate: User, team: object) -> None:
    client = sign_in(owner)
    assert "comes to you" in client.get("/reports/digest/").content.decode()
    client.post("/reports/digest/", {"wanted": "0"})
    assert "does not come to you" in client.get("/reports/digest/").content.decode()
    client = sign_in(teammate)
    assert "does not come to you" in client.get("/reports/digest/").content.decode()
    client.post("/reports/digest/", {"wanted": "1", "team": "assistants"})
    assert DigestSeat.objects.get(user=teammate).team == team
