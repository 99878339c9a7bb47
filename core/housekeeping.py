"""Throws away what nobody needs any more, in small bites, once an hour however many may try."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from django.contrib.sessions.models import Session
from django.db import connection

from core import clock
from core.logs import get_logger
from core.models import JobRun
from core.registry import Registry

log = get_logger(__name__)
BITE = 5000
Chore = Callable[[], int]
chores: Registry[Chore] = Registry("chore")
"""Each does one bounded bite and answers how many rows went."""


def forget_done_events() -> int:
    """Outbox rows that were worked off a day ago; failed ones stay for a person to look at."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM core_outboxtask WHERE id = ANY(ARRAY(SELECT id FROM core_outboxtask "
            "WHERE state = 'done' AND created_at < now() - interval '1 day' LIMIT %s))",
            [BITE],
        )
        return int(cursor.rowcount)


def forget_sessions() -> int:
    return Session.objects.filter(expire_date__lt=clock.now()).delete()[0]


def forget_dead_beats() -> int:
    """Signs of life of processes that have been gone for an hour."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM core_enginebeat WHERE at < now() - interval '1 hour'")
        return int(cursor.rowcount)


def forget_slots() -> int:
    return JobRun.objects.filter(slot__lt=clock.now() - timedelta(days=7)).delete()[0]


for chore in (
    forget_done_events,
    forget_sessions,
    forget_dead_beats,
    forget_slots,
):
    chores.add(chore.__name__, chore)


def keep_house() -> int:
    """All chores, if this hour's slot is still free. Answers 0: there is never a hurry."""
    slot = clock.now().replace(minute=0, second=0, microsecond=0)
    if not take_slot("housekeeping", slot=slot):
        return 0
    for name in chores.names():
        chore = chores.get(name)
        assert chore is not None
        while (gone := chore()) >= BITE:
            log.info("house_kept", chore=name, rows=gone)
    return 0


def take_slot(job: str, *, slot: datetime) -> bool:
    """True for the one process that may do this job for this slot."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO core_jobrun (job, slot) VALUES (%s, %s) ON CONFLICT DO NOTHING",
            [job, slot],
        )
        return bool(cursor.rowcount)
