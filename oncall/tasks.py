"""Celery entry point of escalations. Carries no state: the timers say what is due."""

from __future__ import annotations

from celery import shared_task

from oncall import stepping


@shared_task
def run_due_steps() -> None:
    while stepping.run_due_steps():
        pass
