"""Secret calendar addresses: making, taking back, and what stands behind one."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction

from accounts.audit import record
from accounts.models import User
from core import clock
from core.actor import Actor
from core.errors import Conflict, NotFound
from core.secrets import key_digest, key_hint, looks_like_key, new_key
from oncall import rotation
from oncall.calendar_out import Entry, document
from oncall.duty_rules import LOOK_AHEAD, LOOK_BACK
from oncall.models import CalendarFeed, Schedule
from oncall.rotation import Shift
from oncall.shift_length import ScheduleError
from oncall.snapshot import rules_of, with_rules

PREFIX = "aire_cal_"
MAX_FEEDS = 50
PAST, COMING = timedelta(days=28), timedelta(days=26 * 7)
MAX_ENTRIES = 5_000


@transaction.atomic
def create_feed(
    *, owner: User, schedule: Schedule | None, actor: Actor
) -> tuple[CalendarFeed, str]:
    """A new address: of one schedule, or of all shifts of its owner. The secret is told once."""
    User.objects.select_for_update().get(pk=owner.pk)
    if owner.calendar_feeds.count() >= MAX_FEEDS:
        raise Conflict(f"At most {MAX_FEEDS} calendar addresses can be kept. Take one back first.")
    key = new_key(PREFIX)
    feed = CalendarFeed.objects.create(
        owner=owner, schedule=schedule, digest=key_digest(key), hint=key_hint(key)[:20]
    )
    _record(feed, "calendar_feed.create", actor)
    return feed, key


@transaction.atomic
def revoke_feed(*, feed_id: int, owner: User, actor: Actor) -> None:
    feed = CalendarFeed.objects.filter(pk=feed_id, owner=owner).first()
    if feed is None:
        raise NotFound("There is no such calendar address.")
    _record(feed, "calendar_feed.revoke", actor)
    feed.delete()


def _record(feed: CalendarFeed, action: str, actor: Actor) -> None:
    record(
        actor=actor,
        action=action,
        target_kind="user",
        target_ref=feed.owner.email,
        schedule=feed.schedule.slug if feed.schedule else None,
    )


def feed_by_key(key: str) -> CalendarFeed | None:
    """Of an owner who may still sign in."""
    if not looks_like_key(key, (PREFIX,)):
        return None
    return (
        CalendarFeed.objects.select_related("owner", "schedule")
        .filter(digest=key_digest(key), owner__is_active=True)
        .first()
    )


def feed_document(feed: CalendarFeed) -> bytes:
    """Four weeks back and half a year ahead. Notes that it was read."""
    now = clock.now()
    since, until = now - PAST, now + COMING
    slugs = [feed.schedule.slug] if feed.schedule else None
    entries: list[Entry] = []
    for schedule in with_rules(since=since - LOOK_BACK, until=until + LOOK_AHEAD, slugs=slugs):
        try:
            shifts = rotation.shifts(rules_of(schedule), since, until)
        except ScheduleError:
            continue
        entries += [
            _entry(schedule, shift, whole=feed.schedule is not None)
            for shift in shifts
            if shift.user is not None and (feed.schedule is not None or shift.user == feed.owner)
        ]
    CalendarFeed.objects.filter(pk=feed.pk).update(last_read_at=now)
    name = feed.schedule.name if feed.schedule else f"On call: {feed.owner}"
    domain = urlsplit(settings.AIRE_BASE_URL).hostname or "aire"
    return document(name, entries[:MAX_ENTRIES], stamped=now, domain=domain)


def _entry(schedule: Schedule, shift: Shift[User], *, whole: bool) -> Entry:
    note = f"Covers for {shift.instead_of}" if shift.because == "cover" else shift.name
    title = f"{shift.user} · {schedule.name}" if whole else f"On call: {schedule.name}"
    key = f"{schedule.slug}:{shift.user.pk if shift.user else 0}"
    return Entry(key, title, note, shift.start, shift.end)
