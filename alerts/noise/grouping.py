"""The stage of absorbing that folds alerts of one system into one group."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta

from alerts.episodes import Effect
from alerts.models import Alert
from alerts.noise.folding import Member, fold
from alerts.stages import Folded as Lot
from alerts.stages import Touched

MOST = 500


def fold_alike(lot: Lot) -> None:
    """One query a lot at most, and none where no route folds."""
    windows = {rule.id: rule.fold_within for rule in lot.source.routes if rule.fold_within}
    by_window: dict[int, list[Touched]] = defaultdict(list)
    for one in lot.touched:
        window = windows.get(one.alert.route_id)
        if window and one.asks and one.firing and one.alert.system_id and _is_new(one):
            by_window[window].append(one)
    for seconds, fresh in by_window.items():
        _fold(lot, fresh, timedelta(seconds=seconds))


def _fold(lot: Lot, fresh: Sequence[Touched], within: timedelta) -> None:
    earliest = min(one.alert.first_seen_at for one in fresh) - within
    rows = Alert.objects.filter(
        route_id__in={one.alert.route_id for one in fresh},
        system_id__in={one.alert.system_id for one in fresh},
        status=Alert.Status.FIRING,
        wants_incident=True,
        first_seen_at__gte=earliest,
    ).exclude(pk__in=[one.alert.pk for one in fresh])
    standing = [
        member_of(row)
        for row in rows.only(
            "route_id", "system_id", "severity", "first_seen_at", "group_key", "title", "drill"
        ).order_by("first_seen_at")[:MOST]
    ]
    found = fold([member_of(one.alert) for one in fresh], standing, within)
    for one in fresh:
        folded = found.get(one.alert.pk)
        if folded is not None:
            minutes = round(folded.apart.total_seconds() / 60)
            text = (
                f"Folded into the group of “{folded.anchor.title[:200]}”: both are about "
                f"{one.facts.get('system', 'the same system')}, began {minutes} minutes apart, "
                f"and their route folds within {round(within.total_seconds() / 60)}."
            )
            lot.regroup(one, folded.anchor.group_key, text, anchor=str(folded.anchor.id))


def member_of(row: Alert) -> Member:
    return Member(
        id=row.pk,
        place=(row.route_id or 0, row.system_id or 0),
        severity=row.severity,
        at=row.first_seen_at,
        group_key=row.group_key,
        title=row.title,
        drill=row.drill,
    )


def _is_new(one: Touched) -> bool:
    return Effect.OPENED in one.effects
