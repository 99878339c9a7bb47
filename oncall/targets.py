"""Who the targets of a step are right now, and whether they can be reached. Reads only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from accounts.models import User
from core import clock
from core.logs import get_logger
from core.lots import kept
from notifications.channels import channels
from notifications.models import ContactMethod
from oncall.duty_rules import on_duty
from oncall.escalation import Policy, Target
from oncall.rotation import Duty
from oncall.shift_length import ScheduleError

log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Found:
    """Somebody to page (a person, or a channel and an address), and why them."""

    because: str
    user: User | None = None
    channel: str = ""
    address: str = ""

    @property
    def key(self) -> str:
        """What makes a page of one step unique."""
        return f"user:{self.user.pk}" if self.user else f"{self.channel}:{self.address}"

    @property
    def label(self) -> str:
        return str(self.user) if self.user else self.address


@dataclass(slots=True)
class Resolved:
    """Each person once, with the first reason; `missing` says which targets led to nobody."""

    found: dict[str, Found] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)

    def add(self, item: Found) -> None:
        self.found.setdefault(item.key, item)


def resolve(
    targets: Iterable[Target],
    *,
    policy: Policy,
    step_label: str,
    private: bool = False,
    at: datetime | None = None,
) -> Resolved:
    """As things stand, or would at another time. `private`: people are paged, channels that
    others read are not."""
    wanted = tuple(targets)
    found = kept(
        ("resolved", wanted, policy.name, step_label, private, at),
        lambda: _resolve(wanted, policy, step_label, private, at),
    )
    return Resolved(dict(found.found), list(found.missing))


def _resolve(
    targets: Iterable[Target], policy: Policy, step_label: str, private: bool, at: datetime | None
) -> Resolved:
    resolved = Resolved()
    for target in targets:
        if target.kind == "user":
            _user(target, resolved, f"Named in {step_label} of {policy.name}")
        elif target.kind == "schedule":
            _schedule(target, resolved, at or clock.now())
        elif target.kind == "team":
            _team(target, resolved)
        elif target.kind == "contact":
            _contact(target, resolved, private, f"Named in {step_label} of {policy.name}")
        elif private:
            resolved.missing.append(f"{target.label} is not told of what is private")
        else:
            _slack_channel(target, resolved, f"Channel named in {step_label} of {policy.name}")
    return resolved


def _user(target: Target, resolved: Resolved, because: str) -> None:
    user = User.objects.filter(pk=int(target.ref)).first()
    if user is None or not user.is_active:
        resolved.missing.append(f"{target.label} is no longer active")
    else:
        resolved.add(Found(because, user=user))


def _schedule(target: Target, resolved: Resolved, at: datetime) -> None:
    try:
        schedule = on_duty(int(target.ref), at)
        duties = schedule.at(at) if schedule else []
    except ScheduleError as error:
        # Stored rules that cannot be read must not stop the page: the next step is taken.
        log.error("schedule_unreadable", schedule=target.ref, error=str(error))
        resolved.missing.append(f"the schedule {target.label} cannot be read")
        return
    if schedule is None:
        resolved.missing.append(f"the schedule {target.label} is gone")
        return
    if not duties:
        resolved.missing.append(f"nobody is on call in {schedule.name}")
    for duty in duties:
        if duty.user.is_active:
            resolved.add(Found(duty_words(schedule.name, duty), user=duty.user))
        else:
            resolved.missing.append(f"{duty.user}, on call in {schedule.name}, is not active")


def _team(target: Target, resolved: Resolved) -> None:
    members = list(User.objects.filter(teams__pk=int(target.ref), is_active=True).order_by("id"))
    if not members:
        resolved.missing.append(f"the team {target.label} has no active members")
    for user in members:
        resolved.add(Found(f"Member of the team {target.label}", user=user))


def _slack_channel(target: Target, resolved: Resolved, because: str) -> None:
    slack = channels.get("slack")
    if slack is None or not slack.configured():
        resolved.missing.append(f"{target.label} needs Slack, which is not set up")
    else:
        resolved.add(Found(because, channel="slack", address=target.ref))


def _contact(target: Target, resolved: Resolved, private: bool, because: str) -> None:
    """A room or a webhook that policies page by name."""
    contact = ContactMethod.objects.filter(slug=target.ref).first()
    if contact is None:
        resolved.missing.append(f"{target.label} is gone")
    elif private:
        resolved.missing.append(f"{target.label} is not told of what is private")
    else:
        resolved.add(Found(because, channel=contact.channel, address=target.ref))


def duty_words(schedule: str, duty: Duty[User]) -> str:
    """ "On call: Platform, primary until Mon 09:00 CET", in the person's own zone."""
    until = local(duty.until, duty.user)
    if duty.because in ("override", "swap"):
        reason = f" ({duty.name})" if duty.name else ""
        return f"On call: {schedule}, {duty.because}{reason} until {until}"
    if duty.because == "cover":
        away = f" ({duty.reason})" if duty.reason else ""
        return f"On call: {schedule}, covering for {duty.instead_of}{away} until {until}"
    return f"On call: {schedule}, {duty.name} until {until}"


def local(moment: datetime, user: User) -> str:
    try:
        zone = ZoneInfo(user.time_zone)
    except (KeyError, ValueError, OSError):
        zone = ZoneInfo("UTC")
    return f"{moment.astimezone(zone):%a %H:%M %Z}"
