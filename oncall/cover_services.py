"""Writing what moves cover: time off, whose public holidays somebody has, shifts that are taken."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from accounts.audit import record
from accounts.checks import Findings
from accounts.models import User
from core import clock
from core.actor import Actor
from core.errors import Conflict, NotFound
from oncall.models import HolidayPlace, Override, TimeOff
from oncall.public_holidays import countries, is_known
from oncall.schedule_checks import moment
from oncall.schedule_services import add_override
from oncall.telling import tell

MAX_TIME_OFF = 500


@transaction.atomic
def add_time_off(
    *,
    user: User,
    starts: datetime,
    ends: datetime,
    reason: str = "",
    calendar_uid: str = "",
    actor: Actor,
) -> TimeOff:
    """This person takes no turn from `starts` to `ends`; whoever is next in order covers."""
    User.objects.select_for_update().get(pk=user.pk)
    found = Findings()
    checked_starts, checked_ends = stretch(found, starts, ends)
    reason = found.line("reason", reason, limit=200)
    if user.time_off.count() >= MAX_TIME_OFF:
        found.add("starts", f"At most {MAX_TIME_OFF} absences can be kept for a person.")
    found.raise_any()
    row, made = TimeOff.objects.get_or_create(
        user=user,
        starts=checked_starts,
        ends=checked_ends,
        defaults={
            "reason": reason,
            "calendar_uid": calendar_uid[:200],
            "created_by_id": actor.user_id,
        },
    )
    if made:
        record(
            actor=actor,
            action="time_off.add",
            target_kind="user",
            target_ref=user.email,
            starts=row.starts.isoformat(),
            ends=row.ends.isoformat(),
        )
    return row


@transaction.atomic
def set_time_off(
    *, user: User, periods: Sequence[tuple[datetime, datetime, str]], actor: Actor
) -> None:
    """Bring what was entered of a person's time off to exactly these: start, end, reason. What a
    calendar brought is the calendar's."""
    wanted = {(starts, ends): reason for starts, ends, reason in periods}
    for row in user.time_off.all():
        when = (row.starts, row.ends)
        if not row.calendar_uid and wanted.get(when) == row.reason:
            del wanted[when]
        elif when in wanted or not row.calendar_uid:
            remove_time_off(time_off_id=row.pk, user=user, actor=actor)
    for (starts, ends), reason in wanted.items():
        add_time_off(user=user, starts=starts, ends=ends, reason=reason, actor=actor)


@transaction.atomic
def remove_time_off(*, time_off_id: int, user: User, actor: Actor) -> None:
    removed, _ = TimeOff.objects.filter(pk=time_off_id, user=user).delete()
    if not removed:
        raise NotFound("There is no such time off.")
    record(actor=actor, action="time_off.remove", target_kind="user", target_ref=user.email)


@transaction.atomic
def set_holiday_place(*, user: User, country: str, subdivision: str = "", actor: Actor) -> None:
    """Whose public holidays this person has; no country: none."""
    found = Findings()
    country, subdivision = country.strip().upper(), subdivision.strip().upper()
    if country and country not in countries():
        found.add("country", "No holidays are known for this country.")
    elif country and not is_known(country, subdivision):
        known = ", ".join(countries()[country][:60]) or "none"
        found.add("subdivision", f"This part of the country is not known. Known are: {known}.")
    found.raise_any()
    if country:
        HolidayPlace.objects.update_or_create(
            user=user, defaults={"country": country, "subdivision": subdivision}
        )
    else:
        HolidayPlace.objects.filter(user=user).delete()
    record(
        actor=actor,
        action="holidays.set",
        target_kind="user",
        target_ref=user.email,
        country=country,
        subdivision=subdivision,
    )


@transaction.atomic
def take_shift(
    *,
    schedule_slug: str,
    taker: User,
    starts: datetime,
    ends: datetime,
    from_user: User | None = None,
    reason: str = "",
    actor: Actor,
) -> Override:
    """`taker` stands in between two times: for `from_user` where they would be on call, or for
    whoever it is."""
    if from_user is not None and from_user == taker:
        raise Conflict("This shift is yours already.")
    override = add_override(
        schedule_slug=schedule_slug,
        user=taker,
        starts=starts,
        ends=ends,
        reason=reason,
        replaces=from_user,
        kind="swap" if from_user else "override",
        actor=actor,
    )
    if from_user is not None and from_user.pk != actor.user_id:
        what = f"{taker} takes your shift in {schedule_slug}"
        key = f"take:{schedule_slug}:{override.pk}"
        tell([from_user], key, what, schedule_slug, override.starts, override.ends)
    return override


def stretch(
    found: Findings, starts: object, ends: object, *, prefix: str = ""
) -> tuple[datetime, datetime]:
    """Both checked; where one is wrong `found` says so before anybody uses them."""
    first = moment(found, f"{prefix}starts", starts)
    last = moment(found, f"{prefix}ends", ends)
    if first and last and last <= first:
        found.add(f"{prefix}ends", "The end must be after the start.")
    return first or clock.now(), last or clock.now()
