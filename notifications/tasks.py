"""Celery entry point of deliveries. Carries no state: the rows say what is due."""

from __future__ import annotations

from celery import shared_task

from notifications import delivery


@shared_task
def deliver_due() -> None:
    delivery.deliver_due()
