"""Celery entry point of the outbox. Carries no state: a hint that is lost costs only time."""

from __future__ import annotations

from celery import shared_task

from core import housekeeping, rounds


@shared_task
def run_outbox() -> None:
    rounds.work_off("outbox")


@shared_task
def keep_house() -> None:
    """What beat asks for; the engine does it too, and the slot makes it happen once."""
    housekeeping.keep_house()
