"""Alerts as plain rows, for tests that are not about how alerts come in."""

from __future__ import annotations

from typing import Any

from alerts.models import Alert, Source
from core import clock


def source_row(slug: str = "prod") -> Source:
    return Source.objects.create(slug=slug, name=slug.capitalize(), format="alertmanager")


def alert_row(source: Source, title: str, **more: Any) -> Alert:
    """A firing SEV2; its title is its key."""
    now = clock.now()
    times = ("started_at", "first_seen_at", "last_seen_at", "listed_at", "last_event_at")
    wanted = {"dedup_key": title, "episode": "n:1", "status": "firing", "severity": "sev2"}
    times_now = dict.fromkeys(times, now)
    return Alert.objects.create(source=source, title=title, **{**wanted, **times_now, **more})
