"""Who is being paged about an incident, through what, and who is next. Reads only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from accounts.models import User
from alerts import severity as severities
from catalog.models import System
from core import clock
from incidents.models import Incident
from incidents.shadow import is_shadowed
from notifications.channels import channels
from notifications.models import Delivery
from oncall.escalation import Circumstances, first_step
from oncall.models import Escalation, Page
from oncall.policy_json import PolicyError
from oncall.selectors import NextPage, next_page, pages_for, policy_for_system
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
class Paged:
    """A page with what became of each of its deliveries."""

    page: Page
    step: str
    deliveries: list[DeliveryLine]

    @property
    def who(self) -> str:
        return str(self.page.user) if self.page.user else self.page.target.partition(":")[2]


@dataclass(frozen=True, slots=True)
class Paging:
    """`escalation` is the newest one; `next` is None where nobody is paged next."""

    escalation: Escalation | None
    next: NextPage | None
    pages: list[Paged]

    @property
    def policy(self) -> str:
        name = self.escalation.policy.get("name", "") if self.escalation else ""
        return str(name)

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


def first_on_call(incident: Incident) -> list[User]:
    """Whom the policies of its systems would page first, as things stand: also those whom the one
    policy that pages for it has not reached. Nobody for what pages nobody."""
    if not severities.pages(incident.severity) or is_shadowed(incident):
        return []
    now = Circumstances(incident.severity, clock.now())
    found: dict[int, User] = {}
    for system in incident.systems.order_by("tier", "name").defer("search"):
        chosen = policy_for_system(system)
        policy = policy_snapshot(chosen) if chosen else None
        first = first_step(policy, now) if policy else None
        if policy is None or first is None:
            continue
        step = policy.steps[first[1]]
        targets = () if step.round_robin else step.targets  # one of them is paged in turn
        for item in resolve(targets, policy=policy, step_label="step 1").found.values():
            if item.user is not None:
                found.setdefault(item.user.pk, item.user)
    return list(found.values())


def paged_first(user: User, slugs: Sequence[str], severity: str) -> FirstPaged:
    """What declaring with these systems and this severity would do. Chooses as `open_incident`
    does: the first system that has a policy, else the fallback."""
    if not severities.pages(severity):
        return FirstPaged(False, "", 0, [], [])
    systems = System.objects.visible_to(user).filter(slug__in=_plain(slugs))
    policies = (policy_for_system(system) for system in systems.order_by("tier", "name"))
    chosen = next((policy for policy in policies if policy is not None), None)
    policy = policy_snapshot(chosen) if chosen else fallback_snapshot()
    now = Circumstances(severity, clock.now())
    first = first_step(policy, now)
    if first is None:
        policy = fallback_snapshot()
        first = first_step(policy, now) or (0, 0, 0)
    _, number, wait = first
    label = f"step {number + 1}"
    found = resolve(policy.steps[number].targets, policy=policy, step_label=label)
    return FirstPaged(
        pages=True,
        policy=policy.name,
        after_seconds=wait,
        people=[(item.label, item.because) for item in found.found.values()],
        missing=found.missing,
    )


def _plain(slugs: Sequence[str]) -> list[str]:
    return [slug for slug in slugs if "\x00" not in slug]


def paging_of(subject_key: str) -> Paging:
    escalation = (
        Escalation.objects.filter(subject_key=subject_key).order_by("-started_at", "-id").first()
    )
    waits = escalation is not None and escalation.state in (
        Escalation.State.RUNNING,
        Escalation.State.ACKNOWLEDGED,
    )
    return Paging(
        escalation=escalation,
        next=_next(subject_key) if waits else None,
        pages=[
            Paged(line.page, line.step_label, [DeliveryLine(one) for one in line.deliveries])
            for line in pages_for(subject_key)[:SHOWN_PAGES]
        ],
    )


def _next(subject_key: str) -> NextPage | None:
    try:
        return next_page(subject_key)
    except PolicyError:
        # A snapshot of another release must not take the page down.
        return None
