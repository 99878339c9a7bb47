"""Rules at work: rows with their times, the next way, limits, and no send after acknowledging."""

from __future__ import annotations

from collections.abc import Callable
from datetime import time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db.models import F

from accounts.models import User
from core import clock
from core.actor import program
from notifications import contact_services, delivery, services
from notifications.channels import ContactForm, DeliveryError, channels
from notifications.message import Message
from notifications.models import ContactMethod, Delivery, InboxItem
from notifications.reach import reachable, ways_for
from notifications.reports import report
from notifications.rules import Line
from tests.fakes.channel import FakeChannel
from tests.fakes.paging import later

pytestmark = pytest.mark.django_db(transaction=True)
PAGE = Message(kind="page", headline="SEV1 · INC-1", title="It burns")
ME = program("A test")


@pytest.fixture
def sms(pigeon: FakeChannel, monkeypatch: pytest.MonkeyPatch) -> FakeChannel:
    """A channel with limits whose addresses people give, beside the pigeon."""
    channel = FakeChannel(
        name="sms",
        title="Text message",
        form=ContactForm(label="Number", help="", check=lambda text: (text, f"… {text[-4:]}")),
    )
    channels._items["sms"] = channel
    return channel


@pytest.fixture
def ana(person: Callable[..., User], sms: FakeChannel) -> User:
    return person("Ana", time_zone="Europe/Berlin")


def number_of(user: User, *, verified: bool = True) -> ContactMethod:
    return contact_services.add_contact_method(
        user=user, channel="sms", address="+491711234567", actor=ME, verified=verified
    )


def page(user: User, key: str = "page:1", urgency: str = "high", **more: Any) -> list[Delivery]:
    return services.deliver_over(
        ways_for([user], urgency=urgency)[user.pk],
        user=user,
        message=PAGE,
        kind="page",
        origin=key,
        obligation_key=key,
        subject_key="incident:1",
        **more,
    )


def rules(user: User, *lines: Line, urgency: str = "high") -> None:
    contact_services.save_rules(user=user, urgency=urgency, lines=lines, actor=ME)


def test_a_number_counts_only_when_its_code_came_back(ana: User, sms: FakeChannel) -> None:
    contact = number_of(ana, verified=False)
    assert [row.channel for row in page(ana)] == ["pigeon", "in_app"]
    delivery.deliver_due()
    told = next(taken for taken in sms.taken if "code" in taken.message.title)
    assert told.address == "+491711234567"
    code = told.message.title.rpartition(" ")[2]
    with pytest.raises(Exception, match="not the code"):
        contact_services.verify_contact_method(
            user=ana, contact_id=contact.pk, code="000000" if code != "000000" else "1", actor=ME
        )
    contact_services.verify_contact_method(user=ana, contact_id=contact.pk, code=code, actor=ME)
    assert [row.channel for row in page(ana, "page:2")] == ["pigeon", "sms", "in_app"]


def test_five_wrong_codes_end_a_code_even_when_the_right_one_follows(
    ana: User, sms: FakeChannel
) -> None:
    contact = number_of(ana, verified=False)
    delivery.deliver_due()
    code = sms.taken[0].message.title.rpartition(" ")[2]
    for _ in range(contact_services.CODE_TRIES):
        with pytest.raises(Exception, match="not the code"):
            contact_services.verify_contact_method(
                user=ana, contact_id=contact.pk, code="x", actor=ME
            )
    with pytest.raises(Exception, match="not the code"):
        contact_services.verify_contact_method(user=ana, contact_id=contact.pk, code=code, actor=ME)


def test_nobody_verifies_or_removes_the_number_of_another(
    ana: User, person: Callable[..., User]
) -> None:
    contact, ben = number_of(ana), person("Ben")
    with pytest.raises(Exception, match="no such contact"):
        contact_services.remove_contact_method(user=ben, contact_id=contact.pk, actor=ME)
    with pytest.raises(Exception, match="which of your addresses"):
        rules(ben, Line("sms", 0, contact.pk))


