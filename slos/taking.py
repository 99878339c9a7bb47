"""Takes the facts out of receipts: finds who counts them, adds them up, records measurements.

Runs in the transaction that finishes the receipts, so that each is counted exactly once. What
nobody counts is remembered with its reason (`slos.models.Unmatched`) and noted on its receipt.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import NamedTuple
from uuid import UUID

from alerts.extensions import Measured
from alerts.reading import Notes
from core import clock
from slos import tallies
from slos.intake import (
    Count,
    Event,
    Fact,
    Rule,
    Share,
    Window,
    minute_of,
    share_of,
    slices,
    why_not,
)
from slos.listening import Listeners, fingerprint, listeners_to
from slos.points import FUTURE, Point, check_points
from slos.recording import record_points
from slos.tallies import OLDEST, Reading, Slot
from slos.unmatched import Missed, remember

NOBODY = "No indicator listens to it."
NO_SYSTEM = "It names no system that AIRE knows, and its source has none."
TOO_OLD = f"It is older than {OLDEST.days} days."
FROM_THE_FUTURE = "Its time lies in the future."


class _Hit(NamedTuple):
    """A fact that an indicator counts."""

    receipt: UUID
    fact: Fact
    rule: Rule
    share: Share


def take(given: Sequence[Measured]) -> Mapping[UUID, Sequence[str]]:
    """What became of the facts of a lot of receipts, as sentences for each."""
    notes = {item.receipt_id: Notes() for item in given}
    facts = {
        item.receipt_id: [fact for fact in item.facts if isinstance(fact, Fact)] for item in given
    }
    listeners = listeners_to({fact.signal for found in facts.values() for fact in found})
    missed = Missed()
    hits: list[_Hit] = []
    for item in given:
        found = _hits(item, facts[item.receipt_id], listeners, missed, notes[item.receipt_id])
        if item.drill:
            notes[item.receipt_id].add(_would(found, listeners))
        else:
            hits += found
    _record_windows([hit for hit in hits if isinstance(hit.fact, Window)], listeners, notes)
    _record_sums([hit for hit in hits if not isinstance(hit.fact, Window)], listeners, notes)
    remember(missed)
    return {receipt: found.sentences() for receipt, found in notes.items()}


def _hits(
    item: Measured, facts: Sequence[Fact], listeners: Listeners, missed: Missed, notes: Notes
) -> list[_Hit]:
    now = clock.now()
    hits: list[_Hit] = []
    fitted = 0
    for fact in facts:
        moment = fact.end if isinstance(fact, Window) else fact.at
        # A report's window is recorded as it stands, however old; sums need the rest of theirs.
        too_old = moment < now - OLDEST and not isinstance(fact, Window)
        if moment > now + FUTURE or too_old:
            reason = TOO_OLD if too_old else FROM_THE_FUTURE
        else:
            before = len(hits)
            reason = _judge(item, fact, listeners, hits, notes)
            fitted += len(hits) > before
        if reason and not item.drill:
            missed.add(item.source_id, fact.signal, reason, fact.attributes)
    if fitted < len(facts):
        notes.add(f"{fitted:,} of {len(facts):,} facts were counted by an indicator.")
    return hits


def _judge(item: Measured, fact: Fact, listeners: Listeners, hits: list[_Hit], notes: Notes) -> str:
    """Add what each listening indicator makes of a fact; why when there is nothing."""
    rules = listeners.of(fact, default=item.system or "")
    reason = NOBODY if rules or fact.about or item.system else NO_SYSTEM
    added = False
    for rule in rules:
        share = share_of(rule, fact)
        if share is not None:
            added = True
            hits.append(_Hit(item.receipt_id, fact, rule, share))
            if share.note:
                notes.add(f"{listeners.slis[rule.sli_id].slug}: {share.note}")
        elif rule.listens_to(fact):
            reason = why_not(rule, fact)
    return "" if added else reason


def _would(hits: Sequence[_Hit], listeners: Listeners) -> str:
    slugs = sorted({listeners.slis[hit.rule.sli_id].slug for hit in hits})
    if not slugs:
        return "A test: no indicator would count it. Nothing was recorded."
    return f"A test: {', '.join(slugs[:10])} would count it. Nothing was recorded."


def _record_windows(
    hits: Sequence[_Hit], listeners: Listeners, notes: Mapping[UUID, Notes]
) -> None:
    """A report's window is recorded as it stands; what it says in several lines adds up."""
    sums: dict[tuple[UUID, int, datetime, datetime, str, str], list[float]] = {}
    for hit in hits:
        fact = hit.fact
        if isinstance(fact, Window):
            key = (hit.receipt, hit.rule.sli_id, fact.start, fact.end, fact.evaluator, fact.cohort)
            held = sums.setdefault(key, [0.0, 0.0])
            held[0] += hit.share.good
            held[1] += hit.share.total
    grouped: dict[tuple[int, UUID], list[Point]] = defaultdict(list)
    for (receipt, sli_id, start, end, evaluator, cohort), (good, total) in sums.items():
        rate = listeners.slis[sli_id].sample_rate
        grouped[sli_id, receipt].append(Point(start, end, good, total, evaluator, rate, cohort))
    order = {receipt: number for number, receipt in enumerate(notes)}
    for sli_id, receipt in sorted(grouped, key=lambda key: (key[0], order[key[1]])):
        _record(sli_id, grouped[sli_id, receipt], listeners, [notes[receipt]])


