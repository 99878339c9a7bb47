"""An incident as a card, and as an answer to whoever asks how it stands. Reads only."""

from __future__ import annotations

from dataclasses import replace

from accounts.models import User
from chatops.moving import last_status
from chatops.saying import person
from chatops.surface import (
    Block,
    Button,
    Buttons,
    Card,
    Confirm,
    Context,
    Fields,
    Heading,
    Link,
    Quote,
    Reply,
    Text,
    When,
    Words,
)
from incidents.cards import path
from incidents.lifecycle import ACTIVE, INCIDENT
from incidents.models import Incident, IncidentEvent, IncidentRole, IncidentUpdate
from incidents.selectors.changes import began_at
from incidents.selectors.page import budgets_spent

SHOWN_SYSTEMS = 5
MAX_TEXT = 150
CONTEXT_TEXT = 300
RESOLVE = Confirm(
    "Is it over?",
    "Resolving stops paging and asks for the postmortem. It can be reopened.",
    "Resolve",
)


def incident_card(incident: Incident) -> Card:
    """Drawn from what is true now. Whoever posts it decides who may see it (`private`)."""
    label = INCIDENT.label(incident.status)
    drill = "[drill] " if incident.drill else ""
    headline = f"{drill}{incident.severity.upper()} · {incident.ref} · {label}"
    update = latest_update(incident)
    return Card(
        ref=incident.ref,
        version=incident.version,
        status=incident.status,
        severity=incident.severity,
        headline=headline,
        title=incident.title,
        url=path(incident),
        fields=_fields(incident, update),
        context=_context(update),
        buttons=_buttons(incident),
        more=_more(incident),
        text=f"{headline}: {incident.title}"[:MAX_TEXT],
        drill=incident.drill,
        private=incident.private,
    )


def standing(incident: Incident, *, asker: User) -> Reply:
    """The card for one person, with the whole last update; a viewer has nothing to press."""
    card = incident_card(incident)
    update = latest_update(incident)
    blocks: list[Block] = [
        Heading(card.headline),
        Text((Link(card.title, card.url),)),
        Fields(card.fields),
    ]
    if update is not None:
        blocks.append(Context((f"{update.author_label}, ", When(update.said_at, "ago"))))
        blocks.append(Quote(update.text))
    if asker.can_respond:
        blocks.append(Buttons(card.buttons, card.more))
    return Reply(tuple(blocks), text=card.text, incident_ref=incident.ref)


def latest_update(incident: Incident) -> IncidentUpdate | None:
    return incident.updates.order_by("-said_at", "-id").first()


def _fields(incident: Incident, update: IncidentUpdate | None) -> tuple[tuple[str, Words], ...]:
    systems = list(incident.systems.order_by("tier", "name").defer("search"))
    began = began_at(incident)
    rows: list[tuple[str, Words]] = [
        ("Status", _status(incident)),
        ("Lead", _lead(incident)),
        ("Began", (When(began), ", ", When(began, "ago"))),
        ("Systems", (_systems([system.name for system in systems]),)),
    ]
    if update is not None and update.next_due_at and incident.status in ACTIVE:
        rows.append(("Next update", (When(update.next_due_at, "time"),)))
    if (done := _last_done(incident)) is not None:
        rows.append(("Last done", (_short(done.text), ", ", When(done.occurred_at, "ago"))))
    costs = sorted(budgets_spent(incident, systems), key=lambda cost: -(cost.fraction or 0))
    if costs and (fraction := costs[0].fraction):
        rows.append(("Error budget burnt", (f"{fraction:.0%} of {costs[0].slo.name}",)))
    return tuple(rows)


def _last_done(incident: Incident) -> IncidentEvent | None:
    """What a playbook did last, or what came of it."""
    lines = incident.events.standing().filter(
        kind=IncidentEvent.Kind.MITIGATION, detail__has_key="outcome"
    )
    return lines.order_by("-occurred_at", "-id").first()


def _short(text: str) -> str:
    return text if len(text) <= MAX_TEXT else f"{text[:MAX_TEXT]}…"


def _status(incident: Incident) -> Words:
    label, last = INCIDENT.label(incident.status), last_status(incident)
    if last is None:
        return (label,)
    return (f"{label} by {last.actor_label}, ", When(last.recorded_at, "ago"))


def _lead(incident: Incident) -> Words:
    held = incident.roles.filter(role=IncidentRole.Role.LEAD).select_related("user").first()
    return (person(held.user),) if held else ("Nobody yet",)


def _systems(names: list[str]) -> str:
    more = f" and {len(names) - SHOWN_SYSTEMS} more" if names[SHOWN_SYSTEMS:] else ""
    return ", ".join(names[:SHOWN_SYSTEMS]) + more if names else "None named"


def _context(update: IncidentUpdate | None) -> Words:
    if update is None:
        return ()
    text = " ".join(update.text.split())
    text = text if len(text) <= CONTEXT_TEXT else f"{text[:CONTEXT_TEXT]}…"
    return (f"{update.author_label}, ", When(update.said_at, "time"), f": {text}")


def _buttons(incident: Incident) -> tuple[Button, ...]:
    """The ordinary next step first, as the lifecycle has it."""
    moves = [move.to for move in INCIDENT.moves_from(incident.status) if not move.requires]
    first = next((_STEPS[to] for to in moves if to in _STEPS), None)
    buttons = [replace(first, value=incident.ref, style="primary")] if first else []
    if incident.status in ACTIVE:
        buttons += [
            Button("form:update", "Update", incident.ref),
            Button("form:roles", "Roles", incident.ref),
        ]
    buttons.append(Button("form:note", "Note", incident.ref))
    if incident.playbook_runs.filter(status="waiting").exists():
        buttons.append(Button("run", "Playbook to approve", f"playbook {incident.ref}"))
    return (*buttons, Button("open", "Open", url=path(incident)))


def _more(incident: Incident) -> tuple[Button, ...]:
    """What is needed less often; at most five."""
    ref = incident.ref
    if incident.status in ACTIVE:
        ends = Button("form:resolve", "Resolve", ref)
        if incident.status == "open":
            ends = Button("form:cancel", "Cancel as false alarm", ref)
        return (
            Button("form:sev", "Change severity", ref),
            Button("form:page", "Page someone", ref),
            Button("form:task", "Add a task", ref),
            Button("form:cause", "Name a cause", ref),
            ends,
        )
    if incident.status == "resolved":
        return (
            Button("run", "Postmortem", f"postmortem {ref}"),
            Button("form:cause", "Name a cause", ref),
            Button("form:reopen", "Reopen", ref),
        )
    return ()


_STEPS = {
    "acknowledged": Button("incident.acknowledge", "Acknowledge"),
    "mitigated": Button("form:mitigate", "Mark mitigated"),
    "resolved": Button("incident.resolve", "Resolve", confirm=RESOLVE),
    "closed": Button("incident.close", "Close"),
}
