"""What becomes of silences with time: they begin, tell their author that they end soon, end when
what they were for is over; and what is forgotten."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from accounts.models import User
from alerts.models import Alert, Flap, Hold, Silence
from alerts.noise.loading import silence_rule
from alerts.noise.looking import facts_of_row, rows_for, that_may_fit
from alerts.noise.rechecking import CHUNK, recheck
from alerts.noise.rules import SilenceRule
from alerts.noise.windows import active_window, next_change, windows
from alerts.services.silences import expire_silence, is_over
from core import clock
from core.actor import program
from notifications.message import Message
from notifications.services import notify

LONGEST_NOTICE = timedelta(hours=1)
FORGET_FLAPS = timedelta(days=2)


def keep_silences() -> int:
    """Do what is due for one silence; answers how many there were. Safe from anywhere at once."""
    now = clock.now()
    with transaction.atomic():
        silence = (
            Silence.objects.select_for_update(of=("self",), skip_locked=True)
            .select_related("system", "created_by")
            .filter(due_at__lte=now)
            .order_by("due_at")
            .first()
        )
        if silence is None:
            return 0
        rule = silence_rule(silence)
        if _is_done(silence):
            because = "the last alert that it held back is resolved"
            expire_silence(silence_id=silence.pk, actor=program(), because=because)
            return 1
        if _notice_due(silence, now):
            _tell_author(silence)
            silence.told_for = silence.last_ends_at
        silence.due_at = _next_due(silence, rule, now)
        silence.save(update_fields=["due_at", "told_for"])
    if not is_over(silence, now) and active_window(rule.windows, now):
        _hold_what_fires(rule, silence, now)
    return 1


def notice_at(silence: Silence) -> datetime:
    """When its author is told that it ends: an hour before, or in the last quarter of a short
    one."""
    last = windows(silence.starts_at, silence.ends_at, silence.recurrence, silence.time_zone)[-1]
    return last.ends - min(LONGEST_NOTICE, (last.ends - last.starts) / 4)


def forget_flaps() -> int:
    """Conditions that have been calm for days."""
    return Flap.objects.filter(changed_at__lt=clock.now() - FORGET_FLAPS).delete()[0]


def _hold_what_fires(rule: SilenceRule, silence: Silence, now: datetime) -> None:
    """Hold back what fires and fits, in bites with a transaction each."""
    firing = Alert.objects.filter(status=Alert.Status.FIRING)
    if silence.system_id is not None:
        firing = firing.filter(system_id=silence.system_id)
    rows = rows_for(that_may_fit(firing, rule.matchers)).order_by("pk")
    fitting = [row.pk for row in rows.iterator(chunk_size=2000) if rule.fits(facts_of_row(row))]
    for start in range(0, len(fitting), CHUNK):
        recheck(fitting[start : start + CHUNK], now=now)


def _next_due(silence: Silence, rule: SilenceRule, now: datetime) -> datetime | None:
    """When a window begins or ends, or its author is to be told, whichever is first."""
    if is_over(silence, now):
        return None
    times = [next_change(rule.windows, now)]
    if silence.told_for != silence.last_ends_at:
        times.append(notice_at(silence))
    return min((time for time in times if time is not None and time > now), default=None)


def _is_done(silence: Silence) -> bool:
    """Whether it was to last until what it holds is over, and that is so."""
    done = silence.ends_when_resolved and silence.held > 0 and silence.expired_at is None
    return done and not Hold.objects.filter(ref=str(silence.pk)).exists()


def _notice_due(silence: Silence, now: datetime) -> bool:
    told = silence.told_for == silence.last_ends_at
    return not told and not is_over(silence, now) and now >= notice_at(silence)


def _tell_author(silence: Silence) -> None:
    author: User | None = silence.created_by
    if author is None or not author.is_active:
        return
    holding = Hold.objects.filter(ref=str(silence.pk)).count()
    what = f"maintenance of {silence.system.name}" if silence.system else "silence"
    after = (
        f"{holding} alert{'' if holding == 1 else 's'} it holds back will page if still firing"
        if holding
        else "it holds nothing back right now"
    )
    notify(
        user=author,
        message=Message(
            kind="notice",
            headline="Silence ends soon",
            title=f"Your {what} ends at {silence.last_ends_at:%H:%M} UTC: {silence.reason}",
            facts=(("Matches", ", ".join(silence.match) or "every alert"), ("Then", after)),
            why="You made it.",
            url=settings.AIRE_BASE_URL + reverse("alerts:silence-edit", args=[silence.pk]),
        ),
        kind="notice",
        origin=f"silence:{silence.pk}",
        obligation_key=f"silence:{silence.pk}:{silence.last_ends_at.isoformat()}"[:180],
    )