def _record_sums(hits: Sequence[_Hit], listeners: Listeners, notes: Mapping[UUID, Notes]) -> None:
    amounts: dict[Slot, tuple[float, float]] = {}
    counted: dict[int, set[UUID]] = defaultdict(set)
    for hit, good, total, minutes in _increments(hits):
        fact = hit.fact
        counted[hit.rule.sli_id].add(hit.receipt)
        judge = fact.evaluator if isinstance(fact, Event) else ""
        cohorts = {"", "" if isinstance(fact, Window) else fact.cohort}
        for cohort in cohorts:
            for minute in minutes:
                slot = Slot(hit.rule.sli_id, minute, judge, cohort)
                held = amounts.get(slot, (0.0, 0.0))
                amounts[slot] = (held[0] + good / len(minutes), held[1] + total / len(minutes))
    for sli_id, points in sorted(tallies.add(amounts).items()):
        rate = listeners.slis[sli_id].sample_rate
        rated = [_with_rate(point, rate) for point in points]
        _record(sli_id, rated, listeners, [notes[receipt] for receipt in counted[sli_id]])


def _increments(hits: Sequence[_Hit]) -> list[tuple[_Hit, float, float, list[datetime]]]:
    """(hit, good, total, its minutes) of what was not counted before."""
    running = [hit for hit in hits if isinstance(hit.fact, Count) and hit.fact.cumulative]
    single = [hit for hit in hits if not (isinstance(hit.fact, Count) and hit.fact.cumulative)]
    found: list[tuple[_Hit, float, float, list[datetime]]] = []
    for hit, rise in zip(running, tallies.rises([_reading(hit) for hit in running]), strict=True):
        if rise is not None and (rise.total or rise.good) and isinstance(hit.fact, Count):
            found.append((hit, rise.good, rise.total, slices(rise.since, hit.fact.at)))
    new = tallies.unseen([(hit.rule.sli_id, _key(hit.fact)) for hit in single])
    for hit in single:
        name = (hit.rule.sli_id, _key(hit.fact))
        if name in new:
            new.discard(name)  # the same event twice in one lot
            found.append((hit, hit.share.good, hit.share.total, _minutes(hit.fact)))
    return found


def _minutes(fact: Fact) -> list[datetime]:
    if isinstance(fact, Count):
        return slices(fact.start, fact.at)
    return [minute_of(fact.at if isinstance(fact, Event) else fact.start)]


def _key(fact: Fact) -> UUID:
    if isinstance(fact, Event):
        return UUID(bytes=fact.key)
    if isinstance(fact, Count):
        text = f"{fact.stream.hex()} {fact.start} {fact.at}"
        return UUID(bytes=blake2b(text.encode(), digest_size=16).digest())
    raise TypeError("a window is recorded as it stands")


def _reading(hit: _Hit) -> Reading:
    fact = hit.fact
    if not isinstance(fact, Count):
        raise TypeError("only counts are cumulative")
    return Reading(
        hit.rule.sli_id,
        UUID(bytes=fact.stream),
        fingerprint(hit.rule),
        fact.start,
        fact.at,
        float(hit.share.good),
        float(hit.share.total),
    )


def _with_rate(point: Point, rate: float) -> Point:
    return Point(
        point.start, point.end, point.good, point.total, point.evaluator, rate, point.cohort
    )


def _record(
    sli_id: int, points: Sequence[Point], listeners: Listeners, notes: Sequence[Notes]
) -> None:
    sli = listeners.slis[sli_id]
    rows = [
        {
            "start": point.start,
            "end": point.end,
            "good": point.good,
            "total": point.total,
            "evaluator": point.evaluator,
            "sample_rate": point.sample_rate,
            "cohort": point.cohort,
        }
        for point in points
    ]
    checked, errors = check_points(rows, now=clock.now() + timedelta(minutes=1))
    result = record_points(sli=sli, points=checked)
    for error in [*errors, *result.refused]:
        for note in notes:
            note.add(f"{sli.slug}: {error.message}")
