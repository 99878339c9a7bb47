"""Writing what moves cover: time off, whose public holidays somebody has, swaps."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now
from django.urls import reverse

from accounts.audit import record
from accounts.checks import Findings
from accounts.models import User
from core import clock
from core.actor import Actor
from core.errors import Conflict, Forbidden, NotFound
from notifications.message import Message
from notifications.models import Delivery
from notifications.services import notify
from oncall.models import HolidayPlace, Override, RotationMember, SwapRequest, TimeOff
from oncall.public_holidays import countries, is_known
from oncall.schedule_checks import moment
from oncall.schedule_services import add_override, locked_schedule

MAX_TIME_OFF = 500
MAX_OPEN_SWAPS = 50
MAX_TOLD = 100


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
    checked_starts, checked_ends = _stretch(found, starts, ends)
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
    """Bring a person's time off to exactly these: start, end, reason."""
    wanted = {(starts, ends): reason for starts, ends, reason in periods}
    for row in user.time_off.all():
        if wanted.get((row.starts, row.ends)) != row.reason:
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
        _tell([from_user], key, what, schedule_slug, override.starts, override.ends)
    return override


@transaction.atomic
def request_swap(
    *,
    schedule_slug: str,
    asker: User,
    starts: datetime,
    ends: datetime,
    note: str = "",
    actor: Actor,
) -> SwapRequest:
    """Ask the others of the schedule to take one's shifts between two times."""
    schedule = locked_schedule(schedule_slug)
    found = Findings()
    checked_starts, checked_ends = _stretch(found, starts, ends)
    if checked_ends and checked_ends <= clock.now():
        found.add("ends", "This is over.")
    note = found.line("note", note, limit=200)
    open_ones = schedule.swaps.filter(state=SwapRequest.State.OPEN)
    if open_ones.count() >= MAX_OPEN_SWAPS:
        found.add("schedule", f"At most {MAX_OPEN_SWAPS} swaps can be open in a schedule.")
    if open_ones.filter(asker=asker, starts=checked_starts, ends=checked_ends).exists():
        found.add("starts", "You have asked for this already.")
    found.raise_any()
    swap = SwapRequest.objects.create(
        schedule=schedule, asker=asker, starts=checked_starts, ends=checked_ends, note=note
    )
    _record(swap, "swap.request", actor)
    others = User.objects.filter(
        pk__in=RotationMember.objects.filter(rotation__schedule=schedule).values("user_id"),
        is_active=True,
    ).exclude(pk=asker.pk)[:MAX_TOLD]
    what = f"{asker} asks somebody to take a shift in {schedule.name}"
    _tell(others, f"swap:{swap.pk}:asked", what, schedule.slug, swap.starts, swap.ends, note)
    return swap


@transaction.atomic
def take_swap(*, swap_id: int, schedule_slug: str, taker: User, actor: Actor) -> SwapRequest:
    """`taker` stands in for whoever asked. Only one can: the first."""
    swap = _open_swap(swap_id, schedule_slug)
    if swap.asker_id == taker.pk:
        raise Conflict("Whoever asked cannot take it themselves. Withdraw it instead.")
    if swap.ends <= clock.now():
        raise Conflict("This shift is over.")
    if not taker.is_active:
        raise Conflict(f"{taker} is deactivated.")
    swap.override = add_override(
        schedule_slug=swap.schedule.slug,
        user=taker,
        starts=swap.starts,
        ends=swap.ends,
        reason=swap.note,
        replaces=swap.asker,
        kind="swap",
        actor=actor,
    )
    swap.state, swap.taken_by, swap.settled_at = SwapRequest.State.TAKEN, taker, clock.now()
    swap.save(update_fields=["state", "taken_by", "settled_at", "override"])
    _record(swap, "swap.take", actor, taker=taker.email)
    what = f"{taker} takes your shift in {swap.schedule.name}"
    _tell([swap.asker], f"swap:{swap.pk}:taken", what, swap.schedule.slug, swap.starts, swap.ends)
    return swap


@transaction.atomic
def withdraw_swap(*, swap_id: int, schedule_slug: str, by: User, actor: Actor) -> None:
    """Whoever asked, or a manager, takes the question back."""
    swap = _open_swap(swap_id, schedule_slug)
    if swap.asker_id != by.pk and not by.can_manage:
        raise Forbidden("Only whoever asked, or a manager, withdraws a swap.")
    SwapRequest.objects.filter(pk=swap.pk).update(
        state=SwapRequest.State.WITHDRAWN, settled_at=Now()
    )
    _record(swap, "swap.withdraw", actor)


def _open_swap(swap_id: int, schedule_slug: str) -> SwapRequest:
    swap = (
        SwapRequest.objects.select_for_update(of=("self",))
        .select_related("schedule", "asker")
        .filter(pk=swap_id, schedule__slug=schedule_slug)
        .first()
    )
    if swap is None:
        raise NotFound("There is no such swap.")
    if swap.state != SwapRequest.State.OPEN:
        raise Conflict("This swap is taken or withdrawn already.")
    return swap


def _stretch(found: Findings, starts: object, ends: object) -> tuple[datetime, datetime]:
    """Both checked; where one is wrong `found` says so before anybody uses them."""
    first, last = moment(found, "starts", starts), moment(found, "ends", ends)
    if first and last and last <= first:
        found.add("ends", "The end must be after the start.")
    return first or clock.now(), last or clock.now()


def _record(swap: SwapRequest, action: str, actor: Actor, **more: Any) -> None:
    record(
        actor=actor,
        action=action,
        target_kind="schedule",
        target_ref=swap.schedule.slug,
        asker=swap.asker.email,
        starts=swap.starts.isoformat(),
        ends=swap.ends.isoformat(),
        **more,
    )


def _tell(
    people: Sequence[User] | Any,
    key: str,
    what: str,
    slug: str,
    starts: datetime,
    ends: datetime,
    body: str = "",
) -> None:
    address = reverse("oncall:schedule-detail", args=[slug])
    message = Message(
        kind="notice",
        headline="On-call",
        title=what,
        facts=(("From", f"{starts:%a %d %b %H:%M} UTC"), ("Until", f"{ends:%a %d %b %H:%M} UTC")),
        body=body,
        url=f"{settings.AIRE_BASE_URL}{address}",
    )
    for person in people:
        notify(
            user=person,
            message=message,
            kind=Delivery.Kind.NOTICE,
            origin=f"schedule:{slug}"[:80],
            obligation_key=f"{key}:{person.pk}"[:180],
        )
