"""Writing swaps: somebody asks that others take a shift, or offers it for one of theirs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from accounts.audit import record
from accounts.checks import Findings
from accounts.models import User
from core import clock
from core.actor import Actor
from core.errors import Conflict, Forbidden, NotFound
from oncall import rotation
from oncall.cover_services import stretch
from oncall.models import Override, RotationMember, Schedule, SwapRequest
from oncall.schedule_services import add_override, locked_schedule
from oncall.shift_length import ScheduleError
from oncall.snapshot import rules_of, with_rules
from oncall.telling import tell

MAX_OPEN_SWAPS = 50
MAX_TOLD = 100


@dataclass(frozen=True, slots=True)
class InReturn:
    """A shift of `partner` that the asker takes for theirs: only the partner can agree."""

    partner: User
    starts: datetime
    ends: datetime


@transaction.atomic
def request_swap(
    *,
    schedule_slug: str,
    asker: User,
    starts: datetime,
    ends: datetime,
    note: str = "",
    in_return: InReturn | None = None,
    actor: Actor,
) -> SwapRequest:
    """Ask the others of the schedule to take one's shifts between two times, or one of them to
    exchange them for shifts of theirs."""
    swap = _asked(schedule_slug, asker, starts, ends, note, in_return, actor)
    schedule = swap.schedule
    key = f"swap:{swap.pk}:asked"
    if swap.partner is None:
        what = f"{asker} asks somebody to take a shift in {schedule.name}"
    else:
        what = f"{asker} offers you a shift in {schedule.name} for one of yours"
    people = [swap.partner] if swap.partner else _others(schedule, asker)
    tell(people, key, what, schedule.slug, swap.starts, swap.ends, _told(swap))
    return swap


@transaction.atomic
def make_swap(
    *,
    schedule_slug: str,
    asker: User,
    starts: datetime,
    ends: datetime,
    in_return: InReturn,
    note: str = "",
    by: User,
    actor: Actor,
) -> SwapRequest:
    """A manager exchanges the shifts of two people, who are told."""
    if not by.can_manage:
        raise Forbidden("Only a manager exchanges shifts of others.")
    swap = _asked(schedule_slug, asker, starts, ends, note, in_return, actor)
    _take(swap, in_return.partner, actor)
    what = f"{actor.label} has exchanged two shifts in {swap.schedule.name}"
    key = f"swap:{swap.pk}:made"
    people = [asker, in_return.partner]
    tell(people, key, what, swap.schedule.slug, swap.starts, swap.ends, _told(swap))
    return swap


def _asked(
    slug: str,
    asker: User,
    starts: datetime,
    ends: datetime,
    note: str,
    in_return: InReturn | None,
    actor: Actor,
) -> SwapRequest:
    schedule = locked_schedule(slug)
    found = Findings()
    first, last = stretch(found, starts, ends)
    if last <= clock.now():
        found.add("ends", "This is over.")
    swap = SwapRequest(
        schedule=schedule,
        asker=asker,
        starts=first,
        ends=last,
        note=found.line("note", note, limit=200),
    )
    open_ones = schedule.swaps.filter(state=SwapRequest.State.OPEN)
    if open_ones.count() >= MAX_OPEN_SWAPS:
        found.add("schedule", f"At most {MAX_OPEN_SWAPS} swaps can be open in a schedule.")
    same = {"asker": asker, "starts": first, "ends": last}
    if in_return is not None:
        swap.partner = in_return.partner
        swap.return_starts, swap.return_ends = stretch(
            found, in_return.starts, in_return.ends, prefix="return_"
        )
        same["return_starts"] = swap.return_starts
    if open_ones.filter(**same, partner=swap.partner).exists():
        found.add("starts", "You have asked for this already.")
    found.raise_any()
    if in_return is not None:
        _check_exchange(swap, found)
        found.raise_any()
    swap.save()
    _record(swap, "swap.request", actor)
    return swap


def _check_exchange(swap: SwapRequest, found: Findings) -> None:
    """An exchange of nothing would look settled and change nothing."""
    assert swap.partner is not None
    assert swap.return_starts is not None
    assert swap.return_ends is not None
    if swap.partner_id == swap.asker_id:
        found.add("partner", "Choose a shift of somebody else.")
        return
    if swap.return_ends <= clock.now():
        found.add("return_ends", "This is over.")
    elif not _has_duty(swap.schedule, swap.partner, swap.return_starts, swap.return_ends):
        found.add("return_starts", f"{swap.partner} is not on call then.")
    if not _has_duty(swap.schedule, swap.asker, swap.starts, swap.ends):
        found.add("starts", f"{swap.asker} is not on call then.")
    if swap.starts < swap.return_ends and swap.return_starts < swap.ends:
        found.add("return_starts", "The two shifts overlap.")


def _has_duty(schedule: Schedule, person: User, starts: datetime, ends: datetime) -> bool:
    loaded = with_rules(since=starts, until=ends, slugs=[schedule.slug])
    try:
        shifts = [s for one in loaded for s in rotation.shifts(rules_of(one), starts, ends)]
    except ScheduleError:
        return False
    return any(shift.user == person for shift in shifts)


def _others(schedule: Schedule, asker: User) -> QuerySet[User]:
    members = RotationMember.objects.filter(rotation__schedule=schedule).values("user_id")
    return User.objects.filter(pk__in=members, is_active=True).exclude(pk=asker.pk)[:MAX_TOLD]


def _told(swap: SwapRequest) -> str:
    """The other half of an exchange in words, and the note."""
    if swap.partner is None or swap.return_starts is None or swap.return_ends is None:
        return swap.note
    back = (
        f"In return {swap.asker} takes the shift of {swap.partner} from "
        f"{swap.return_starts:%a %d %b %H:%M} to {swap.return_ends:%a %d %b %H:%M} UTC."
    )
    return f"{back} {swap.note}".strip()


@transaction.atomic
def take_swap(*, swap_id: int, schedule_slug: str, taker: User, actor: Actor) -> SwapRequest:
    """`taker` stands in for whoever asked, who takes what they offered to take in return. Only
    one can: the first, or the one who was asked."""
    locked_schedule(schedule_slug)  # who is on call stays so from the look at it to the override
    swap = _open_swap(swap_id, schedule_slug)
    if swap.asker_id == taker.pk:
        raise Conflict("Whoever asked cannot take it themselves. Withdraw it instead.")
    if swap.partner_id not in (None, taker.pk):
        raise Conflict(f"This is offered to {swap.partner} alone.")
    over = [swap.ends] if swap.return_ends is None else [swap.ends, swap.return_ends]
    if min(over) <= clock.now():
        raise Conflict("This shift is over.")
    for person in (taker, swap.asker):
        if not person.is_active:
            raise Conflict(f"{person} is deactivated.")
    if swap.partner_id:
        changed = Findings()
        _check_exchange(swap, changed)
        if changed.errors:
            first = next(iter(changed.errors.values()))[0]
            raise Conflict(f"The schedule has changed since this was offered: {first}")
    _take(swap, taker, actor)
    what = f"{taker} takes your shift in {swap.schedule.name}"
    key = f"swap:{swap.pk}:taken"
    tell([swap.asker], key, what, swap.schedule.slug, swap.starts, swap.ends, _told(swap))
    if actor.user_id not in (None, taker.pk):
        what = f"{actor.label} has put you in for {swap.asker} in {swap.schedule.name}"
        key = f"swap:{swap.pk}:put-in"
        tell([taker], key, what, swap.schedule.slug, swap.starts, swap.ends, _told(swap))
    return swap


def _take(swap: SwapRequest, taker: User, actor: Actor) -> None:
    swap.override = _stand_in(swap, taker, swap.asker, swap.starts, swap.ends, actor)
    if swap.return_starts is not None and swap.return_ends is not None:
        swap.return_override = _stand_in(
            swap, swap.asker, taker, swap.return_starts, swap.return_ends, actor
        )
    swap.state, swap.taken_by, swap.settled_at = SwapRequest.State.TAKEN, taker, clock.now()
    swap.save()
    _record(swap, "swap.take", actor, taker=taker.email)


def _stand_in(
    swap: SwapRequest, user: User, replaces: User, starts: datetime, ends: datetime, actor: Actor
) -> Override:
    return add_override(
        schedule_slug=swap.schedule.slug,
        user=user,
        starts=starts,
        ends=ends,
        reason=swap.note,
        replaces=replaces,
        kind="swap",
        actor=actor,
    )


@transaction.atomic
def withdraw_swap(*, swap_id: int, schedule_slug: str, by: User, actor: Actor) -> None:
    """Whoever asked, or a manager, takes the question back; whoever was asked declines it."""
    swap = _open_swap(swap_id, schedule_slug)
    if by.pk not in (swap.asker_id, swap.partner_id) and not by.can_manage:
        raise Forbidden("Only whoever asked, or a manager, withdraws a swap.")
    SwapRequest.objects.filter(pk=swap.pk).update(
        state=SwapRequest.State.WITHDRAWN, settled_at=Now()
    )
    _record(swap, "swap.withdraw", actor)
    if by.pk == swap.partner_id:
        _tell_over(swap, "declined", f"{by} does not exchange shifts in", swap.asker)
        return
    if by.pk != swap.asker_id:
        _tell_over(swap, "taken-back", f"{by} has withdrawn the swap you asked for in", swap.asker)
    if swap.partner is not None:
        what = f"{swap.asker} does not offer you a shift any more in"
        _tell_over(swap, "withdrawn", what, swap.partner)


def _tell_over(swap: SwapRequest, how: str, what: str, person: User) -> None:
    slug, title = swap.schedule.slug, f"{what} {swap.schedule.name}"
    tell([person], f"swap:{swap.pk}:{how}", title, slug, swap.starts, swap.ends)


def _open_swap(swap_id: int, schedule_slug: str) -> SwapRequest:
    swap = (
        SwapRequest.objects.select_for_update(of=("self",))
        .select_related("schedule", "asker", "partner")
        .filter(pk=swap_id, schedule__slug=schedule_slug)
        .first()
    )
    if swap is None:
        raise NotFound("There is no such swap.")
    if swap.state != SwapRequest.State.OPEN:
        raise Conflict("This swap is taken or withdrawn already.")
    return swap


def _record(swap: SwapRequest, action: str, actor: Actor, **more: Any) -> None:
    record(
        actor=actor,
        action=action,
        target_kind="schedule",
        target_ref=swap.schedule.slug,
        asker=swap.asker.email,
        starts=swap.starts.isoformat(),
        ends=swap.ends.isoformat(),
        partner=swap.partner.email if swap.partner else None,
        **more,
    )
