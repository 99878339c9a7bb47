"""Acknowledging from outside the web: by link, by reply, by key. One way for all of them.

What a page is about is acknowledged by the room that keeps it (`acknowledgers`); subjects that no
room keeps end here. Answers are sentences that can be read out.
"""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from accounts.models import User
from core.actor import Actor, Via
from core.errors import AireError
from core.registry import Registry
from notifications import services as notifications
from notifications.models import Delivery
from oncall import escalations, selectors
from oncall.models import Page

acknowledgers: Registry[Callable[[str, User, Actor], str]] = Registry("acknowledger")
"""By the prefix of the subject key: acknowledges it as this person and says what happened. Raises
an `AireError`."""

TEST = "test:"


def acknowledge_delivery(*, delivery: Delivery, via: Via) -> str:
    """As the person the delivery was for, whatever the door."""
    user = delivery.user
    if user is None or not user.is_active:
        return "This account is not active, so nothing was changed."
    if delivery.origin.startswith(TEST):
        notifications.cancel(subject_key=delivery.subject_key)
        return "The test page is acknowledged."
    page = page_of(delivery)
    if page is None:
        return "This page is gone, so nothing was changed."
    return _acknowledge(page, user, via)


def acknowledge_waiting(*, user: User, number: str, via: Via) -> str:
    """The page that waits for this person; of several the one whose reference has the number."""
    waiting = selectors.waiting_pages(user)
    if number:
        waiting = [page for page in waiting if _ref(page).endswith(f"-{number}")]
    if not waiting:
        return f"No page about {number} waits for you." if number else "No page waits for you."
    if len(waiting) > 1:
        refs = ", ".join(_ref(page) for page in waiting[:10])
        return f"Several pages wait for you: {refs}. Reply ACK and the number of one."
    return _acknowledge(waiting[0], user, via)


def still_waits(delivery: Delivery) -> bool:
    """Whether nobody has acknowledged what the delivery is about."""
    if delivery.origin.startswith(TEST):
        return True
    page = page_of(delivery)
    return page is not None and page.acknowledged_at is None


def page_of(delivery: Delivery) -> Page | None:
    kind, _, pk = delivery.origin.partition(":")
    if kind != "page":
        return None
    return Page.objects.select_related("escalation", "user").filter(pk=UUID(pk)).first()


def _acknowledge(page: Page, user: User, via: Via) -> str:
    if not user.can_respond:
        return "Your role lets you read this, not acknowledge it."
    actor = Actor(label=str(user), via=via, user_id=user.pk)
    subject = page.escalation.subject_key
    keeper = acknowledgers.get(subject.partition(":")[0])
    try:
        if keeper is not None:
            return keeper(subject, user, actor)
        if escalations.acknowledge_page(page=page, actor=actor):
            return f"{_ref(page) or 'It'} is acknowledged. Nobody else is paged about it."
    except AireError as error:
        return error.message
    return f"{_ref(page) or 'It'} was acknowledged or ended already."


def _ref(page: Page) -> str:
    return str(page.escalation.card.get("ref") or "")
