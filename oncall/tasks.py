"""Celery entry point of escalations. Carries no state: the timers say what is due."""

from __future__ import annotations

from celery import shared_task

from core import rounds


@shared_task
def run_due_steps() -> None:
    rounds.work_off("step")
