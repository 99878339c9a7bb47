"""Folds readings into alert rows, set-wise: two look-ups and a few bulk writes a batch."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from alerts.bulk import NewStep, write_changed, write_steps
from alerts.episodes import Effect, Episode, Known, Step, apply, episode_name
from alerts.events import (
    AlertsAcknowledged,
    AlertsFiring,
    AlertsHeld,
    AlertsResolved,
    ReceiptSetAside,
)
from alerts.facts import SourceFacts
from alerts.models import Alert, Receipt, Tombstone
from alerts.numbers import with_keys
from alerts.redaction.redacting import Redacted
from alerts.routing import Decision, decide
from alerts.signals import MAX_LABELS, Action, Reading, Signal
from alerts.stages import Folded, Touched, run_stages
from alerts.trace import ARRIVED, LOOKED
from core import outbox
from core.ids import new_id
from core.inserts import insert, insert_new
from core.pipelining import bites, without_waiting

MAX_NOTES = 50


class LateFinisher(Exception):
    """Somebody else finished this receipt after our lease ran out; our work must be undone."""


@dataclass(frozen=True, slots=True)
class Read:
    """A receipt and what was read from it, or why it could not be."""

    receipt: Receipt
    reading: Reading | None
    reason: str = ""
    notes: tuple[str, ...] = ()
    """What those who took its measurements have to say."""
    redacted: Redacted | None = None
    delivery: UUID | None = None
    """What a repeat of the sender has in common with this delivery (`alerts.deliveries`)."""

    @property
    def said(self) -> list[str]:
        """The lines that the receipt keeps of how it was read."""
        said = list(self.reading.notes) if self.reading else []
        return [*([self.redacted.note] if self.redacted else []), *said, *self.notes]


def finish_receipts(read: Sequence[Read], token: UUID) -> None:
    """Write the outcome of each; raises `LateFinisher` when a lease is no longer ours."""
    outcomes = []
    outbox.publish(
        *(
            ReceiptSetAside(str(item.receipt.pk), item.receipt.source_id, item.reason[:500])
            for item in read
            if item.reading is None
        )
    )
    for item in read:
        if item.reading is None:
            outcomes.append((item.receipt.pk, "set_aside", item.reason[:2000], "[]", 0, True))
        else:
            reading = item.reading
            notes = json.dumps(item.said[:MAX_NOTES])
            kept = reading.keep_body
            outcomes.append((item.receipt.pk, "done", "", notes, len(reading.signals), kept))
    with connection.cursor() as cursor:
        columns = [list(column) for column in zip(*outcomes, strict=True)]
        # The ids once more, for the planner: they tell which days' tables are meant.
        cursor.execute(_FINISH, [*columns, columns[0], token])
        if cursor.rowcount != len(outcomes):
            raise LateFinisher


_FINISH = """
    UPDATE alerts_receipt r
       SET state = given.state, reason = given.reason, notes = given.notes::jsonb,
           signals = given.signals, lease_token = NULL, lease_until = NULL,
           body = CASE WHEN given.kept THEN r.body ELSE ''::bytea END
      FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::text[], %s::int[], %s::bool[])
        AS given(id, state, reason, notes, signals, kept)
     WHERE r.id = given.id AND r.id = ANY(%s) AND r.lease_token = %s"""


# Most of what comes is either all new, and then this look is all it takes, or all known.
_LOOK = """
    SELECT now(),
           EXISTS (SELECT 1 FROM alerts_alert WHERE source_id = %s AND dedup_key = ANY(%s)),
           EXISTS (SELECT 1 FROM alerts_tombstone WHERE source_id = %s AND dedup_key = ANY(%s))"""

# Locked in one order, as everybody does who works on several; who only refers to an alert, and may
# hold the incident that it is to join, does not wait.
_AT_HAND = """
    SELECT * FROM alerts_alert
     WHERE source_id = %s AND dedup_key = ANY(%s) AND (status <> 'resolved' OR episode = ANY(%s))
     ORDER BY id FOR NO KEY UPDATE"""

_EARLIER = """
    (SELECT DISTINCT ON (dedup_key) * FROM alerts_alert
      WHERE source_id = %s AND dedup_key = ANY(%s) AND episode LIKE 'n:%%'
      ORDER BY dedup_key, first_seen_at DESC)
    UNION ALL
    (SELECT DISTINCT ON (dedup_key) * FROM alerts_alert
      WHERE source_id = %s AND dedup_key = ANY(%s)
      ORDER BY dedup_key, started_at DESC)"""

_COLUMNS = [field.attname for field in Alert._meta.concrete_fields]


class Batch:
    """The alerts that a lot of receipts of one source touches, changed in memory, saved once."""

    def __init__(self, source: SourceFacts, *, now: datetime | None = None) -> None:
        """`now` is when it is absorbed, by default what the database's clock says then."""
        self.source = source
        self._given = now
        self.now: datetime
        self._items: list[tuple[Receipt, Signal]] = []
        self._known: dict[str, Known] = {}
        self._rows: dict[tuple[str, str], Alert] = {}
        self._new: dict[UUID, Alert] = {}
        self._changed: dict[UUID, Alert] = {}
        self._steps: list[NewStep] = []
        self._tombstones: list[Tombstone] = []
        self._touched: dict[UUID, Touched] = {}
        self._resolved: list[str] = []
        self._acknowledged: list[str] = []

    def fold(self, receipt: Receipt, reading: Reading) -> None:
        """Queue a receipt's signals, in the sender's order."""
        self._items.extend((receipt, signal) for signal in reading.signals)

    def save(self) -> None:
        """Apply all and write all. Call inside a transaction."""
        self._items = with_keys(self.source.id, self._items)
        self._load()
        for receipt, signal in self._items:
            self._apply(receipt, signal)
        folded = Folded(self.source, self.now, list(self._touched.values()), self._steps)
        run_stages(folded)
        with without_waiting():
            for rows in bites(list(self._new.values())):
                insert(*rows)
            for rows in bites(list(self._changed.values())):
                write_changed(rows)
            for steps in bites(self._steps):
                write_steps(steps)
        insert_new(*self._tombstones)
        self._tell_all(folded)

    def _tell_all(self, folded: Folded) -> None:
        asking: dict[str, list[str]] = defaultdict(list)
        for one in folded.touched:
            if one.asks and one.firing:
                asking[one.alert.group_key].append(str(one.alert.pk))
        outbox.publish(*(AlertsFiring(group, ids) for group, ids in asking.items()))
        if held := [str(one.alert.pk) for one in folded.touched if one.held_now]:
            outbox.publish(AlertsHeld(held))
        if self._resolved:
            outbox.publish(AlertsResolved(self._resolved))
        if self._acknowledged:
            outbox.publish(AlertsAcknowledged(self._acknowledged))

    def _load(self) -> None:
        """What is known of every key at hand: what fires, the episodes that are named, and where
        one may open also the newest and the last counted."""
        keys = {signal.dedup_key for _, signal in self._items}
        known = self._known = {key: Known() for key in keys}
        with connection.cursor() as cursor:
            cursor.execute(_LOOK, [self.source.id, list(keys)] * 2)
            now, any_alert, any_stone = cursor.fetchone()
        self.now = self._given or now
        if any_alert:
            names = {episode_name(s.starts_at) for _, s in self._items if s.starts_at}
            self._take(Alert.objects.raw(_AT_HAND, [self.source.id, list(keys), list(names)]))
            if opening := list({s.dedup_key for _, s in self._items if self._may_open(s)}):
                self._take(Alert.objects.raw(_EARLIER, [self.source.id, opening] * 2))
        if any_stone:
            stones = Tombstone.objects.filter(source_id=self.source.id, dedup_key__in=keys)
            for stone in stones:
                known[stone.dedup_key].tombstones[stone.episode] = stone.resolved_at

    def _take(self, found: Iterable[Alert]) -> None:
        for row in sorted(found, key=lambda alert: alert.first_seen_at):
            facts = self._known[row.dedup_key]
            if row.episode in facts.episodes:
                continue
            facts.episodes[row.episode] = _episode(row)
            self._rows[row.dedup_key, row.episode] = row
            if row.episode.startswith("n:"):
                facts.last_count = max(facts.last_count, int(row.episode[2:]))

    def _may_open(self, signal: Signal) -> bool:
        """False for what repeats an episode at hand, which is most of what comes. A counted one
        that fires is the last that was counted."""
        episodes = self._known[signal.dedup_key].episodes
        if signal.action is not Action.FIRE:
            return False
        if signal.starts_at:
            return episode_name(signal.starts_at) not in episodes
        return not any(one.firing and name.startswith("n:") for name, one in episodes.items())

    def _apply(self, receipt: Receipt, signal: Signal) -> None:
        decision = decide(
            routes=self.source.routes,
            labels=signal.labels,
            dedup_key=signal.dedup_key,
            severity=signal.severity,
            known_systems=self.source.systems,
            source_slug=self.source.slug,
            source_system=self.source.system,
            drill=receipt.drill,
        )
        result = apply(
            self._known[signal.dedup_key],
            signal,
            received_at=receipt.received_at,
            severity=decision.severity,
        )
        if result.tombstone:
            self._tombstones.append(
                Tombstone(
                    source_id=self.source.id,
                    dedup_key=signal.dedup_key,
                    episode=result.tombstone[0],
                    resolved_at=result.tombstone[1],
                )
            )
        for step in result.steps:
            self._effect(receipt, signal, decision, step)

    def _effect(self, receipt: Receipt, signal: Signal, decision: Decision, step: Step) -> None:
        if step.effect in (Effect.OPENED, Effect.OPENED_RESOLVED):
            row = self._open(receipt, signal, decision, step.episode)
        else:
            row = self._rows[signal.dedup_key, step.episode.name]
            if row.pk not in self._new:
                self._changed[row.pk] = row
        self._copy(row, step.episode)
        row.last_seen_at = max(row.last_seen_at, receipt.received_at)
        if step.effect is not Effect.REPEATED or row.last_seen_at >= row.listed_at + row.LISTED:
            row.listed_at = row.last_seen_at
        row.last_receipt_id = receipt.pk
        newest = step.episode.last_event_at >= row.last_event_at
        if signal.action is Action.NOTE:
            row.title = signal.title or row.title
            merged = {**row.annotations, **signal.annotations}
            row.annotations = dict(list(merged.items())[:MAX_LABELS])
        elif step.effect in (Effect.REPEATED, Effect.RAISED) and newest:
            row.title, row.annotations = signal.title, dict(signal.annotations)
            row.links = _links(signal)
        self._schedule_auto_resolve(row)
        self._tell(row, step.effect, receipt, signal)
        self._touch(row, signal, decision, step.effect)

    def _touch(self, row: Alert, signal: Signal, decision: Decision, effect: Effect) -> None:
        one = self._touched.get(row.pk)
        if one is None:
            facts = {**signal.labels, "aire_source": self.source.slug}
            if decision.system:
                facts["system"] = decision.system
            one = self._touched[row.pk] = Touched(row, facts)
        if effect is Effect.OPENED:
            one.before = self._opened_before(row)
        one.effects.append(effect)
        one.asks |= effect in (Effect.OPENED, Effect.RAISED) and row.wants_incident

    def _opened_before(self, row: Alert) -> datetime | None:
        names = self._known[row.dedup_key].episodes
        rows = (self._rows.get((row.dedup_key, name)) for name in names)
        others = (one.first_seen_at for one in rows if one is not None and one is not row)
        return max(others, default=None)

    def _open(
        self, receipt: Receipt, signal: Signal, decision: Decision, episode: Episode
    ) -> Alert:
        values = {
            "id": new_id(),
            "source_id": self.source.id,
            "dedup_key": signal.dedup_key,
            "episode": episode.name,
            "status": episode.status,
            "severity": episode.severity,
            "title": signal.title,
            "labels": dict(signal.labels),
            "annotations": dict(signal.annotations),
            "links": _links(signal),
            "system_id": self.source.systems.get(decision.system or ""),
            "route_id": decision.route.id,
            "group_key": decision.group_key,
            "wants_incident": decision.wants_incident and not signal.is_test,
            "is_test": signal.is_test,
            "drill": receipt.drill,
            "started_at": episode.started_at,
            "first_seen_at": receipt.received_at,
            "last_seen_at": receipt.received_at,
            "listed_at": receipt.received_at,
            "last_event_at": episode.last_event_at,
            "acknowledged_at": None,
            "resolved_at": None,
            "auto_resolve_at": None,
            "count": 1,
            "first_receipt_id": receipt.pk,
            "last_receipt_id": receipt.pk,
        }
        # By position: by name costs Django three times as much.
        columns: Any = [values[name] for name in _COLUMNS]
        row = Alert(*columns)
        self._new[row.pk] = row
        self._rows[signal.dedup_key, episode.name] = row
        grouped = ", ".join(f"{name}={value}" for name, value in decision.group.items())
        self._step(row, ARRIVED, decision.why, self.now,
                   receipt=str(receipt.pk), source=self.source.name, format=receipt.format,
                   read=row.title[:300], route=decision.route.name, system=decision.system,
                   severity=decision.severity, group=f"Grouped by {grouped}"[:500])  # fmt: skip
        return row

    @staticmethod
    def _copy(row: Alert, episode: Episode) -> None:
        if not (episode.firing and row.status == Alert.Status.SILENCED):
            row.status = episode.status
        row.severity, row.count = episode.severity, episode.count
        row.last_event_at = episode.last_event_at
        row.resolved_at, row.acknowledged_at = episode.resolved_at, episode.acknowledged_at

    def _schedule_auto_resolve(self, row: Alert) -> None:
        seconds = self.source.auto_resolve_after
        firing = row.status != Alert.Status.RESOLVED
        row.auto_resolve_at = (
            row.last_seen_at + timedelta(seconds=seconds) if seconds and firing else None
        )

    def _tell(self, row: Alert, effect: Effect, receipt: Receipt, signal: Signal) -> None:
        text = _TEXTS.get(effect)
        if text or signal.note:
            said = " ".join(part for part in (text, signal.note) if part)
            self._step(row, effect.value, said, self.now, receipt=str(receipt.pk))
        if (host := receipt.headers.get(LOOKED)) and effect in _FOUND:
            self._step(row, "looked", _FOUND[effect].format(host=host), self.now)
        if signal.is_test and effect is Effect.OPENED:
            self._step(row, "test", "A test notification: shown, pages nobody.", self.now)
        if effect in (Effect.RESOLVED, Effect.SUPERSEDED):
            self._resolved.append(str(row.pk))
        elif effect is Effect.ACKNOWLEDGED and signal.action is Action.ACKNOWLEDGE:
            self._acknowledged.append(str(row.pk))

    def _step(self, row: Alert, kind: str, text: str, at: datetime, **detail: Any) -> None:
        self._steps.append(NewStep(row.pk, at, kind, text[:500], detail))


