"""Sending: exactly once in the tables, at least once and at most one extra copy for people."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.db.models import F
from django.db.models.functions import Now

from accounts.models import User
from notifications import delivery, services
from notifications.channels import DeliveryError
from notifications.message import Message
from notifications.models import ChannelChoice, Delivery, DeliveryAttempt, InboxItem
from tests.fakes.channel import FakeChannel
from tests.fakes.paging import later

pytestmark = pytest.mark.django_db(transaction=True)
MESSAGE = Message(kind="page", headline="SEV1 · INC-1", title="It burns")


def ask(user: User, key: str = "page:1", **more: object) -> list[Delivery]:
    given: dict[str, object] = {"kind": "page", "origin": key, "subject_key": "incident:1", **more}
    return services.notify(user=user, message=MESSAGE, obligation_key=key, **given)  # type: ignore[arg-type]


def by_pigeon() -> Delivery:
    return Delivery.objects.get(channel="pigeon")


@pytest.fixture
def ana(person: Callable[..., User], pigeon: FakeChannel) -> User:
    return person("Ana")


def test_a_message_goes_out_over_every_channel_once(ana: User, pigeon: FakeChannel) -> None:
    ask(ana)
    ask(ana)
    assert InboxItem.objects.filter(user=ana).count() == 1
    assert delivery.deliver_due() == 1
    assert delivery.deliver_due() == 0
    assert [taken.address for taken in pigeon.taken] == ["ana@example.org"]
    assert InboxItem.objects.filter(user=ana).count() == 1
    sent = by_pigeon()
    assert (sent.state, sent.provider_ref) == ("sent", "pigeon-1")
    assert [t.outcome for t in sent.tries.all()] == ["accepted"]


def test_a_channel_that_is_switched_off_is_not_used_but_the_inbox_is(
    ana: User, pigeon: FakeChannel
) -> None:
    for name in ("pigeon", "in_app"):
        ChannelChoice.objects.create(user=ana, channel=name, enabled=False)
    assert [row.channel for row in ask(ana)] == ["in_app"]


def test_a_passing_failure_is_tried_again_after_five_seconds(
    ana: User, pigeon: FakeChannel
) -> None:
    pigeon.outcomes.append(DeliveryError("The line is busy."))
    ask(ana)
    delivery.deliver_due()
    row = by_pigeon()
    assert (row.state, row.reason, row.lease_token) == ("pending", "The line is busy.", None)
    later(4)
    assert delivery.deliver_due() == 0
    later(2)
    delivery.deliver_due()
    assert by_pigeon().state == "sent"
    assert [taken.may_repeat for taken in pigeon.taken] == [False]


def test_what_the_provider_asks_to_wait_is_waited(ana: User, pigeon: FakeChannel) -> None:
    pigeon.outcomes.append(DeliveryError("Too fast.", retry_after=30))
    ask(ana)
    delivery.deliver_due()
    later(28)
    assert delivery.deliver_due() == 0
    later(3)
    assert delivery.deliver_due() == 1


def test_a_refusal_for_good_fails_at_once_and_says_why(ana: User, pigeon: FakeChannel) -> None:
    pigeon.outcomes.append(DeliveryError("No such dovecote.", permanent=True))
    ask(ana)
    delivery.deliver_due()
    row = by_pigeon()
    assert (row.state, row.reason) == ("failed", "No such dovecote.")
    assert row.tries.get().outcome == "refused"


def test_a_retry_that_would_come_after_the_deadline_is_not_made(
    ana: User, pigeon: FakeChannel
) -> None:
    pigeon.outcomes.append(DeliveryError("The line is busy."))
    ask(ana, deadline=Now())
    delivery.deliver_due()
    assert by_pigeon().state == "failed"


def test_a_try_without_an_answer_is_repeated_once_and_marked(
    ana: User, pigeon: FakeChannel
) -> None:
    pigeon.outcomes.append(DeliveryError("Silence.", unsure=True))
    ask(ana)
    delivery.deliver_due()
    later(6)
    delivery.deliver_due()
    assert [taken.may_repeat for taken in pigeon.taken] == [True]
    assert by_pigeon().state == "sent"


def test_two_tries_without_an_answer_are_enough(ana: User, pigeon: FakeChannel) -> None:
    pigeon.outcomes.extend(DeliveryError("Silence.", unsure=True) for _ in range(2))
    ask(ana)
    delivery.deliver_due()
    later(6)
    delivery.deliver_due()
    row = by_pigeon()
    assert row.state == "failed"
    assert "may have arrived" in row.reason
    later(3600)
    assert delivery.deliver_due() == 0


def died_while_sending(row: Delivery) -> None:
    """What a sender leaves that was killed between its provider's yes and writing it down."""
    Delivery.objects.filter(pk=row.pk).update(
        attempts=F("attempts") + 1, begun=F("begun") + 1, lease_token=uuid4(), lease_until=Now()
    )
    later(31)


