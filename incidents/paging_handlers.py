"""What incidents do when they hear paging: lines of the timeline, and who belongs to them. Each
handler may be called twice. Under load these are most of all events: they come in lots."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import datetime

from core.actor import Actor, Via
from core.errors import Conflict
from core.inserts import insert_once
from incidents.hushing import hush
from incidents.models import Incident, IncidentEvent, IncidentMember
from incidents.services.status import transition_incident
from incidents.timeline import add_lines, line
from notifications.events import DeliverySettled
from oncall.escalation import duration_words
from oncall.events import (
    AcknowledgementTimedOut,
    EscalationExhausted,
    NobodyToPage,
    PageCreated,
)

OUTCOMES = {"sent": "was handed over", "failed": "failed"}
AIRE = Actor(label="AIRE", via=Via.ENGINE)


def on_pages_created(events: Sequence[PageCreated]) -> None:
    """Whoever is paged belongs to the incident and stands on its timeline."""
    known = _incidents(event.subject_key for event in events)
    told = [(known[event.subject_key], event) for event in events if event.subject_key in known]
    insert_once(
        *(
            IncidentMember(incident_id=pk, user_id=event.user_id, because="Was paged.")
            for pk, event in told
            if event.user_id is not None and not event.shadow
        )
    )
    add_lines([_paged(pk, event) for pk, event in told])


def on_page_created(event: PageCreated) -> None:
    on_pages_created([event])


def _paged(incident_id: int, event: PageCreated) -> IncidentEvent:
    verb = "Shadow mode: would have paged" if event.shadow else "Paged"
    return line(
        incident_id=incident_id,
        kind="page",
        actor=AIRE,
        occurred_at=datetime.fromisoformat(event.at) if event.at else None,
        once=f"page:{event.page_id}",
        text=f"{verb} {event.who}. {event.because}",
        page=event.page_id,
    )


def on_nobody_to_page(event: NobodyToPage) -> None:
    _tell([(event.subject_key, f"Nobody could be paged: {event.reason}", event.key)])


def on_escalation_exhausted(event: EscalationExhausted) -> None:
    text = "All steps of the escalation policy are done and nobody has acknowledged."
    _tell([(event.subject_key, text, f"exhausted:{event.escalation_id}")])


def on_acknowledgement_timed_out(event: AcknowledgementTimedOut) -> None:
    """Whoever acknowledged has not said that they are still on it: it is open again and pages."""
    for incident_id in _incidents([event.subject_key]).values():
        after = duration_words(event.seconds)
        note = f"Nobody said within {after} of the acknowledgement that they are still on it."
        # Somebody moved it on meanwhile: there is nothing to take back.
        with suppress(Conflict):
            hush(transition_incident(incident_id=incident_id, to="open", actor=AIRE, note=note))


def on_deliveries_settled(events: Sequence[DeliverySettled]) -> None:
    """Pages that went out or failed for good."""
    _tell(
        (event.subject_key, _settled(event), f"delivery:{event.delivery_id}:{event.state}")
        for event in events
        if is_of_a_page(event)
    )


def on_delivery_settled(event: DeliverySettled) -> None:
    on_deliveries_settled([event])


def is_of_a_page(event: DeliverySettled) -> bool:
    """In-app copies are not worth a line."""
    return (
        event.channel != "in_app" and event.origin.startswith("page:") and event.state in OUTCOMES
    )


def _settled(event: DeliverySettled) -> str:
    detail = f": {event.detail}" if event.detail and event.state == "failed" else ""
    outcome = OUTCOMES[event.state]
    return f"The page to {event.address_label} by {event.channel} {outcome}{detail}."


def _tell(lines: Iterable[tuple[str, str, str]]) -> None:
    """Subject, text, and what makes a line unique."""
    given = list(lines)
    known = _incidents(subject for subject, _, _ in given)
    add_lines(
        [
            line(incident_id=known[subject], kind="page", actor=AIRE, text=text, once=once)
            for subject, text, once in given
            if subject in known
        ]
    )


def _incidents(subject_keys: Iterable[str]) -> dict[str, int]:
    """The ids of those subjects that are incidents and exist."""
    named = {}
    for key in subject_keys:
        kind, _, pk = key.partition(":")
        if kind == "incident" and pk.isdigit():
            named[int(pk)] = key
    found = Incident.objects.filter(pk__in=named).values_list("pk", flat=True)
    return {named[pk]: pk for pk in found}
