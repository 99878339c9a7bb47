"""Saying why it happened: attaching causes, changing one's mind about them, ruling them out."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F

from accounts.audit import record
from core import clock
from core.actor import Actor
from core.errors import Conflict, Invalid, NotFound
from core.live import tick
from incidents.models import Incident, IncidentCause
from incidents.services.rows import join, lock_incident
from incidents.timeline import MAX_TEXT, add_event
from taxonomy.models import Cause
from taxonomy.selectors import cause_for

MAX_EXPLAINS = 4_000
MAX_CAUSES = 50
"""More is a list of everything that can go wrong, not what did."""
_OTHER_WORDS = {"probable": "likely", "ruled_out": "ruled-out"}


def attach_cause(
    *,
    incident_id: int,
    cause: str,
    actor: Actor,
    role: str = "contributing",
    confidence: str = "suspected",
    evidence: str = "",
    explains: str = "",
) -> IncidentCause:
    """Attach a cause of the taxonomy by its slug. Saying the same cause in the same role again
    changes what was said, so that a repeated call ends in the same state."""
    role, confidence = _checked(role, confidence, evidence, explains)
    node = _node(cause)
    with transaction.atomic():
        incident = lock_incident(incident_id)
        present = incident.causes.filter(cause=node, role=role).first()
        if present is not None:
            return change_cause(
                incident_id=incident.pk,
                cause_id=present.pk,
                actor=actor,
                confidence=confidence,
                evidence=evidence if evidence.strip() else None,
                explains=explains if explains.strip() else None,
            )
        if incident.causes.count() >= MAX_CAUSES:
            raise Invalid(
                f"{incident.ref} has {MAX_CAUSES} causes already.",
                errors={"cause": ["Take away or merge some first."]},
            )
        attached = IncidentCause.objects.create(
            incident=incident,
            cause=node,
            role=role,
            confidence=confidence,
            evidence=evidence.strip(),
            explains=explains.strip(),
            set_by_id=actor.user_id,
            set_by_label=actor.label[:200],
        )
        said = f"{actor.label}: {_words(confidence)} cause {node.name} ({_role(role)})"
        _tell(attached, actor, said, attached.explains)
        join(incident, actor, "Named a cause.")
    return attached


def change_cause(
    *,
    incident_id: int,
    cause_id: int,
    actor: Actor,
    role: str | None = None,
    confidence: str | None = None,
    evidence: str | None = None,
    explains: str | None = None,
    expected_version: int | None = None,
) -> IncidentCause:
    """Change what is said about an attached cause; what is not given stays. `Conflict` when
    `expected_version` is given and no longer true."""
    with transaction.atomic():
        incident = lock_incident(incident_id)
        attached = _attached(incident, cause_id)
        if expected_version is not None and attached.version != expected_version:
            raise Conflict(
                f"Somebody else changed what is said about {attached.cause.name} meanwhile. "
                "Look at it again and decide."
            )
        wanted = _wanted(attached, role, confidence, evidence, explains)
        if not wanted:
            return attached
        _check_free(incident, attached, wanted.get("role", attached.role))
        was = attached.confidence
        for name, value in wanted.items():
            setattr(attached, name, value)
        attached.version, attached.updated_at = F("version") + 1, clock.now()
        attached.set_by_id, attached.set_by_label = actor.user_id, actor.label[:200]
        attached.save()
        attached.refresh_from_db(fields=["version"])
        _tell(attached, actor, _changed(attached, actor, was), attached.explains)
        join(incident, actor, "Looked into its causes.")
    return attached


def remove_cause(*, incident_id: int, cause_id: int, actor: Actor) -> None:
    """Take away a cause that was attached by mistake. What somebody has looked into stays: it can
    be ruled out, and the next reader sees that it was."""
    with transaction.atomic():
        incident = lock_incident(incident_id)
        attached = _attached(incident, cause_id)
        if attached.confidence != IncidentCause.Confidence.SUSPECTED:
            raise Conflict(
                f"{attached.cause.name} is {_words(attached.confidence)}; only a suspected cause "
                "can be taken away. Rule it out instead, so that nobody looks there again."
            )
        _tell(attached, actor, f"{actor.label} took away the cause {attached.cause.name}", "")
        attached.delete()


def carry_causes_over(*, source: Incident, target: Incident) -> None:
    """What is said about the causes of an incident that is merged into another. Both are locked;
    where both say something about a cause in a role, the target's word stays."""
    said = set(target.causes.values_list("cause_id", "role"))
    for attached in source.causes.all():
        if (attached.cause_id, attached.role) not in said:
            attached.incident = target
            attached.save(update_fields=["incident"])


