"""Taking the steps of escalations that are due. One step is one transaction, and happens once."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now
from django.db.utils import InterfaceError, OperationalError

from core import clock
from core.crashpoints import crash_point
from core.hints import hint_on_commit
from core.inserts import insert
from core.leases import claim_due, finish
from core.logs import get_logger
from core.lots import flush, together
from core.outbox import publish
from oncall import escalation as rules
from oncall import policy_json
from oncall.escalation import Circumstances, Policy, Position
from oncall.events import AcknowledgementTimedOut, EscalationExhausted, NobodyToPage
from oncall.models import Escalation, EscalationTimer
from oncall.paging import (
    ACKNOWLEDGED_STEP,
    add_fallback_address,
    anybody_reached,
    delivery_seconds,
    last_resort,
    make_pages,
    step_words,
)
from oncall.targets import Found, resolve
from oncall.turns import in_turn

log = get_logger(__name__)
LEASE_SECONDS = 30
MAX_FAILURES = 3
"""A step that fails so often is given up, and the fallback is paged in its place."""
RETRY_SECONDS = 2


def run_due_steps(limit: int = 20) -> int:
    """Take the steps that are due; answers how many were claimed."""
    claim = claim_due(
        EscalationTimer,
        pending=EscalationTimer.State.PENDING,
        limit=limit,
        lease_seconds=LEASE_SECONDS,
    )
    for timer in claim.rows:
        crash_point("step:after_claim")
        try:
            _run(timer, claim.token)
        except (InterfaceError, OperationalError):
            raise  # the database's trouble, not this step's: the lease brings it back
        except Exception:
            log.exception("step_failed", timer=timer.pk, attempts=timer.attempts)
            _after_failure(timer, claim.token)
        crash_point("step:after_commit")
    return len(claim.rows)


def take_first_steps(subject_keys: Collection[str]) -> None:
    """Take the steps that are due of what has just begun to page, in the transaction that began
    it. What fails is left to the loop, which tries again and falls back in the end."""
    try:
        with transaction.atomic(), together():
            timers = _due_first_steps(subject_keys)
            for timer in timers:
                _take_step(timer.escalation, timer)
            EscalationTimer.objects.filter(pk__in=[timer.pk for timer in timers]).update(
                state=EscalationTimer.State.DONE, attempts=1
            )
    except (InterfaceError, OperationalError):
        raise
    except Exception:
        log.exception("first_steps_failed", subjects=len(subject_keys))


def _due_first_steps(subject_keys: Collection[str]) -> list[EscalationTimer]:
    """Escalations first, as everywhere; nobody else has seen these yet."""
    running = Escalation.objects.select_for_update().filter(
        subject_key__in=subject_keys, state=Escalation.State.RUNNING
    )
    known = {escalation.pk: escalation for escalation in running.order_by("id")}
    timers = EscalationTimer.objects.filter(
        escalation__in=known, state=EscalationTimer.State.PENDING, step=0, round=0
    ).filter(due_at__lte=Now(), lease_token=None)
    found = list(timers.select_for_update(skip_locked=True).order_by("id"))
    for timer in found:
        timer.escalation = known[timer.escalation_id]
    return found


@transaction.atomic
def _run(timer: EscalationTimer, token: UUID) -> None:
    escalation = Escalation.objects.select_for_update().get(pk=timer.escalation_id)
    if not finish(EscalationTimer, pk=timer.pk, token=token, state=EscalationTimer.State.DONE):
        return  # stopped meanwhile, or another took over
    if timer.step == ACKNOWLEDGED_STEP:
        _time_out(escalation)
    elif escalation.state == Escalation.State.RUNNING:
        _take_step(escalation, timer)
    crash_point("step:before_commit")


def _take_step(escalation: Escalation, timer: EscalationTimer) -> None:
    policy = policy_json.from_json(escalation.policy)
    if timer.step < len(policy.steps):
        _take(escalation, policy, timer)
    else:
        _exhaust(escalation, policy, timer.round)


def _time_out(escalation: Escalation) -> None:
    """The acknowledgement has stood for as long as the policy lets it."""
    if escalation.state != Escalation.State.ACKNOWLEDGED:
        return
    publish(
        AcknowledgementTimedOut(
            subject_key=escalation.subject_key,
            escalation_id=str(escalation.pk),
            seconds=policy_json.from_json(escalation.policy).ack_timeout_seconds,
        )
    )


def _take(escalation: Escalation, policy: Policy, timer: EscalationTimer) -> None:
    now = Circumstances(str(escalation.card.get("severity") or ""), clock.now())
    after = rules.next_after(policy, timer.round, timer.step, now)
    label = step_words(policy, timer.round, timer.step)
    resolved = resolve(
        policy.steps[timer.step].targets,
        policy=policy,
        step_label=label,
        private=bool(escalation.card.get("private")),
    )
    if escalation.fallback:
        add_fallback_address(resolved)
    people = [_with_reason(escalation, item) for item in resolved.found.values()]
    if policy.steps[timer.step].round_robin:
        people = in_turn(escalation.policy_slug, timer.step, people)
    unreached = make_pages(
        escalation,
        people,
        round_number=timer.round,
        step=timer.step,
        step_label=label,
        seconds=delivery_seconds(policy, after),
        is_fallback=escalation.fallback,
    )
    at_once = False
    if len(people) == len(unreached):
        reason = "; ".join([*resolved.missing, *unreached]) or "nobody is named"
        after = rules.next_at_once(policy, timer.round, timer.step, now) or after
        at_once = _nobody(escalation, policy, timer, after, reason)
    _next_timer(escalation, policy, timer, after, at_once=at_once)


def _with_reason(escalation: Escalation, found: Found) -> Found:
    """Of a fallback escalation the reason it began is why its people are paged."""
    reason = escalation.card.get("reason")
    if not escalation.fallback or not reason:
        return found
    return Found(f"You are the fallback: {reason}", found.user, found.channel, found.address)


def _nobody(
    escalation: Escalation,
    policy: Policy,
    timer: EscalationTimer,
    after: Position | None,
    reason: str,
) -> bool:
    """The step reached nobody: the next one of the round at once (True), or the fallback when the
    whole round reached nobody."""
    flush()  # what this step could page is asked for below
    same_round = after is not None and after[0] == timer.round
    label = step_words(policy, timer.round, timer.step).capitalize()
    then = "the next step is taken at once" if same_round else "this was the last step"
    publish(
        NobodyToPage(
            subject_key=escalation.subject_key,
            reason=f"{label} reached nobody: {reason}; {then}.",
            key=f"{escalation.pk}:{timer.round}:{timer.step}",
        )
    )
    if not same_round and not anybody_reached(list(escalation.pages.filter(round=timer.round))):
        last_resort(escalation, round_number=timer.round, reason=reason)
    return same_round


def _next_timer(
    escalation: Escalation,
    policy: Policy,
    timer: EscalationTimer,
    after: Position | None,
    *,
    at_once: bool,
) -> None:
    """The next step's timer; after the last one the timer that ends the escalation."""
    end = (timer.round, len(policy.steps), rules.round_wait(policy))
    round_number, step, wait = after or end
    insert(
        EscalationTimer(
            escalation=escalation,
            round=round_number,
            step=step,
            due_at=Now() + timedelta(seconds=0 if at_once else wait),
        )
    )
    if at_once or not wait:
        hint_on_commit("step")


