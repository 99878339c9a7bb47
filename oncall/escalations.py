"""The verbs of running escalations: start, stop, page. Each works in the caller's transaction.

Lock order everywhere: the escalation, then its timers, then deliveries.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models.functions import Now

from accounts.models import User
from core import clock
from core.actor import Actor
from core.errors import Conflict
from core.hints import hint_on_commit
from core.inserts import insert, insert_new
from notifications import services as notifications
from oncall import escalation as rules
from oncall import policy_json
from oncall.models import Escalation, EscalationPolicy, EscalationTimer, Page
from oncall.paging import ACKNOWLEDGED_STEP, DIRECT_STEP, MIN_DELIVERY_SECONDS, make_pages
from oncall.snapshot import fallback_snapshot, policy_snapshot
from oncall.targets import Found
from oncall.visibility import subject_visibility

STOPPABLE = (Escalation.State.RUNNING, Escalation.State.EXHAUSTED)


@transaction.atomic(savepoint=False)
def start_escalation(
    *,
    subject_key: str,
    card: Mapping[str, Any],
    policy: EscalationPolicy | None,
    actor: Actor,
    shadow: bool = False,
) -> Escalation:
    """Begin to page about a subject; the one that runs already is answered as it is.

    Without a policy (or with one that has no steps) the fallback is paged. `card` says what pages
    are made of: ref, title, severity, url, systems, summary, drill, opened_at (ISO 8601), actions.
    In `shadow` everything runs and is recorded, and nobody is paged.
    """
    snapshot = policy_snapshot(policy) if policy is not None else None
    if snapshot is not None and first_of(snapshot, card) is not None:
        return _start(
            subject_key=subject_key, card=card, snapshot=snapshot, fallback=False, shadow=shadow
        )
    if snapshot is not None and snapshot.steps:
        severity = str(card.get("severity") or "this")
        reason = f"no step of {snapshot.name} is for {severity} now"
        card = {**card, "reason": reason}
    return _start(
        subject_key=subject_key,
        card=card,
        snapshot=fallback_snapshot(),
        fallback=True,
        shadow=shadow,
    )


@transaction.atomic(savepoint=False)
def page_fallback(*, subject_key: str, card: Mapping[str, Any], reason: str) -> Escalation:
    """Page the fallback about something that has no policy, for example an unreadable receipt.
    `reason` is why them, in words."""
    return _start(
        subject_key=subject_key,
        card={**card, "reason": reason},
        snapshot=fallback_snapshot(),
        fallback=True,
    )


def _start(
    *,
    subject_key: str,
    card: Mapping[str, Any],
    snapshot: rules.Policy,
    fallback: bool,
    shadow: bool = False,
) -> Escalation:
    escalation = Escalation(
        subject_key=subject_key,
        policy_slug=snapshot.slug,
        policy=policy_json.to_json(snapshot),
        fallback=fallback,
        shadow=shadow,
        card=dict(card),
    )
    if not insert_new(escalation):
        return Escalation.objects.get(subject_key=subject_key, state=Escalation.State.RUNNING)
    _, step, wait = first_of(snapshot, card) or (0, 0, 0)
    insert(
        EscalationTimer(
            escalation=escalation, round=0, step=step, due_at=Now() + timedelta(seconds=wait)
        )
    )
    hint_on_commit("step")
    return escalation


def first_of(snapshot: rules.Policy, card: Mapping[str, Any]) -> rules.Position | None:
    """The first step that is for this severity, now; None when there is none."""
    now = rules.Circumstances(str(card.get("severity") or ""), clock.now())
    return rules.first_step(snapshot, now)


@transaction.atomic
def stop_escalation(*, subject_key: str, state: str = "acknowledged", by: Actor) -> bool:
    """End the paging about a subject and call off what is not out yet; False if none ran.

    `state` is `acknowledged` (its pages are marked so) or `ended`. An escalation that ran out of
    steps can still be acknowledged. Once this commits no step of it pages anybody.
    """
    if state not in (Escalation.State.ACKNOWLEDGED, Escalation.State.ENDED):
        raise ValueError(f"An escalation is stopped as acknowledged or ended, not {state!r}")
    stopped = list(
        Escalation.objects.select_for_update()
        .filter(subject_key=subject_key, state__in=STOPPABLE)
        .order_by("id")
    )
    for escalation in stopped:
        Escalation.objects.filter(pk=escalation.pk).update(
            state=state, ended_at=Now(), ended_by=by.label[:200]
        )
        EscalationTimer.objects.filter(
            escalation=escalation, state=EscalationTimer.State.PENDING
        ).update(state=EscalationTimer.State.CANCELLED, lease_token=None, lease_until=None)
    if state == Escalation.State.ACKNOWLEDGED:
        for escalation in stopped:
            _await_confirmation(escalation)
        Page.objects.filter(escalation__subject_key=subject_key, acknowledged_at=None).update(
            acknowledged_at=Now()
        )
    else:
        forget_acknowledgement(subject_key=subject_key)
    notifications.cancel(subject_key=subject_key)
    return bool(stopped)


def _await_confirmation(escalation: Escalation) -> None:
    """Where its policy says so, an acknowledgement counts for a while only."""
    seconds = policy_json.from_json(escalation.policy).ack_timeout_seconds
    # Where no room keeps the subject, nothing could take the acknowledgement back.
    if seconds and escalation.subject_key.partition(":")[0] in subject_visibility:
        insert(
            EscalationTimer(
                escalation=escalation,
                round=0,
                step=ACKNOWLEDGED_STEP,
                due_at=Now() + timedelta(seconds=seconds),
            )
        )


def forget_acknowledgement(*, subject_key: str) -> None:
    """The acknowledgement is not waited on any more: what it was about went on, or ended."""
    EscalationTimer.objects.filter(
        escalation__subject_key=subject_key,
        step=ACKNOWLEDGED_STEP,
        state=EscalationTimer.State.PENDING,
    ).update(state=EscalationTimer.State.CANCELLED, lease_token=None, lease_until=None)


@transaction.atomic
def confirm_acknowledged(*, subject_key: str) -> bool:
    """Somebody is still on it: the time-out of the acknowledgement begins anew. False without
    one."""
    timer = (
        EscalationTimer.objects.select_related("escalation")
        .select_for_update(of=("self",))
        .filter(
            escalation__subject_key=subject_key,
            step=ACKNOWLEDGED_STEP,
            state=EscalationTimer.State.PENDING,
        )
        .first()
    )
    if timer is None:
        return False
    seconds = policy_json.from_json(timer.escalation.policy).ack_timeout_seconds
    EscalationTimer.objects.filter(pk=timer.pk).update(
        due_at=Now() + timedelta(seconds=seconds), lease_token=None, lease_until=None
    )
    return True


def update_card(*, subject_key: str, card: Mapping[str, Any]) -> bool:
    """Have later pages of the running escalation say what is true now."""
    return bool(
        Escalation.objects.filter(subject_key=subject_key, state=Escalation.State.RUNNING).update(
            card=dict(card)
        )
    )


@transaction.atomic
def page_person(
    *, subject_key: str, card: Mapping[str, Any], user: User, because: str, actor: Actor
) -> Page:
    """Page somebody in addition, whatever the policy does; asking again pages them again."""
    escalation = (
        Escalation.objects.select_for_update()
        .filter(subject_key=subject_key)
        .order_by("-started_at", "-id")
        .first()
    )
    if escalation is None:
        # Nothing pages about this subject: an escalation that is over holds the page.
        escalation = Escalation.objects.create(
            subject_key=subject_key,
            policy=policy_json.to_json(rules.Policy(slug="", name="Direct page", steps=())),
            card=dict(card),
            state=Escalation.State.ENDED,
            ended_at=Now(),
            ended_by=actor.label[:200],
        )
    escalation.card = dict(card)
    escalation.shadow = False  # a person asks for a person: that pages, whatever is in shadow
    found = Found(because or f"{actor.label} asked for you", user=user)
    earlier = escalation.pages.filter(step=DIRECT_STEP, target=found.key).count()
    make_pages(
        escalation,
        [found],
        round_number=earlier,
        step=DIRECT_STEP,
        step_label="a direct page",
        seconds=MIN_DELIVERY_SECONDS * 10,
    )
    return escalation.pages.get(step=DIRECT_STEP, target=found.key, round=earlier)


@transaction.atomic
def acknowledge_page(*, page: Page, actor: Actor) -> bool:
    """For pages about subjects that no room keeps (an unreadable receipt): acknowledging the page
    ends its escalation. What a room keeps is acknowledged there, and ends it from there."""
    subject_key = page.escalation.subject_key
    if subject_key.partition(":")[0] in subject_visibility:
        raise Conflict("Acknowledge this on its own page.")
    return stop_escalation(subject_key=subject_key, by=actor)
