"""The Celery application. Its messages are hints: every obligation is a row in PostgreSQL."""

from __future__ import annotations

import os
from typing import Any

from celery import Celery
from celery.signals import worker_init, worker_process_init
from django.conf import settings

from aire_web.database import keep_connection
from core.collector import look_less_often

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aire_web.settings")

app = Celery("aire")
app.conf.update(settings.CELERY)
app.autodiscover_tasks()


@worker_init.connect
@worker_process_init.connect
def _settle_in(**_: Any) -> None:
    keep_connection()
    look_less_often()
