"""What this room does when a delivery of a page failed for good: go on at once."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from core.hints import hint_on_commit
from core.outbox import publish
from notifications.events import DeliverySettled
from notifications.models import Delivery
from oncall import policy_json
from oncall.escalations import STOPPABLE
from oncall.events import NobodyToPage
from oncall.models import Escalation, EscalationTimer, Page
from oncall.paging import (
    LAST_RESORT_STEP,
    anybody_reached,
    last_resort,
    page_remaining_admins,
)


@transaction.atomic
def on_delivery_settled(event: DeliverySettled) -> None:
    """When the last way to a paged person failed, they count as unreachable; when that leaves a
    step with nobody, the next one is due now."""
    if event.state != Delivery.State.FAILED or not event.origin.startswith("page:"):
        return
    page = Page.objects.filter(pk=UUID(event.origin.removeprefix("page:"))).first()
    if page is None:
        return
    escalation = Escalation.objects.select_for_update().get(pk=page.escalation_id)
    if escalation.state not in STOPPABLE or anybody_reached([page]):
        return
    publish(
        NobodyToPage(
            subject_key=escalation.subject_key,
            reason=f"{page.user or page.target} could not be reached: {event.detail}",
            key=f"page:{page.pk}:failed",
        )
    )
    of_step = list(escalation.pages.filter(round=page.round, step=page.step))
    if not anybody_reached(of_step):
        _go_on(escalation, page)


def _go_on(escalation: Escalation, page: Page) -> None:
    if page.step == LAST_RESORT_STEP:
        reason = "the fallback could not be reached"
        page_remaining_admins(escalation, round_number=page.round, reason=reason)
        return
    policy = policy_json.from_json(escalation.policy)
    if page.step >= len(policy.steps) or escalation.state != Escalation.State.RUNNING:
        return  # a direct page, or one of an escalation that has ended: nothing comes after it
    coming = EscalationTimer.objects.filter(
        escalation=escalation,
        round=page.round,
        step__gt=page.step,
        step__lt=len(policy.steps),
        state=EscalationTimer.State.PENDING,
    )
    if coming.exists():
        if coming.filter(due_at__gt=Now()).update(due_at=Now()):
            hint_on_commit("step")
    elif not anybody_reached(list(escalation.pages.filter(round=page.round))):
        reason = "nobody else could be reached"
        last_resort(escalation, round_number=page.round, reason=reason)