def _node(slug: str) -> Cause:
    try:
        node = cause_for(slug)
    except NotFound as error:
        raise Invalid(error.message, errors={"cause": [error.message]}) from error
    if node.retired:
        sentence = f"{node.name} is not offered any more. Choose another cause."
        raise Invalid(sentence, errors={"cause": [sentence]})
    return node


def _attached(incident: Incident, cause_id: int) -> IncidentCause:
    attached = incident.causes.select_related("cause").filter(pk=cause_id).first()
    if attached is None:
        raise NotFound("There is no such cause on this incident.")
    return attached


def _checked(role: str, confidence: str, evidence: str, explains: str) -> tuple[str, str]:
    role, confidence = _slug(role), _slug(confidence)
    errors: dict[str, list[str]] = {}
    if role not in IncidentCause.Role.values:
        errors["role"] = [f"Choose one of: {', '.join(IncidentCause.Role.values)}."]
    if confidence not in IncidentCause.Confidence.values:
        errors["confidence"] = [f"Choose one of: {', '.join(IncidentCause.Confidence.values)}."]
    if len(evidence) > MAX_TEXT:
        errors["evidence"] = [f"Is longer than {MAX_TEXT:,} characters."]
    if len(explains) > MAX_EXPLAINS:
        errors["explains"] = [f"Is longer than {MAX_EXPLAINS:,} characters."]
    if "\x00" in evidence + explains:
        errors["evidence"] = ["Holds a character that cannot be stored."]
    if errors:
        raise Invalid("The cause was not saved.", errors=errors)
    return role, confidence


def _slug(word: str) -> str:
    """The facet's slug of a word that is written otherwise elsewhere."""
    return _OTHER_WORDS.get(word, word.replace("_", "-"))


def _wanted(
    attached: IncidentCause,
    role: str | None,
    confidence: str | None,
    evidence: str | None,
    explains: str | None,
) -> dict[str, str]:
    """The fields that would be otherwise than they are."""
    new_role, new_confidence = _checked(
        attached.role if role is None else role,
        attached.confidence if confidence is None else confidence,
        evidence or "",
        explains or "",
    )
    given = {
        "role": new_role,
        "confidence": new_confidence,
        "evidence": attached.evidence if evidence is None else evidence.strip(),
        "explains": attached.explains if explains is None else explains.strip(),
    }
    return {name: value for name, value in given.items() if getattr(attached, name) != value}


def _check_free(incident: Incident, attached: IncidentCause, role: str) -> None:
    taken = incident.causes.filter(cause_id=attached.cause_id, role=role).exclude(pk=attached.pk)
    if taken.exists():
        raise Conflict(f"{attached.cause.name} stands here already as {_role(role)}.")


def _changed(attached: IncidentCause, actor: Actor, was: str) -> str:
    if was != attached.confidence:
        words = f"{_words(was)} to {_words(attached.confidence)}"
        return f"{actor.label}: {attached.cause.name} from {words} ({_role(attached.role)})"
    return f"{actor.label} changed what is said about {attached.cause.name}"


def _words(confidence: str) -> str:
    return IncidentCause.Confidence(confidence).label.lower()


def _role(role: str) -> str:
    return IncidentCause.Role(role).label.lower()


def _tell(attached: IncidentCause, actor: Actor, said: str, explains: str) -> None:
    incident = attached.incident
    tick(incident.subject_key)
    add_event(
        incident=incident,
        kind="cause",
        actor=actor,
        text=f"{said}: {explains}" if explains else f"{said}.",
        cause=attached.cause.slug,
        role=attached.role,
        confidence=attached.confidence,
    )
    record(
        actor=actor,
        action="incident.cause",
        target_kind="incident",
        target_ref=incident.ref,
        cause=attached.cause.slug,
        role=attached.role,
        confidence=attached.confidence,
    )
