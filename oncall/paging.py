"""Making pages: the row, its deliveries and the event together, in the caller's transaction."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models.functions import Now

from core import clock
from core.inserts import insert
from core.outbox import publish
from notifications.channels import IN_APP
from notifications.message import Message
from notifications.models import Delivery
from notifications.reach import Way, can_reach, reaching_channels, ways_for
from notifications.rules import urgency_of
from notifications.services import deliver_over, notify_address
from oncall.budget import Share, last_message, shares
from oncall.escalation import Policy, Position, Target, round_wait
from oncall.events import NobodyToPage, PageCreated
from oncall.models import Escalation, Page
from oncall.page_message import page_message
from oncall.snapshot import admin_targets, fallback_snapshot
from oncall.targets import Found, Resolved, resolve

LAST_RESORT_STEP = 1_000
"""The step number of pages to the fallback after a policy reached nobody or ran out."""
DIRECT_STEP = 1_001
"""The step number of pages that a person asked for."""
ACKNOWLEDGED_STEP = 1_002
"""The step number of the timer that takes an acknowledgement back when it is due."""
MIN_DELIVERY_SECONDS = 60


def origin_of(page: Page) -> str:
    """How a delivery names the page it belongs to."""
    return f"page:{page.pk}"


def step_words(policy: Policy, round_number: int, step: int) -> str:
    if step == LAST_RESORT_STEP:
        return "the fallback"
    if step == DIRECT_STEP:
        return "a direct page"
    words = f"step {step + 1} of {len(policy.steps)}"
    return f"{words}, round {round_number + 1}" if round_number else words


def delivery_seconds(policy: Policy, after: Position | None) -> int:
    """How long a page is retried: until the next step pages somebody else."""
    return max(after[2] if after else round_wait(policy), MIN_DELIVERY_SECONDS)


def make_pages(
    escalation: Escalation,
    found: Iterable[Found],
    *,
    round_number: int,
    step: int,
    step_label: str,
    seconds: int,
    is_fallback: bool = False,
) -> list[str]:
    """Page them all; answers why some cannot be reached. Whoever cannot still finds the page in
    AIRE."""
    people = list(found)
    severity = str(escalation.card.get("severity") or "")
    urgency = urgency_of(severity)
    used_up = shares(people, severity=severity)
    ways = ways_for((item.user for item in people if item.user is not None), urgency=urgency)
    unreached = []
    for item in people:
        page = Page(
            escalation=escalation,
            round=round_number,
            step=step,
            user=item.user,
            target=item.key[:320],
            because=item.because[:300],
            is_fallback=is_fallback,
            shadow=escalation.shadow,
        )
        insert(page)
        message = page_message(escalation.card, because=item.because, step_label=step_label)
        problem = _deliver(page, item, message, ways, seconds, used_up.get(item.key))
        if problem:
            unreached.append(f"{item.label} {problem}")
        publish(
            PageCreated(
                subject_key=escalation.subject_key,
                page_id=str(page.pk),
                who=item.label,
                user_id=item.user.pk if item.user else None,
                because=item.because,
                at=clock.now().isoformat(),
                round=round_number,
                step=step,
                step_label=step_label,
                is_fallback=is_fallback,
                shadow=escalation.shadow,
            )
        )
    return unreached


def _deliver(
    page: Page,
    item: Found,
    message: Message,
    ways: Mapping[int, list[Way]],
    seconds: int,
    share: Share | None,
) -> str:
    """Ask for the deliveries of a page; answers why they reach nobody, "" when they may. Whoever
    had their share of pages in a storm finds it in AIRE alone: that is no reason to go on."""
    asked: dict[str, Any] = {
        "message": last_message(message) if share is Share.LAST else message,
        "kind": Delivery.Kind.PAGE,
        "origin": origin_of(page),
        "obligation_key": origin_of(page),
        "subject_key": page.escalation.subject_key,
        "deadline": Now() + timedelta(seconds=seconds),
        "shadow": page.shadow,
    }
    if item.user is not None:
        own = ways[item.user.pk]
        if share is Share.SPENT:
            own = [way for way in own if way.channel.name == IN_APP]
        deliver_over(own, user=item.user, **asked)
        reached = share is Share.SPENT or can_reach(own)
        return "" if reached else "has no channel that reaches them"
    made = notify_address(channel=item.channel, address=item.address, **asked)
    return "" if made else "needs a channel that is not set up"


def anybody_reached(pages: Collection[Page]) -> bool:
    """Whether a page of these is out, or still may get out, over a channel that reaches."""
    deliveries = Delivery.objects.filter(
        origin__in=[origin_of(page) for page in pages],
        state__in=[Delivery.State.PENDING, Delivery.State.SENT, Delivery.State.SHADOW],
    )
    return deliveries.filter(channel__in=reaching_channels()).exists()


def last_resort(escalation: Escalation, *, round_number: int, reason: str) -> None:
    """Page the fallback, once an escalation: everybody of the fallback policy at once, the
    fallback address, and every admin when those reach nobody."""
    if escalation.pages.filter(step=LAST_RESORT_STEP).exists():
        return
    because = f"You are the fallback: {reason}"
    fallback = fallback_snapshot()
    targets = [target for step in fallback.steps for target in step.targets]
    paged: set[str] = set()
    reached = _try_fallback(escalation, targets, because, round_number, paged)
    if not reached:
        reached = _try_fallback(escalation, admin_targets(), because, round_number, paged)
    if not reached:
        _nobody_at_all(escalation)


def page_remaining_admins(escalation: Escalation, *, round_number: int, reason: str) -> None:
    """When the pages of the last resort failed for good: every admin who was not among them."""
    paged = set(
        escalation.pages.filter(step=LAST_RESORT_STEP, round=round_number).values_list(
            "target", flat=True
        )
    )
    because = f"You are the fallback: {reason}"
    if not _try_fallback(escalation, admin_targets(), because, round_number, paged):
        _nobody_at_all(escalation)


def _nobody_at_all(escalation: Escalation) -> None:
    publish(
        NobodyToPage(
            subject_key=escalation.subject_key,
            reason="Nobody could be reached, not even the fallback.",
            key=f"{escalation.pk}:nobody-at-all",
        )
    )


def _try_fallback(
    escalation: Escalation,
    targets: list[Target],
    because: str,
    round_number: int,
    paged: set[str],
) -> bool:
    resolved = resolve(
        targets,
        policy=fallback_snapshot(),
        step_label="the fallback",
        private=bool(escalation.card.get("private")),
    )
    add_fallback_address(resolved)
    people = [
        Found(because, user=item.user, channel=item.channel, address=item.address)
        for key, item in resolved.found.items()
        if key not in paged
    ]
    paged.update(item.key for item in people)
    unreached = make_pages(
        escalation,
        people,
        round_number=round_number,
        step=LAST_RESORT_STEP,
        step_label="the fallback",
        seconds=600,
        is_fallback=True,
    )
    return len(people) > len(unreached)


def add_fallback_address(resolved: Resolved) -> None:
    """The address that the operator named for when there is nobody else."""
    if settings.AIRE_FALLBACK_EMAIL:
        because = "Fallback address of this installation"
        resolved.add(Found(because, channel="email", address=settings.AIRE_FALLBACK_EMAIL))