_TEXTS = {
    Effect.OPENED_RESOLVED: "Already over when it arrived: its resolve came first, or a later "
    "episode was known. Pages nobody.",
    Effect.RAISED: "Its severity rose.",
    Effect.LATE_REPEAT: "Sent again after it was resolved. Counted, pages nobody.",
    Effect.SUPERSEDED: "Over: the sender reports a new episode of the same condition.",
    Effect.RESOLVED: "Resolved by the sender.",
    Effect.ACKNOWLEDGED: "Acknowledged at the sender.",
    Effect.UNACKNOWLEDGED: "No longer acknowledged at the sender.",
}


_FOUND = {
    Effect.OPENED: "AIRE looked at {host} and found it firing: nobody had told it.",
    Effect.RESOLVED: "AIRE looked at {host}, which does not report it any more: its end was never "
    "told.",
}


def _episode(row: Alert) -> Episode:
    return Episode(
        name=row.episode,
        # A silenced alert fires, only nobody hears it.
        status="resolved" if row.status == Alert.Status.RESOLVED else "firing",
        severity=row.severity,
        started_at=row.started_at,
        last_event_at=row.last_event_at,
        resolved_at=row.resolved_at,
        acknowledged_at=row.acknowledged_at,
        count=row.count,
    )


def _links(signal: Signal) -> list[dict[str, str]]:
    return [{"text": link.text, "href": link.href} for link in signal.links]
