"""Who is being paged about an incident, through what, and who is next. Four queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from accounts.models import User
from alerts import severity as severities
from catalog.models import System
from notifications.channels import channels
from notifications.models import Delivery
from oncall import escalation as rules
from oncall.models import Escalation, EscalationTimer, Page
from oncall.paging import origin_of, step_words
from oncall.selectors import policy_for_system
from oncall.snapshot import fallback_snapshot, policy_snapshot
from oncall.targets import resolve

SHOWN_PAGES = 20


@dataclass(frozen=True, slots=True)
class DeliveryLine:
    """A delivery in words: over which channel, how often tried, what was answered last."""

    delivery: Delivery

    @property
    def channel(self) -> str:
        found = channels.get(self.delivery.channel)
        return found.title if found else self.delivery.channel

    @property
    def tries(self) -> int:
        return len(self.delivery.tries.all())

    @property
    def may_repeat(self) -> bool:
        return any(attempt.may_repeat for attempt in self.delivery.tries.all())

    @property
    def said(self) -> str:
        """Why it is not out; nothing where it is."""
        return "" if self.delivery.state == Delivery.State.SENT else self.delivery.reason


@dataclass(frozen=True, slots=True)
class PageLine:
    """A page with what became of each of its deliveries."""

    page: Page
    deliveries: list[DeliveryLine]

    @property
    def who(self) -> str:
        return str(self.page.user) if self.page.user else self.page.target.partition(":")[2]


@dataclass(frozen=True, slots=True)
class Paging:
    """`escalation` is the newest one; `next_at` and `next_who` are None where nobody is next."""

    escalation: Escalation | None
    policy: str
    next_at: datetime | None
    next_who: str
    next_step: str
    pages: list[PageLine]

    @property
    def is_running(self) -> bool:
        return self.escalation is not None and self.escalation.state == Escalation.State.RUNNING

    @property
    def is_exhausted(self) -> bool:
        return self.escalation is not None and self.escalation.state == Escalation.State.EXHAUSTED


@dataclass(frozen=True, slots=True)
class FirstPaged:
    """Whom an incident would page first, as things stand. `missing` says what leads to nobody."""

    pages: bool
    policy: str
    after_seconds: int
    people: list[tuple[str, str]]
    missing: list[str]


def paged_first(user: User, slugs: Sequence[str], severity: str) -> FirstPaged:
    """What declaring with these systems and this severity would do. Chooses as `open_incident`
    does: the first system that has a policy, else the fallback."""
    if not severities.pages(severity):
        return FirstPaged(False, "", 0, [], [])
    systems = System.objects.visible_to(user).filter(slug__in=_plain(slugs))
    policies = (policy_for_system(system) for system in systems.order_by("tier", "name"))
    chosen = next((policy for policy in policies if policy is not None), None)
    policy = policy_snapshot(chosen) if chosen else fallback_snapshot()
    if not policy.steps:
        policy = fallback_snapshot()
    step = policy.steps[0]
    found = resolve(step.targets, policy=policy, step_label="step 1")
    return FirstPaged(
        pages=True,
        policy=policy.name,
        after_seconds=step.after_seconds,
        people=[(item.label, item.because) for item in found.found.values()],
        missing=found.missing,
    )


def _plain(slugs: Sequence[str]) -> list[str]:
    return [slug for slug in slugs if "\x00" not in slug]


def paging_of(subject_key: str) -> Paging:
    escalation = (
        Escalation.objects.filter(subject_key=subject_key).order_by("-started_at", "-id").first()
    )
    policy = _policy(escalation)
    timer = _timer(escalation)
    who, label = _next(policy, timer)
    return Paging(
        escalation=escalation,
        policy=policy.name if policy else "",
        next_at=timer.due_at if timer else None,
        next_who=who,
        next_step=label,
        pages=_pages(subject_key),
    )


def _policy(escalation: Escalation | None) -> rules.Policy | None:
    if escalation is None:
        return None
    try:
        return rules.from_json(escalation.policy)
    except rules.PolicyError:
        # A snapshot of another release must not take the page down.
        return None


def _timer(escalation: Escalation | None) -> EscalationTimer | None:
    if escalation is None:
        return None
    pending = escalation.timers.filter(state=EscalationTimer.State.PENDING)
    return pending.order_by("due_at").first()


def _next(policy: rules.Policy | None, timer: EscalationTimer | None) -> tuple[str, str]:
    """Whom the next step names, in words, and which step it is."""
    if policy is None or timer is None:
        return "", ""
    if timer.step >= len(policy.steps):
        return "the fallback", "after the last step"
    targets = policy.steps[timer.step].targets
    who = ", ".join(target.label or target.ref for target in targets) or "nobody"
    return who, step_words(policy, timer.round, timer.step)


def _pages(subject_key: str) -> list[PageLine]:
    pages = list(
        Page.objects.filter(escalation__subject_key=subject_key)
        .select_related("user")
        .order_by("-created_at", "-id")[:SHOWN_PAGES]
    )
    deliveries: dict[str, list[DeliveryLine]] = {}
    found = (
        Delivery.objects.filter(origin__in=[origin_of(page) for page in pages])
        .prefetch_related("tries")
        .order_by("created_at", "id")
    )
    for delivery in found:
        deliveries.setdefault(delivery.origin, []).append(DeliveryLine(delivery))
    return [PageLine(page, deliveries.get(origin_of(page), [])) for page in pages]
