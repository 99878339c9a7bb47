"""What moves cover at Larkmoor in the next weeks: time off, public holidays, a swap that is asked
for."""

from __future__ import annotations

from datetime import timedelta

from accounts.models import User
from core import clock
from core.actor import Actor, Via
from oncall import rotation, services
from oncall.models import Schedule
from oncall.snapshot import rules_of, with_rules

PLACES = {
    "priya.raman@larkmoor.example": ("GB", "ENG"),
    "diego.salgado@larkmoor.example": ("ES", "MD"),
    "zoe.martin@larkmoor.example": ("US", "NY"),
    "hana.kobayashi@larkmoor.example": ("JP", ""),
    "liam.byrne@larkmoor.example": ("IE", ""),
}
ON_LEAVE = ("platform-primary", timedelta(days=2), timedelta(days=3), "Moving house")
"""Of the next shift of this schedule: how far into it, for how long, and why."""
SWAP_OF = "risk-primary"
SOON = timedelta(weeks=6)


def make_covers() -> None:
    for email, (country, subdivision) in PLACES.items():
        user = User.objects.get(email=email)
        services.set_holiday_place(
            user=user, country=country, subdivision=subdivision, actor=_as(user)
        )
    slug, into, lasts, reason = ON_LEAVE
    if (shift := _next_shift(slug)) is not None and shift.user is not None:
        starts = shift.start + into
        services.add_time_off(
            user=shift.user,
            starts=starts,
            ends=starts + lasts,
            reason=reason,
            actor=_as(shift.user),
        )
    _offer_exchange()


def _offer_exchange() -> None:
    """Two days of the next shift for two days of whoever has the one after."""
    shift = _next_shift(SWAP_OF)
    after = _next_shift(SWAP_OF, but=shift.user) if shift else None
    if not (shift and after and shift.user and after.user):
        return
    services.request_swap(
        schedule_slug=SWAP_OF,
        asker=shift.user,
        starts=shift.start,
        ends=shift.start + timedelta(days=2),
        in_return=services.InReturn(after.user, after.start, after.start + timedelta(days=2)),
        note="A wedding.",
        actor=_as(shift.user),
    )


def _next_shift(slug: str, but: User | None = None) -> rotation.Shift[User] | None:
    """The next stretch that begins, and is somebody's (somebody else's than `but`)."""
    now = clock.now()
    schedules: list[Schedule] = with_rules(since=now - SOON, until=now + SOON, slugs=[slug])
    for schedule in schedules:
        shifts = rotation.shifts(rules_of(schedule), now, now + SOON)
        return next(
            (s for s in shifts if s.start > now and s.user is not None and s.user != but), None
        )
    return None


def _as(user: User) -> Actor:
    return Actor(label=str(user), via=Via.WEB, user_id=user.pk)
