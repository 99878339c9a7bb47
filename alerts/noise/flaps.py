"""Conditions that flap or did of late, for the page of noise rules and the API."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from accounts.models import User
from alerts.models import Alert, Flap
from alerts.noise import flapping
from alerts.noise.flapping import FlapRule, History
from alerts.noise.loading import flap_rule
from core import clock

SHOWN = 20


@dataclass(frozen=True, slots=True)
class Flapping:
    """`alert` is the condition's last one. `calm_at` is when it counts as calm if nothing more
    opens; None where it is calm again."""

    alert: Alert
    since: datetime
    last_opened_at: datetime
    calm_at: datetime | None


def flapping_conditions(user: User) -> Sequence[Flapping]:
    """Those that the reader may see, the latest first; none while flapping is not looked for."""
    rule, now = flap_rule(), clock.now()
    if rule is None:
        return []
    flaps = Flap.objects.filter(flapping_since__isnull=False).order_by("-changed_at", "-id")
    rows = {(flap.source_id, flap.dedup_key): flap for flap in flaps[:SHOWN]}
    last = (
        Alert.objects.visible_to(user)
        .filter(
            source_id__in={source for source, _ in rows}, dedup_key__in={key for _, key in rows}
        )
        .select_related("source", "system")
        .defer("system__search", "annotations")
        .order_by("source_id", "dedup_key", "-first_seen_at")
        .distinct("source_id", "dedup_key")
    )
    alerts = {(alert.source_id, alert.dedup_key): alert for alert in last}
    return [
        Flapping(alerts[key], flap.flapping_since, flap.openings[-1], _calm_at(flap, rule, now))
        for key, flap in rows.items()
        if key in alerts and flap.flapping_since is not None
    ]


def _calm_at(flap: Flap, rule: FlapRule, now: datetime) -> datetime | None:
    history = History(tuple(flap.openings), flap.flapping_since)
    return None if flapping.is_calm(history, now, rule) else flapping.calm_at(history, rule)
