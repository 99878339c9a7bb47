"""Celery entry points: thin, safe to lose and to double."""

from __future__ import annotations

import time

from celery import shared_task

from alerts import absorb
from core import outbox
from core.hints import hint

MAX_SECONDS = 0.5
"""Then the messages that page get their turn in this worker."""


@shared_task
def absorb_due() -> None:
    """Absorb what waits and hear its events at once: the shortest way to an incident. Ends after
    a while under a load that never does; the next hint goes on."""
    end = time.monotonic() + MAX_SECONDS
    while absorb.absorb_due() + outbox.run_due():
        if time.monotonic() > end:
            hint("absorb")
            return