def test_the_row_shows_no_more_of_a_number_than_its_end(ana: User) -> None:
    number_of(ana)
    row = next(row for row in page(ana) if row.channel == "sms")
    assert row.address == "… 4567"
    assert "+49171" not in str(Delivery.objects.values_list().get(pk=row.pk))


def test_rules_are_rows_that_are_due_one_after_the_other(ana: User, sms: FakeChannel) -> None:
    contact = number_of(ana)
    rules(ana, Line("pigeon"), Line("sms", 300, contact.pk))
    page(ana)
    delivery.deliver_due()
    assert sms.taken == []
    later(299)
    assert delivery.deliver_due() == 0
    later(2)
    delivery.deliver_due()
    assert [taken.address for taken in sms.taken] == ["+491711234567"]


def test_the_next_way_starts_while_a_slow_one_is_still_tried(
    ana: User, sms: FakeChannel, pigeon: FakeChannel
) -> None:
    contact = number_of(ana)
    rules(ana, Line("pigeon"), Line("sms", 15, contact.pk))
    pigeon.outcomes.extend(DeliveryError("Busy.") for _ in range(3))
    page(ana)
    delivery.deliver_due()
    later(15)
    delivery.deliver_due()
    assert len(sms.taken) == 1
    assert Delivery.objects.get(channel="pigeon").state == "pending"


@pytest.mark.parametrize(
    "error",
    [
        DeliveryError("Gone.", permanent=True),
        DeliveryError("Too fast.", retry_after=30),
        DeliveryError("Silence.", unsure=True),
    ],
)
def test_what_fails_or_has_to_wait_has_the_next_way_taken_at_once(
    ana: User, sms: FakeChannel, pigeon: FakeChannel, error: DeliveryError
) -> None:
    """F18, F20: the page falls to the next channel; nothing is sent within the asked wait."""
    contact = number_of(ana)
    rules(ana, Line("pigeon"), Line("sms", 600, contact.pk))
    pigeon.outcomes.append(error)
    page(ana)
    delivery.deliver_due()
    assert (len(pigeon.taken), len(sms.taken)) == (0, 1)


def test_a_short_wait_hastens_nothing(ana: User, sms: FakeChannel, pigeon: FakeChannel) -> None:
    contact = number_of(ana)
    rules(ana, Line("pigeon"), Line("sms", 600, contact.pk))
    pigeon.outcomes.append(DeliveryError("Busy."))
    page(ana)
    delivery.deliver_due()
    assert sms.taken == []


def test_a_call_that_nobody_answered_has_the_next_way_taken_once(
    ana: User, sms: FakeChannel, pigeon: FakeChannel
) -> None:
    contact = number_of(ana)
    rules(ana, Line("pigeon"), Line("sms", 600, contact.pk), Line("pigeon", 900))
    page(ana)
    delivery.deliver_due()
    first = Delivery.objects.get(channel="pigeon", state="sent")
    for _ in range(2):
        report(delivery_id=first.pk, said="no-answer", failed=True)
    delivery.deliver_due()
    assert (len(sms.taken), len(pigeon.taken)) == (1, 1)


def test_the_sixth_text_in_a_quarter_of_an_hour_waits_and_the_next_way_is_taken(
    ana: User, sms: FakeChannel, pigeon: FakeChannel
) -> None:
    contact = number_of(ana)
    rules(ana, Line("sms", 0, contact.pk), Line("pigeon", 3_000))
    for count in range(6):
        page(ana, f"page:{count}")
    delivery.deliver_due()
    assert (len(sms.taken), len(pigeon.taken)) == (5, 1)
    held = Delivery.objects.get(channel="sms", state="pending")
    assert "5 in 15 min" in held.reason
    Delivery.objects.filter(channel="sms").update(begun_at=F("begun_at") - timedelta(minutes=16))
    later(16 * 60)
    delivery.deliver_due()
    assert len(sms.taken) == 6


@pytest.fixture
def night(ana: User) -> None:
    """Now lies in Ana's quiet hours, whatever the hour of the test."""
    local = clock.now().astimezone(ZoneInfo("Europe/Berlin"))
    contact_services.save_quiet_hours(
        user=ana,
        starts=time((local.hour - 1) % 24),
        ends=time((local.hour + 2) % 24),
        weekdays=range(7),
        actor=ME,
    )


