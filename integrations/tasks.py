"""Celery entry points: thin, safe to lose and to double."""

from __future__ import annotations

from celery import shared_task

from core import rounds
from integrations.slack.capture import working
from integrations.slack.channels import keeping
from integrations.slack.posts import sending


@shared_task
def work_slack() -> None:
    rounds.work_off("slack")


@shared_task
def post_to_slack() -> None:
    sending.post_due()


@shared_task
def capture_from_slack() -> None:
    working.capture_due()


@shared_task
def keep_slack_channels() -> None:
    keeping.keep_due()
