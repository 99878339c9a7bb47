"""The stage of absorbing that folds a storm: set-wise, in the lot's transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict
from datetime import timedelta

from django.conf import settings
from django.db import connection
from django.db.models.functions import Now

from alerts.models import Alert
from alerts.stages import Folded, Touched
from alerts.storm.events import AlertsFolded, StormCounted
from alerts.storm.models import Storm
from alerts.storm.rules import Limits, Slots, Tally, group_key
from catalog.models import System
from core.live import tick
from core.lots import kept
from core.outbox import publish

# New alerts of the last seconds; of a source that repeats thousands, not all are looked at.
_RECENT = """
    SELECT count(*) FROM (
        SELECT first_seen_at FROM alerts_alert
         WHERE source_id = %s AND listed_at > now() - interval '10 seconds'
         ORDER BY listed_at DESC, id DESC LIMIT 5000) recent
     WHERE first_seen_at > now() - interval '10 seconds'"""


def limits() -> Limits:
    return Limits(
        per_second=settings.AIRE_STORM_PER_SECOND,
        groups=settings.AIRE_STORM_GROUPS,
        calm=timedelta(seconds=settings.AIRE_STORM_CALM_SECONDS),
    )


def page_limit() -> int | None:
    """How many pages below SEV1 a person gets while any storm is on."""
    on = kept("a storm is on", lambda: Storm.objects.filter(ended_at=None).exists())
    return settings.AIRE_STORM_PAGES if on else None


def fold_storm(folded: Folded) -> None:
    """While a storm is on, what is new joins one incident a team. Drills have no weather."""
    asking = [one for one in folded.touched if one.asks and one.firing and not one.alert.drill]
    if not asking:
        return
    groups = len({one.alert.group_key for one in asking})
    alerts = _recent(folded.source.id) + len(asking)
    storm = Storm.objects.select_for_update().filter(source_id=folded.source.id, ended_at=None)
    current = storm.first()
    if current is None:
        if not limits().begins(alerts=alerts, groups=groups):
            return
        current = Storm.objects.create(source_id=folded.source.id)
        tick("incidents")
    loud = limits().goes_on(alerts=alerts, groups=groups)
    _fold(folded, current, asking)
    current.alerts += len(asking)
    if loud:
        current.loud_at = Now()
    current.save()


def _recent(source_id: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_RECENT, [source_id])
        return int(cursor.fetchone()[0])


def _fold(folded: Folded, storm: Storm, asking: Sequence[Touched]) -> None:
    """Problems that people know of already stay what they are; new ones join the storm, but for
    the few that keep an incident of their own."""
    keys = {one.alert.group_key for one in asking}
    known = set(
        Alert.objects.filter(group_key__in=keys, status=Alert.Status.FIRING)
        .values_list("group_key", flat=True)
        .distinct()
    )
    slots = Slots(storm.own, storm.own_systems)
    new: list[Touched] = []
    for one in sorted(asking, key=lambda one: one.alert.severity):
        if one.alert.group_key in known:
            continue
        if slots.take(severity=one.alert.severity, system=one.facts.get("system", "")):
            known.add(one.alert.group_key)
        else:
            new.append(one)
    storm.own, storm.own_systems = slots.own, slots.systems
    if new:
        _join(folded, storm, new)


def _join(folded: Folded, storm: Storm, new: Sequence[Touched]) -> None:
    teams = dict(
        System.objects.filter(pk__in={one.alert.system_id for one in new}).values_list(
            "id", "team_id"
        )
    )
    members: dict[str, list[Touched]] = defaultdict(list)
    for one in new:
        team = teams.get(one.alert.system_id) if one.alert.system_id else None
        key = group_key(storm.pk, team)
        folded.regroup(one, key, "Folded: its source sends a storm of alerts.", storm=storm.pk)
        members[key].append(one)
    for key, joined in members.items():
        first = joined[0].alert  # the worst: they came sorted
        publish(
            AlertsFolded(key, folded.source.name, first.severity, first.system_id, first.route_id)
        )
        _count(folded, storm, key, len(joined))
    storm.folded += len(new)


def _count(folded: Folded, storm: Storm, key: str, count: int) -> None:
    tally = Tally(**storm.tallies.get(key, {}))
    if over := tally.add(folded.now, count):
        publish(StormCounted(key, folded.source.name, *over))
    storm.tallies[key] = asdict(tally)
