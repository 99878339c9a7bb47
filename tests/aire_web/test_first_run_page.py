"""The test page of the first run: real deliveries to oneself, and what became of them."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import Role, User
from core.ids import new_id
from notifications.channels import DeliveryError
from notifications.message import Message, plain_text
from notifications.models import Delivery
from notifications.services import notify
from oncall.models import Escalation, Page
from tests.cast import make_user, sign_in
from tests.fakes.channel import FakeChannel
from tests.fakes.paging import pigeon, work_off

__all__ = ["pigeon"]

pytestmark = pytest.mark.django_db
PATH = "/first-run/test-page/"


@pytest.fixture
def admin(db: None) -> User:
    return make_user("Olga Owner", Role.ADMIN)


@pytest.fixture
def browser(admin: User) -> Client:
    return sign_in(admin)


def fragment(browser: Client) -> str:
    return browser.get(f"{PATH}deliveries/", headers={"HX-Request": "true"}).content.decode()


def test_it_goes_over_every_channel_to_oneself_alone_marked_as_a_drill(
    browser: Client, admin: User, pigeon: FakeChannel
) -> None:
    make_user("Ben", Role.ADMIN)
    browser.post(PATH, {"token": new_id()})
    work_off()
    [taken] = pigeon.taken
    assert taken.address == admin.email
    assert taken.message.drill
    assert "This is a drill" in plain_text(taken.message)
    assert set(Delivery.objects.values_list("user", "channel")) == {
        (admin.pk, "in_app"),
        (admin.pk, "pigeon"),
    }


def test_it_opens_no_incident_and_pages_by_no_policy(browser: Client, pigeon: FakeChannel) -> None:
    browser.post(PATH, {"token": new_id()})
    work_off()
    assert not Page.objects.exists()
    assert not Escalation.objects.exists()


def test_a_form_sent_twice_is_one_page(browser: Client, pigeon: FakeChannel) -> None:
    token = new_id()
    browser.post(PATH, {"token": token})
    browser.post(PATH, {"token": token})
    work_off()
    assert len(pigeon.taken) == 1
    browser.post(PATH, {"token": new_id()})
    work_off()
    assert len(pigeon.taken) == 2


@pytest.mark.parametrize("token", ["", "x", "0" * 10_000, "\x00"])
def test_a_token_that_is_none_sends_nothing(browser: Client, token: str) -> None:
    assert browser.post(PATH, {"token": token}).status_code == 200
    assert not Delivery.objects.exists()


def test_each_outcome_is_shown_as_it_comes(browser: Client, pigeon: FakeChannel) -> None:
    browser.post(PATH, {"token": new_id()})
    shown = fragment(browser)
    assert "In your inbox" in shown
    assert "On its way" in shown
    assert "hx-get" in shown
    work_off()
    shown = fragment(browser)
    assert "Taken by the provider" in shown
    assert "hx-get" not in shown


def test_a_refusal_is_shown_with_the_words_of_the_provider(
    browser: Client, pigeon: FakeChannel
) -> None:
    pigeon.outcomes.append(DeliveryError("<b>No such pigeon</b>", permanent=True))
    browser.post(PATH, {"token": new_id()})
    work_off()
    page = browser.get(PATH).content.decode()
    assert "&lt;b&gt;No such pigeon&lt;/b&gt;" in page
    assert "A page has reached you" not in page


def test_the_last_press_is_shown_and_not_the_ones_before(
    browser: Client, pigeon: FakeChannel
) -> None:
    pigeon.outcomes.append(DeliveryError("No such pigeon", permanent=True))
    for _ in range(2):
        browser.post(PATH, {"token": new_id()})
        work_off()
    assert "No such pigeon" not in fragment(browser)


def test_what_others_sent_themselves_is_not_shown(browser: Client, pigeon: FakeChannel) -> None:
    sign_in(make_user("Ben", Role.ADMIN)).post(PATH, {"token": new_id()})
    assert "What became of it" not in fragment(browser)


def test_the_inbox_alone_is_said_to_find_nobody_away_from_aire(
    browser: Client, pigeon: FakeChannel
) -> None:
    pigeon.on = False
    assert "Nothing finds you away from AIRE" in browser.get(PATH).content.decode()
    browser.post(PATH, {"token": new_id()})
    assert "A page has reached you" in browser.get("/first-run/").content.decode()


def test_a_page_that_only_reached_the_inbox_does_not_count_where_others_are_set_up(
    browser: Client, pigeon: FakeChannel
) -> None:
    browser.post(PATH, {"token": new_id()})
    assert "A page has reached you" not in browser.get("/first-run/").content.decode()


def test_without_channels_an_incident_in_the_inbox_is_no_test(
    browser: Client, admin: User, pigeon: FakeChannel
) -> None:
    pigeon.on = False
    notify(
        user=admin,
        message=Message(kind="page", headline="SEV1", title="It burns"),
        kind=Delivery.Kind.PAGE,
        origin="page:1",
        obligation_key="page:1",
    )
    assert "A page has reached you" not in browser.get("/first-run/").content.decode()
