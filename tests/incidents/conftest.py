"""Alerts for the tests of this room."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from alerts.models import Alert, Source
from core import clock


@pytest.fixture
def source(db: None) -> Source:
    return Source.objects.create(slug="prod", name="Production", format="alertmanager")


@pytest.fixture
def make_alert(source: Source) -> Callable[..., Alert]:
    """A firing alert; each call makes another one."""
    made = 0

    def make(**more: Any) -> Alert:
        nonlocal made
        made += 1
        now = clock.now()
        times = ("started_at", "first_seen_at", "last_seen_at", "listed_at", "last_event_at")
        wanted = {
            "source": source,
            "dedup_key": f"key-{made}",
            "episode": "n:1",
            "status": "firing",
            "severity": "sev2",
            "title": f"Alert {made}",
            **dict.fromkeys(times, now),
        }
        return Alert.objects.create(**{**wanted, **more})

    return make
