"""Takes the changes out of receipts, in the transaction that finishes them, into the catalog."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from uuid import UUID

from alerts.changes import IGNORED, ChangeSeen, mapping_of, system_of
from alerts.extensions import Measured
from alerts.models import Source, UnplacedChange
from alerts.reading import Notes, one_line
from catalog.models import System
from catalog.services import record_change
from core.actor import Via, program
from core.errors import Invalid
from core.urls import safe_href

MAX_UNPLACED = 500
"""Of one source: what comes beyond is only noted on its receipt."""


def take(given: Sequence[Measured]) -> Mapping[UUID, Sequence[str]]:
    """Record what is told of known systems, keep the rest for a person; sentences say which."""
    told = [(item, fact) for item in given for fact in item.facts if isinstance(fact, ChangeSeen)]
    if not told:
        return {}
    notes: dict[UUID, Notes] = {item.receipt_id: Notes() for item, _ in told}
    ids = {item.source_id for item, _ in told}
    sources = {source.pk: source for source in Source.objects.filter(pk__in=ids)}
    known = set(System.objects.values_list("slug", flat=True))
    placed = [
        (
            system_of(
                fact.about,
                mapping=mapping_of(sources[item.source_id].options),
                known=dict.fromkeys(known),
                default=item.system,
            ),
            item,
            fact,
        )
        for item, fact in told
    ]
    # Systems are locked while a change is recorded: always in the same order.
    for slug, item, fact in sorted(placed, key=lambda entry: entry[0] or ""):
        sentence = _place(slug if slug in known or slug == IGNORED else None, item, fact)
        notes[item.receipt_id].add(sentence)
    return {receipt: found.sentences() for receipt, found in notes.items()}


def _place(slug: str | None, item: Measured, fact: ChangeSeen) -> str:
    name = one_line(fact.about[0], 80) if fact.about else "a change without a name"
    if slug == IGNORED:
        return f"{name}: left out, as the source's settings say."
    if item.drill:
        return f"{name}: a test, so no change was recorded."
    if slug is None:
        return _keep(item, fact, name)
    try:
        record(slug, fact, label=item.source_slug)
    except Invalid as error:
        return f"{name}: not recorded. {one_line(error.message, 200)}"
    return f"Recorded as a change of {slug}: {one_line(fact.summary, 200)}"


def record(slug: str, fact: ChangeSeen, *, label: str) -> None:
    """Into the catalog, as told by the source. Raises `Invalid`."""
    record_change(
        system=System.objects.get(slug=slug),
        kind=fact.kind,
        summary=fact.summary,
        version=fact.version,
        previous_version=fact.previous_version,
        url=fact.url if safe_href(fact.url) else "",
        occurred_at=fact.occurred_at,
        author_label=fact.author,
        took_effect=fact.took_effect,
        subject=fact.subject,
        actor=program(label, Via.ALERT),
    )


def _keep(item: Measured, fact: ChangeSeen, name: str) -> str:
    kept = UnplacedChange.objects.filter(source_id=item.source_id)
    if kept.count() < MAX_UNPLACED:
        UnplacedChange.objects.bulk_create([_unplaced(item, fact)], ignore_conflicts=True)
    return f"No system is known for {name}. Choose one on the source's page."


def _unplaced(item: Measured, fact: ChangeSeen) -> UnplacedChange:
    at = fact.occurred_at or item.received_at
    told_once = "" if fact.subject else at.isoformat()
    parts = (fact.kind, fact.about[:1], fact.version, fact.summary, told_once)
    return UnplacedChange(
        source_id=item.source_id,
        identity=hashlib.sha256(repr(parts).encode("utf-8", "replace")).hexdigest(),
        about=fact.about[0][:200] if fact.about else "",
        kind=fact.kind,
        summary=fact.summary,
        version=fact.version,
        previous_version=fact.previous_version,
        url=fact.url,
        author=fact.author,
        occurred_at=at,
        receipt_id=item.receipt_id,
    )
