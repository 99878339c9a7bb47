"""The Celery application of beat alone: it sends a few names on a timetable, and needs neither
Django nor AIRE's rooms for it. That halves what the process holds in memory."""

from __future__ import annotations

from celery import Celery

from aire_web import celery_settings
from aire_web.env import environment
from aire_web.runtime.home import runtime_urls

app = Celery("aire", fixups=[])
app.conf.update(
    celery_settings.COMMON,
    broker_url=environment.redis_url
    or runtime_urls(environment.home)[1]
    or celery_settings.DEFAULT_BROKER,
)
