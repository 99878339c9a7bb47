"""Reads of the on-call room: who is on call, who is paged next, who was paged through what."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Prefetch, QuerySet

from accounts.models import User
from catalog.models import System
from core import clock
from core.errors import NotFound
from core.in_use import what_uses
from core.lots import kept
from core.payload import clean_text
from notifications.models import Delivery, DeliveryReport
from notifications.selectors import deliveries_for
from oncall import policy_json, rotation
from oncall.models import Escalation, EscalationPolicy, EscalationTimer, Override, Page, Schedule
from oncall.paging import ACKNOWLEDGED_STEP, origin_of, step_words
from oncall.rotation import Duty, Shift
from oncall.shift_length import ScheduleError
from oncall.snapshot import rules_at, rules_of
from oncall.targets import resolve
from oncall.visibility import visible_subjects

LOOK_BACK = timedelta(days=31)
LOOK_AHEAD = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class OnCallNow:
    """`duty` is None in a gap; `next` is the stretch after it (`next.user` None: a gap)."""

    schedule: Schedule
    duty: Duty[User] | None
    next: Shift[User] | None
    problem: str = ""
    shadows: tuple[Duty[User], ...] = ()


@dataclass(frozen=True, slots=True)
class NextPage:
    """Who is paged next about a subject if nobody acknowledges, and when."""

    who: str
    due_at: datetime
    step_label: str
    confirms: bool = False
    """It is acknowledged, and pages again then unless somebody says that they are still on it."""


@dataclass(frozen=True, slots=True)
class PageLine:
    page: Page
    deliveries: list[Delivery]
    step_label: str


def visible_schedules(user: User) -> QuerySet[Schedule]:
    """Everyone who may sign in sees who is on call."""
    return Schedule.objects.all() if user.is_active else Schedule.objects.none()


def on_call_now(
    *, at: datetime | None = None, slugs: Collection[str] | None = None
) -> list[OnCallNow]:
    """Every schedule, in three queries however many there are."""
    moment = at or clock.now()
    return [now_of(schedule, moment) for schedule in rules_at(moment, slugs=slugs)]


def now_of(schedule: Schedule, at: datetime) -> OnCallNow:
    try:
        found = rules_of(schedule)
        duties = rotation.on_call(found, at)
        following = rotation.next_change(found, at, LOOK_AHEAD)
    except ScheduleError as error:
        return OnCallNow(schedule, None, None, str(error))
    looking_on = tuple(rotation.shadowing(found, at))
    return OnCallNow(schedule, duties[0] if duties else None, following, shadows=looking_on)


def on_call_of(user: User, slug: str, *, at: datetime | None = None) -> OnCallNow:
    schedule_for(user, slug)
    return on_call_now(at=at, slugs=[slug])[0]


def schedule_for(user: User, slug: str) -> Schedule:
    schedule = visible_schedules(user).filter(slug=slug).first()
    if schedule is None:
        raise NotFound(f"There is no schedule “{clean_text(slug, 63)}”.")
    return schedule


def my_duties(user: User, *, at: datetime | None = None) -> list[tuple[Schedule, Shift[User]]]:
    """When this person is on call, now or next, one stretch a schedule, soonest first."""
    moment = at or clock.now()
    mine: list[tuple[Schedule, Shift[User]]] = []
    for schedule in rules_at(moment):
        try:
            found = rules_of(schedule)
            held = [duty for duty in rotation.on_call(found, moment) if duty.user == user]
            shift = rotation.next_shift(found, user, moment, LOOK_AHEAD)
        except ScheduleError:
            continue
        if held:
            duty = held[0]
            shift = Shift(user, duty.because, duty.name, *duty[3:])
        if shift is not None:
            mine.append((schedule, shift))
    return sorted(mine, key=lambda pair: pair[1].start)


def policy_for_system(system: System) -> EscalationPolicy | None:
    """The policy that pages for a system when no route says otherwise."""
    return kept(("policy for system", system.pk), lambda: _policy_for_system(system.pk))


def _policy_for_system(system_id: int) -> EscalationPolicy | None:
    found = EscalationPolicy.objects.raw(
        "SELECT p.* FROM oncall_escalationpolicy p "
        "JOIN oncall_systempolicy s ON s.policy_id = p.id WHERE s.system_id = %s LIMIT 1",
        [system_id],
    )
    return next(iter(found), None)


def visible_policies(user: User) -> QuerySet[EscalationPolicy]:
    """Everyone who may sign in sees who would be paged."""
    policies = EscalationPolicy.objects.prefetch_related(
        "steps__targets__user",
        "steps__targets__schedule",
        "steps__targets__team",
        "steps__targets__contact",
    )
    return policies if user.is_active else policies.none()


def policy_for(user: User, slug: str) -> EscalationPolicy:
    policy = visible_policies(user).filter(slug=slug).first()
    if policy is None:
        raise NotFound(f"There is no escalation policy “{clean_text(slug, 63)}”.")
    return policy


def what_keeps_policy(policy: EscalationPolicy) -> list[str]:
    """What would be left without it, in words; none: it may be deleted."""
    kept_by = what_uses(policy)
    if policy.is_fallback:
        kept_by.append("whatever names no policy, as this is the fallback")
    return kept_by


def systems_paged_by(policy: EscalationPolicy) -> QuerySet[System]:
    return System.objects.filter(paging__policy=policy).order_by("name")


def running_escalation(subject_key: str) -> Escalation | None:
    return Escalation.objects.filter(
        subject_key=subject_key, state=Escalation.State.RUNNING
    ).first()


def last_escalation(subject_key: str) -> Escalation | None:
    """The one that began last, whatever has become of it."""
    return Escalation.objects.filter(subject_key=subject_key).order_by("-id").first()


def next_page(subject_key: str) -> NextPage | None:
    """Computed from the schedules as they are now; None when nothing escalates."""
    timer = (
        EscalationTimer.objects.select_related("escalation")
        .filter(
            escalation__subject_key=subject_key,
            escalation__state__in=[Escalation.State.RUNNING, Escalation.State.ACKNOWLEDGED],
            state=EscalationTimer.State.PENDING,
        )
        .order_by("-escalation__started_at")
        .first()
    )
    if timer is None:
        return None
    policy = policy_json.from_json(timer.escalation.policy)
    if timer.step == ACKNOWLEDGED_STEP:
        return NextPage(policy.name, timer.due_at, "acknowledgement time-out", confirms=True)
    if timer.step >= len(policy.steps):
        return NextPage("the fallback", timer.due_at, "after the last step")
    label = step_words(policy, timer.round, timer.step)
    people = resolve(policy.steps[timer.step].targets, policy=policy, step_label=label)
    who = ", ".join(found.label for found in people.found.values()) or "nobody"
    return NextPage(who, timer.due_at, label)


def pages_for(subject_key: str) -> list[PageLine]:
    """Who was paged about a subject, newest first, with every delivery and its tries."""
    pages = (
        Page.objects.filter(escalation__subject_key=subject_key)
        .select_related("user", "escalation")
        .order_by("-created_at", "-id")[:200]
    )
    return page_lines(pages)


def page_lines(pages: Iterable[Page]) -> list[PageLine]:
    """Two queries more, however many pages."""
    found = list(pages)
    by_origin = deliveries_for(origin_of(page) for page in found)
    return [PageLine(page, by_origin.get(origin_of(page), []), _label(page)) for page in found]


def _label(page: Page) -> str:
    try:
        return step_words(policy_json.from_json(page.escalation.policy), page.round, page.step)
    except policy_json.PolicyError:
        return f"step {page.step + 1}"


def all_pages() -> QuerySet[Page]:
    """Unfiltered: callers show only `visible_pages` of what they take."""
    return Page.objects.select_related("user", "escalation")


def visible_pages(user: User, pages: Iterable[Page]) -> list[Page]:
    """Those about subjects that the user may see, and those that paged the user."""
    found = list(pages)
    seen = visible_subjects(user, {page.escalation.subject_key for page in found})
    return [
        page
        for page in found
        if user.is_active and (page.escalation.subject_key in seen or page.user_id == user.pk)
    ]


def waiting_pages(user: User) -> list[Page]:
    """The pages that wait for this person, one a subject, newest first."""
    pages = (
        Page.objects.filter(
            user=user,
            shadow=False,
            acknowledged_at=None,
            escalation__state__in=[Escalation.State.RUNNING, Escalation.State.EXHAUSTED],
        )
        .select_related("escalation")
        .order_by("-created_at")[:50]
    )
    by_subject: dict[str, Page] = {}
    for page in pages:
        by_subject.setdefault(page.escalation.subject_key, page)
    return list(by_subject.values())


def with_members(schedules: QuerySet[Schedule]) -> QuerySet[Schedule]:
    """For lists and the API: rotations with people, overrides that are not over."""
    overrides = Override.objects.filter(ends__gt=clock.now()).select_related("user", "replaces")
    return schedules.prefetch_related(
        "rotations__members__user",
        "rotations__changes__members__user",
        Prefetch("overrides", overrides, to_attr="coming"),
    )


def pages_of(user: User, only: str) -> QuerySet[Page]:
    """Unfiltered by who may see them (`visible_pages` does that); `only` is `mine`, `shadow`,
    `unacknowledged` or nothing."""
    pages = all_pages()
    if only == "mine":
        return pages.filter(user=user)
    if only == "shadow":
        return pages.filter(shadow=True)
    if only == "unacknowledged":
        return pages.filter(acknowledged_at=None, shadow=False)
    return pages


def reports_of(deliveries: Iterable[Delivery]) -> dict[UUID, list[DeliveryReport]]:
    """What providers said later, by delivery."""
    found: dict[UUID, list[DeliveryReport]] = {}
    for report in DeliveryReport.objects.filter(delivery__in=list(deliveries)):
        found.setdefault(report.delivery_id, []).append(report)
    return found