def _exhaust(escalation: Escalation, policy: Policy, round_number: int) -> None:
    Escalation.objects.filter(pk=escalation.pk).update(
        state=Escalation.State.EXHAUSTED, ended_at=Now()
    )
    publish(
        EscalationExhausted(
            subject_key=escalation.subject_key,
            escalation_id=str(escalation.pk),
            policy=policy.name,
        )
    )
    flush()
    reason = f"nobody acknowledged after all steps of {policy.name}"
    last_resort(escalation, round_number=round_number, reason=reason)


def _after_failure(timer: EscalationTimer, token: UUID) -> None:
    """A fault of ours in the step. Tried again soon; in the end the fallback is paged instead."""
    if timer.attempts < MAX_FAILURES:
        again = Now() + timedelta(seconds=RETRY_SECONDS)
        finish(EscalationTimer, pk=timer.pk, token=token, due_at=again)
        return
    with transaction.atomic():
        escalation = Escalation.objects.select_for_update().get(pk=timer.escalation_id)
        if not finish(EscalationTimer, pk=timer.pk, token=token, state=EscalationTimer.State.DONE):
            return
        if escalation.state == Escalation.State.RUNNING:
            nothing = Policy(slug="", name="its policy", steps=())
            _exhaust(escalation, nothing, timer.round)
