"""Takes from receipts which models answered, and moves what the catalog knows to be served."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from alerts.answers import Answered
from alerts.changes import IGNORED, mapping_of, system_of
from alerts.extensions import Measured
from alerts.models import Source
from alerts.reading import Notes, one_line
from catalog.models import System, SystemPart
from catalog.parts.services import worth_hearing
from catalog.services import hear_served
from core.actor import Via, program

LATEST = timedelta(minutes=5)
OLDEST = timedelta(days=1)
"""Answers that came later than that say nothing of now."""


def take(given: Sequence[Measured]) -> Mapping[UUID, Sequence[str]]:
    """One look at the parts for a whole lot; a part is locked only when something is to be written.
    Never makes a part or a system: whoever sends telemetry could otherwise fill the catalog."""
    told = [(item, fact) for item in given for fact in item.facts if isinstance(fact, Answered)]
    if not told:
        return {}
    notes: dict[UUID, Notes] = {item.receipt_id: Notes() for item, _ in told}
    ids = {item.source_id for item, _ in told}
    sources = {source.pk: source for source in Source.objects.filter(pk__in=ids)}
    known = dict.fromkeys(System.objects.values_list("slug", flat=True))
    answers: dict[tuple[str, UUID], list[Answered]] = defaultdict(list)
    about: dict[UUID, Measured] = {}
    for item, fact in told:
        mapping = mapping_of(sources[item.source_id].options)
        slug = system_of(fact.about, mapping=mapping, known=known, default=item.system)
        if item.drill:
            notes[item.receipt_id].add("A test: what answered was not written down.")
        elif slug and slug != IGNORED and slug in known and _is_of_now(fact.at, item.received_at):
            answers[slug, item.receipt_id].append(fact)
            about[item.receipt_id] = item
    parts = _parts({slug for slug, _ in answers})
    # Systems are locked one after the other: always in the same order, so that nobody deadlocks.
    for slug, receipt in sorted(answers, key=lambda key: (key[0], about[key[1]].received_at)):
        for sentence in _hear(answers[slug, receipt], parts[slug], about[receipt]):
            notes[receipt].add(sentence)
    return {receipt: found.sentences() for receipt, found in notes.items()}


def _hear(facts: Sequence[Answered], parts: Sequence[SystemPart], item: Measured) -> list[str]:
    """For each part the answer that most calls of this delivery had."""
    counts: dict[int, dict[str, tuple[int, datetime]]] = defaultdict(dict)
    by_id = {part.pk: part for part in parts}
    for fact in facts:
        served = one_line(fact.served, 200)
        part = worth_hearing(parts, requested=fact.requested, served=served)
        if part is not None:
            count, at = counts[part.pk].get(served, (0, fact.at))
            counts[part.pk][served] = (count + fact.count, max(at, fact.at))
    said = []
    for pk, found in counts.items():
        served = max(found, key=lambda name: (found[name], name))
        sentence = hear_served(
            part=by_id[pk],
            served=served,
            at=found[served][1],
            actor=program(item.source_slug, Via.ALERT),
        )
        if sentence:
            said.append(sentence)
    return said


def _is_of_now(at: datetime, received_at: datetime) -> bool:
    return received_at - OLDEST <= at <= received_at + LATEST


def _parts(slugs: set[str]) -> Mapping[str, list[SystemPart]]:
    found: dict[str, list[SystemPart]] = defaultdict(list)
    rows = SystemPart.objects.filter(system__slug__in=slugs, kind=SystemPart.Kind.MODEL)
    for part in rows.select_related("system").order_by("pk"):
        found[part.system.slug].append(part)
    return found
