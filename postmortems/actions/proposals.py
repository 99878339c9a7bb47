"""Which follow-ups the causes of an incident suggest, and which of them must be answered.

A proposal is made of the taxonomy's standard follow-ups each time it is looked at; it becomes an
action when somebody takes it up, or a reasoned "no" when somebody declines it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from accounts.audit import record
from accounts.models import Team, User
from core.actor import Actor
from core.errors import Invalid, NotFound
from incidents.models import Incident, IncidentCause
from incidents.selectors.causes import causes_of
from incidents.services import lock_incident
from incidents.timeline import add_event
from postmortems.actions.reading import MAX_TEXT
from postmortems.actions.rules import is_required, needs_measure
from postmortems.actions.services import create_action
from postmortems.models import Action, DeclinedProposal

SHOWN = 5
"""People act on three to five pieces of advice and on none of twenty."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """`key` is `<cause>:<type>:<n>`; `because` says which cause it comes from and how sure that
    is; `declined` is the reason when somebody has decided against it."""

    key: str
    title: str
    type: str
    cause: str
    because: str
    required: bool
    action: Action | None = None
    declined: str = ""

    @property
    def is_waiting(self) -> bool:
        return self.action is None and not self.declined

    @property
    def done_criterion(self) -> str:
        """A first wording of what would show that it is done."""
        if needs_measure(self.type, self.cause):
            return "An evaluation case or an SLI would have caught this incident, and is linked."
        return ""


def proposals_for(
    incident: Incident, causes: Iterable[IncidentCause] | None = None
) -> list[Proposal]:
    """All proposals of an incident, required ones first, then by how sure the cause is. Three
    queries at most."""
    said = causes_of(incident) if causes is None else list(causes)
    held = [attached for attached in said if attached.holds]
    if not held:
        return []
    taken = {
        action.proposal: action
        for action in Action.objects.filter(incident=incident)
        .exclude(proposal="")
        .select_related("owner")
    }
    declined = dict(
        DeclinedProposal.objects.filter(incident=incident).values_list("proposal", "reason")
    )
    found: dict[str, Proposal] = {}
    for attached in held:
        for one in _of_cause(incident, attached, taken, declined):
            found.setdefault(one.key, one)
    return sorted(found.values(), key=lambda one: not one.required)


def shown_proposals(proposals: Iterable[Proposal]) -> list[Proposal]:
    """What is worth showing: everything required that waits, and up to five in all."""
    waiting = [one for one in proposals if one.is_waiting]
    required = [one for one in waiting if one.required]
    others = [one for one in waiting if not one.required]
    return [*required, *others[: max(SHOWN - len(required), 0)]]


def accept_proposal(
    *,
    incident: Incident,
    key: str,
    actor: Actor,
    owner: User | None = None,
    team: Team | None = None,
    **more: Any,
) -> Action:
    """Make an action of a proposal; the second time answers the one that is there."""
    one = proposal_of(incident, key)
    if one.action is not None:
        return one.action
    with transaction.atomic():
        DeclinedProposal.objects.filter(incident=incident, proposal=key).delete()
        wanted = {"done_criterion": one.done_criterion, **more}
        return create_action(
            incident=incident,
            title=one.title,
            type=one.type,
            cause=one.cause,
            required=one.required,
            priority="p1" if one.required else "p2",
            proposal=one.key,
            owner=owner,
            team=team,
            actor=actor,
            **wanted,
        )


def decline_proposal(*, incident: Incident, key: str, reason: str, actor: Actor) -> None:
    """Decide against a proposal. It needs a reason, which stays to be read."""
    one = proposal_of(incident, key)
    if not reason.strip():
        raise Invalid("Say why not.", errors={"reason": ["Say why it will not be done."]})
    if len(reason) > MAX_TEXT or "\x00" in reason:
        raise Invalid("The reason cannot be kept.", errors={"reason": ["Write less."]})
    if one.action is not None:
        raise Invalid(f"{one.action.ref} was made of it already. Set that to won't do instead.")
    with transaction.atomic():
        lock_incident(incident.pk)
        DeclinedProposal.objects.update_or_create(
            incident=incident,
            proposal=key,
            defaults={
                "reason": reason.strip(),
                "declined_by_id": actor.user_id,
                "declined_label": actor.label[:200],
            },
        )
        add_event(
            incident=incident,
            kind="task",
            actor=actor,
            text=f"Not taken up: {one.title}. {reason.strip()}",
            proposal=key,
        )
        record(
            actor=actor,
            action="action.decline",
            target_kind="incident",
            target_ref=incident.ref,
            proposal=key,
        )


def proposal_of(incident: Incident, key: str) -> Proposal:
    found = next((one for one in proposals_for(incident) if one.key == key), None)
    if found is None:
        raise NotFound("There is no such proposal; its cause may have been ruled out meanwhile.")
    return found


def _of_cause(
    incident: Incident,
    attached: IncidentCause,
    taken: dict[str, Action],
    declined: dict[str, str],
) -> list[Proposal]:
    cause = attached.cause
    made: list[Proposal] = []
    counts: dict[str, int] = {}
    for item in cause.follow_up_actions:
        kind, title = str(item.get("type", "")), str(item.get("title", ""))
        if kind not in Action.Type.values or not title:
            continue
        counts[kind] = counts.get(kind, 0) + 1
        key = f"{cause.slug}:{kind}:{counts[kind]}"
        made.append(
            Proposal(
                key=key,
                title=title,
                type=kind,
                cause=cause.slug,
                because=f"{cause.name} is {attached.get_confidence_display().lower()}",
                required=counts[kind] == 1
                and is_required(
                    kind=kind,
                    cause=cause.slug,
                    confidence=attached.confidence,
                    severity=incident.severity,
                    drill=incident.drill,
                ),
                action=taken.get(key),
                declined=declined.get(key, ""),
            )
        )
    return made
