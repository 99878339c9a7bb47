"""The Celery application. Its messages are hints: every obligation is a row in PostgreSQL."""

from __future__ import annotations

import os

from celery import Celery
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aire_web.settings")

app = Celery("aire")
app.conf.update(settings.CELERY)
app.autodiscover_tasks()
