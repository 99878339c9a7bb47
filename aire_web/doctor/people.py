"""Checks of who would be paged: the last resort, gaps in schedules, people without a contact."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.conf import settings

from accounts.models import Role, User
from aire_web.doctor.findings import Finding, failing, ok, warning
from core import clock
from notifications.channels import configured_channels
from notifications.reach import reachable
from oncall.models import EscalationPolicy, PolicyTarget
from oncall.rotation import gaps
from oncall.shift_length import ScheduleError
from oncall.snapshot import rules_of, with_rules

AHEAD = timedelta(days=7)
MAX_NAMED = 5


def check_fallback() -> Iterator[Finding]:
    """Where a page ends that nobody else could be found for."""
    if EscalationPolicy.objects.filter(is_fallback=True, steps__targets__isnull=False).exists():
        yield ok("Fallback", "A policy catches what nobody else does.")
    elif User.objects.filter(role=Role.ADMIN, is_active=True).exists():
        yield warning(
            "Fallback",
            "No policy is marked as the fallback: every admin is paged instead.",
            "Mark one: `fallback: true` in an EscalationPolicy.",
        )
    elif settings.AIRE_FALLBACK_EMAIL:
        yield warning(
            "Fallback",
            "Only AIRE_FALLBACK_EMAIL is left: there is no fallback policy and no admin.",
            "Make an admin, and mark a policy as the fallback.",
        )
    else:
        yield failing(
            "Fallback",
            "A page that reaches nobody would end nowhere.",
            "Make an admin, mark a policy as the fallback, or set AIRE_FALLBACK_EMAIL.",
        )


def check_schedules() -> Iterator[Finding]:
    """Times in the next seven days at which a schedule that pages has nobody."""
    now = clock.now()
    paging = set(PolicyTarget.objects.values_list("schedule_id", flat=True))
    found = False
    for schedule in with_rules(since=now, until=now + AHEAD):
        if schedule.pk not in paging:
            continue
        try:
            empty = gaps(rules_of(schedule), now, now + AHEAD)
        except ScheduleError as error:
            found = True
            yield failing("On call", f"{schedule.name} cannot be read: {error}", "Correct it.")
            continue
        if empty:
            found = True
            yield warning(
                "On call",
                f"{schedule.name} has nobody {len(empty)} times in the next seven days, first "
                f"from {empty[0].start:%Y-%m-%d %H:%M} to {empty[0].end:%Y-%m-%d %H:%M} UTC.",
                "Fill the gap, or be sure that the next step of the policy covers it.",
            )
    if not found:
        yield ok("On call", "No gaps in the next seven days.")


def check_contacts() -> Iterator[Finding]:
    """People whom a policy or a schedule would page and who cannot be reached."""
    if not any(channel.reaches and channel.form is None for channel in configured_channels()):
        yield warning(
            "Contacts",
            "Only who gave a number or a browser of their own is found away from AIRE.",
            "Configure mail or Slack before you rely on being paged.",
        )
        return
    people = list(_paged())
    reached = reachable(people)
    lost = [str(person) for person in people if person.pk not in reached]
    if not lost:
        yield ok("Contacts", f"All {len(people)} people who are paged can be reached.")
        return
    more = f" and {len(lost) - MAX_NAMED} more" if len(lost) > MAX_NAMED else ""
    yield failing(
        "Contacts",
        f"Cannot be reached: {', '.join(sorted(lost)[:MAX_NAMED])}{more}.",
        "Switch a channel on for them, or take them out of schedules and policies.",
    )


def _paged() -> Iterator[User]:
    named = PolicyTarget.objects.exclude(user=None).values("user_id")
    in_teams = PolicyTarget.objects.exclude(team=None).values("team__members")
    rotating = PolicyTarget.objects.exclude(schedule=None).values(
        "schedule__rotations__members__user_id"
    )
    yield from User.objects.filter(pk__in=named.union(in_teams, rotating)).order_by("pk")
