"""Celery entry points: thin, safe to lose and to double."""

from __future__ import annotations

from celery import shared_task

from alerts import absorb
from core import outbox


@shared_task
def absorb_due() -> None:
    """Absorb what waits, then hear its events at once: the shortest way to an incident."""
    while absorb.drain() or outbox.run_due():
        pass
