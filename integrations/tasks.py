"""Celery entry points: thin, safe to lose and to double."""

from __future__ import annotations

from celery import shared_task

from core import rounds


@shared_task
def work_slack() -> None:
    rounds.work_off("slack")