def test_in_quiet_hours_low_urgency_waits_and_high_goes_through(
    ana: User, night: None, pigeon: FakeChannel
) -> None:
    page(ana, "page:low", urgency="low")
    page(ana, "page:high")
    delivery.deliver_due()
    assert len(pigeon.taken) == 1
    waits = Delivery.objects.get(channel="pigeon", state="pending")
    assert waits.reason == "Waits for the end of their quiet hours."
    assert InboxItem.objects.filter(user=ana).count() == 2
    later(3 * 3_600)
    delivery.deliver_due()
    assert len(pigeon.taken) == 2


def test_a_notice_neither_texts_nor_wakes(
    ana: User, night: None, sms: FakeChannel, pigeon: FakeChannel
) -> None:
    number_of(ana)
    services.notify(user=ana, message=PAGE, kind="notice", origin="x", obligation_key="notice:1")
    delivery.deliver_due()
    assert (sms.taken, pigeon.taken) == ([], [])
    assert not Delivery.objects.filter(channel="sms").exists()


def test_acknowledging_calls_off_every_way_that_is_not_out(
    ana: User, sms: FakeChannel, pigeon: FakeChannel
) -> None:
    """No send starts after an acknowledgement, however late its row is due or claimed."""
    contact = number_of(ana)
    rules(ana, Line("pigeon"), Line("sms", 60, contact.pk), Line("sms", 120, contact.pk))
    page(ana)
    claimed = delivery.claim_for("pigeon", 1)
    assert services.cancel(subject_key="incident:1") == 3
    for row, token in claimed:
        delivery.deliver(row, token)
    later(3_600)
    assert delivery.deliver_due() == 0
    assert (pigeon.taken, sms.taken) == ([], [])


def test_a_number_that_fails_for_good_is_told_to_its_owner_once_and_still_tried(
    ana: User, sms: FakeChannel
) -> None:
    number_of(ana)
    for count in range(2):
        sms.outcomes.append(DeliveryError("They replied STOP.", permanent=True))
        page(ana, f"page:{count}")
        delivery.deliver_due()
    contact = ContactMethod.objects.get(user=ana)
    assert contact.failure == "They replied STOP."
    told = Delivery.objects.filter(origin=f"contact:{contact.pk}")
    assert told.count() == 1
    page(ana, "page:3")
    delivery.deliver_due()
    assert len(sms.taken) == 1
    contact.refresh_from_db()
    assert contact.failing_since is None


def test_what_is_sent_to_a_number_that_was_removed_fails_visibly(
    ana: User, sms: FakeChannel
) -> None:
    contact = number_of(ana)
    page(ana)
    contact_services.remove_contact_method(user=ana, contact_id=contact.pk, actor=ME)
    delivery.deliver_due()
    row = Delivery.objects.get(channel="sms")
    assert (row.state, sms.taken) == ("failed", [])
    assert "taken away" in row.reason


def test_who_has_switched_everything_off_counts_as_out_of_reach(ana: User) -> None:
    assert reachable([ana]) == {ana.pk}
    services.choose_channel(user=ana, channel="pigeon", enabled=False)
    assert reachable([ana]) == set()
    number_of(ana)
    assert reachable([ana]) == {ana.pk}


def test_in_shadow_rows_are_written_and_nothing_is_sent(ana: User, pigeon: FakeChannel) -> None:
    page(ana, shadow=True)
    assert delivery.deliver_due() == 0
    assert pigeon.taken == []
    assert not InboxItem.objects.exists()
    assert set(Delivery.objects.values_list("state", flat=True)) == {"shadow"}


def test_a_test_page_follows_the_rules_and_reaches_nobody_else(
    ana: User, pigeon: FakeChannel
) -> None:
    contact_services.send_test_page(user=ana)
    delivery.deliver_due()
    assert [(taken.address, taken.message.drill) for taken in pigeon.taken] == [
        ("ana@example.org", True)
    ]
