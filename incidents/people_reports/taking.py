"""Takes reports by people out of receipts, in the transaction that finishes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from alerts.extensions import Measured
from alerts.reported import Reported
from catalog.models import System
from core.actor import Via, program
from core.errors import Invalid
from incidents.people_reports.services import Said, take_report


def take(given: Sequence[Measured]) -> Mapping[UUID, Sequence[str]]:
    """Cluster what is about a known system, with a sentence for each. Drills are left out."""
    told = [
        (item, fact)
        for item in given
        for fact in item.facts
        if isinstance(fact, Reported) and not item.drill
    ]
    if not told:
        return {}
    slugs = {fact.system or item.system or "" for item, fact in told}
    systems = {system.slug: system for system in System.objects.filter(slug__in=slugs)}
    notes: dict[UUID, list[str]] = {}
    # Systems are locked while a report is placed: always in the same order.
    for item, fact in sorted(told, key=lambda pair: pair[1].system or pair[0].system or ""):
        system = systems.get(fact.system or item.system or "")
        notes.setdefault(item.receipt_id, []).append(_take(item, fact, system))
    return notes


def _take(item: Measured, fact: Reported, system: System | None) -> str:
    if system is None:
        return "It names no system that AIRE knows, so it is in no cluster of reports."
    said = Said(
        text=fact.text, answer=fact.answer, prompt=fact.prompt, version=fact.version,
        trace_id=fact.trace_id, contact=fact.contact, severity=fact.severity,
    )  # fmt: skip
    try:
        take_report(
            system=system,
            said=said,
            via="source",
            # Nobody knows who stands behind a source; each delivery is somebody.
            reporter=fact.contact or str(item.receipt_id),
            actor=program("A source", via=Via.API),
            receipt_id=item.receipt_id,
            alerted=fact.alerted,
            at=item.received_at,
        )
    except Invalid as error:
        return f"It is in no cluster of reports: {error.message}"
    return "It is kept with the reports by people that are like it."