def test_after_a_death_in_the_middle_the_page_goes_out_marked(
    ana: User, pigeon: FakeChannel
) -> None:
    ask(ana)
    died_while_sending(by_pigeon())
    delivery.deliver_due()
    assert [taken.may_repeat for taken in pigeon.taken] == [True]


def test_after_two_deaths_in_the_middle_nothing_more_is_sent(
    ana: User, pigeon: FakeChannel
) -> None:
    ask(ana)
    died_while_sending(by_pigeon())
    died_while_sending(by_pigeon())
    delivery.deliver_due()
    assert (pigeon.taken, by_pigeon().state) == ([], "failed")


def test_a_death_before_sending_marks_nothing(ana: User, pigeon: FakeChannel) -> None:
    ask(ana)
    delivery.claim_for("pigeon", 1)
    later(31)
    delivery.deliver_due()
    assert [taken.may_repeat for taken in pigeon.taken] == [False]


def test_a_row_that_kills_every_claimer_is_given_up(ana: User, pigeon: FakeChannel) -> None:
    ask(ana)
    Delivery.objects.filter(channel="pigeon").update(attempts=delivery.MAX_CLAIMS)
    delivery.deliver_due()
    assert (pigeon.taken, by_pigeon().state) == ([], "failed")


def test_two_claimers_never_hold_the_same_row(ana: User, pigeon: FakeChannel) -> None:
    ask(ana)
    assert len(delivery.claim_for("pigeon", 5)) == 1
    assert delivery.claim_for("pigeon", 5) == []


def test_a_cancelled_page_is_not_sent_even_when_it_was_claimed(
    ana: User, pigeon: FakeChannel
) -> None:
    ask(ana)
    ((row, token),) = delivery.claim_for("pigeon", 1)
    assert services.cancel(subject_key="incident:1") == 1
    delivery.deliver(row, token)
    assert (pigeon.taken, by_pigeon().state) == ([], "cancelled")


def test_a_page_cancelled_while_it_is_sent_stays_cancelled_and_the_try_is_kept(
    ana: User, pigeon: FakeChannel
) -> None:
    pigeon.outcomes.append(lambda: services.cancel(subject_key="incident:1") and None)
    ask(ana)
    delivery.deliver_due()
    assert by_pigeon().state == "cancelled"
    assert DeliveryAttempt.objects.get(delivery=by_pigeon()).outcome == "accepted"


def test_cancelling_leaves_notices_and_other_subjects_alone(ana: User, pigeon: FakeChannel) -> None:
    ask(ana, key="notice:1", kind="notice")
    ask(ana, key="page:2", subject_key="incident:2")
    assert services.cancel(subject_key="incident:1") == 0


def test_a_late_finisher_changes_nothing(ana: User, pigeon: FakeChannel) -> None:
    ask(ana)
    ((row, token),) = delivery.claim_for("pigeon", 1)
    later(31)
    delivery.deliver(row, token)
    assert (pigeon.taken, by_pigeon().state) == ([], "pending")


def test_a_channel_that_raises_anything_is_held_for_unsure(ana: User, pigeon: FakeChannel) -> None:
    pigeon.outcomes.append(lambda: [][0])
    ask(ana)
    assert delivery.deliver_due() == 1
    row = by_pigeon()
    assert (row.state, row.tries.get().outcome) == ("pending", "unknown")


def test_a_channel_of_another_release_is_left_alone(ana: User, pigeon: FakeChannel) -> None:
    ask(ana)
    Delivery.objects.filter(channel="pigeon").update(channel="telegraph")
    assert delivery.deliver_due() == 0
    assert Delivery.objects.get(channel="telegraph").state == "pending"
