"""Alerts for the tests of this room."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from alerts.models import Alert
from alerts.services import save_source
from core import clock
from tests.cast import TESTER


@pytest.fixture
def make_alert(db: None) -> Callable[..., Alert]:
    """A firing alert with these labels."""
    source, _ = save_source(slug="scorer", name="Scorer", format="generic", actor=TESTER)

    def make(title: str, **more: Any) -> Alert:
        now = clock.now()
        times = ("started_at", "first_seen_at", "last_seen_at", "listed_at", "last_event_at")
        wanted = {"status": "firing", "severity": "sev2", "episode": "n:1", "dedup_key": title}
        wanted |= dict.fromkeys(times, now)
        return Alert.objects.create(source=source, title=title, **{**wanted, **more})

    return make
