"""Beginning a document: by itself when an incident resolves, or because somebody asks for it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from accounts.models import User
from core import clock
from core.actor import Actor, program
from core.errors import Conflict, Invalid
from incidents.models import Incident
from postmortems.choosing import template_for
from postmortems.drafting import draft_lines
from postmortems.facts import Facts, facts_of, lead_of
from postmortems.models import Postmortem, Section, SectionRevision, TemplateVersion
from postmortems.services.reminders import plan_due
from postmortems.services.rows import (
    MAX_TITLE,
    clean_text,
    lock_postmortem,
    note_down,
    save,
    tell_change,
    tell_person,
)
from postmortems.template_body import TemplateBody, read_body

DUE_AFTER = {"sev1": timedelta(days=5), "sev2": timedelta(days=7), "sev3": timedelta(days=14)}
"""From the end of the incident to the day on which its document should be published. SEV4 has a
draft and no date: whoever wants to learn from it may."""
DRAFTER = program("AIRE, by rule")


def start_postmortem(
    *, incident_id: int, actor: Actor, template: TemplateVersion | None = None
) -> Postmortem:
    """Begin the document of an incident; the one that is there already where there is one.

    Whoever asks for it owns it where nobody led the incident."""
    with transaction.atomic():
        incident = Incident.objects.select_for_update().get(pk=incident_id)
        there = Postmortem.objects.active().filter(incident=incident).first()
        if there is not None:
            return there
        if incident.merged_into_id:
            raise Conflict(
                f"{incident.ref} was merged into INC-{incident.merged_into_id}. Its postmortem is "
                "written there."
            )
        facts = facts_of(incident)
        asking = User.objects.filter(pk=actor.user_id or 0).first()
        return _begin(facts, actor, owner=lead_of(facts) or asking, template=template)


def draft_when_resolved(incident_id: int) -> Postmortem | None:
    """What the subscriber does: safe to call twice. None where no document is wanted: for drills,
    false alarms and merged incidents. A draft that nobody has touched is drafted anew."""
    with transaction.atomic():
        incident = Incident.objects.select_for_update().filter(pk=incident_id).first()
        if incident is None or incident.drill or incident.status not in ("resolved", "closed"):
            return None
        if incident.merged_into_id:
            return None
        there = Postmortem.objects.filter(incident=incident).order_by("-pk").first()
        if there is not None:
            return refresh_untouched(there)
        facts = facts_of(incident)
        return _begin(facts, DRAFTER, owner=lead_of(facts), template=None)


def refresh_untouched(postmortem: Postmortem) -> Postmortem:
    """Draft the sections anew that only the rules have written so far (the incident was reopened,
    or people learnt more): what a person has saved stays exactly as it is."""
    with transaction.atomic():
        postmortem = lock_postmortem(postmortem.pk)
        if postmortem.status != "draft" or postmortem.set_aside_at:
            return postmortem
        facts = facts_of(postmortem.incident)
        lines = draft_lines(facts, read_body(postmortem.template_version.body))
        for section in postmortem.sections.select_for_update().filter(updated_by=None):
            _redraft(section, lines.get(section.key, []))
        due = due_at(postmortem.incident)
        if due != postmortem.due_at and due is not None:
            postmortem.due_at = due
            save(postmortem, "due_at")
            plan_due(postmortem)
    return postmortem


def set_aside(*, postmortem_id: int, reason: str, actor: Actor) -> Postmortem:
    """No document is needed; the reason stays to be read. Not possible once it is published."""
    reason = clean_text(reason, limit=2_000, field="reason")
    with transaction.atomic():
        postmortem = lock_postmortem(postmortem_id)
        if postmortem.status == "published":
            raise Conflict(f"{postmortem.ref} is published. It stays.")
        if postmortem.set_aside_at:
            return postmortem
        postmortem.set_aside_at, postmortem.set_aside_reason = clock.now(), reason
        save(postmortem, "set_aside_at", "set_aside_reason")
        note_down(postmortem, actor, "set_aside", reason=reason)
        tell_change(postmortem, actor)
    return postmortem


def take_up_again(*, postmortem_id: int, actor: Actor) -> Postmortem:
    with transaction.atomic():
        postmortem = lock_postmortem(postmortem_id)
        others = Postmortem.objects.active().filter(incident=postmortem.incident)
        if others.exclude(pk=postmortem.pk).exists():
            raise Conflict(f"{postmortem.incident.ref} has another postmortem by now. Go on there.")
        if postmortem.set_aside_at is None:
            return postmortem
        postmortem.set_aside_at, postmortem.set_aside_reason = None, ""
        save(postmortem, "set_aside_at", "set_aside_reason")
        note_down(postmortem, actor, "take_up")
        plan_due(postmortem)
        tell_change(postmortem, actor)
    return postmortem


def due_at(incident: Incident) -> datetime | None:
    after = DUE_AFTER.get(incident.severity)
    ended = incident.resolved_at or incident.closed_at
    return ended + after if after and ended else None


def _begin(
    facts: Facts, actor: Actor, *, owner: User | None, template: TemplateVersion | None
) -> Postmortem:
    incident = facts.incident
    version, body = (
        (template, read_body(template.body))
        if template
        else template_for(facts.kinds, facts.classes)
    )
    try:
        with transaction.atomic():
            postmortem = Postmortem.objects.create(
                incident=incident,
                title=incident.title[:MAX_TITLE],
                owner=owner if owner and owner.can_respond else None,
                template_version=version,
                due_at=due_at(incident),
            )
    except IntegrityError:
        # Another worker was faster between our look and our insert.
        return Postmortem.objects.active().get(incident=incident)
    _write_sections(postmortem, body, facts)
    note_down(postmortem, actor, "begin", template=str(version))
    plan_due(postmortem)
    tell_change(postmortem, actor)
    tell_person(
        postmortem.owner,
        postmortem,
        title="A draft of the postmortem is there",
        why="You led the incident or own the system.",
        key="drafted",
    )
    return postmortem


def _write_sections(postmortem: Postmortem, body: TemplateBody, facts: Facts) -> None:
    lines = draft_lines(facts, body)
    sections = Section.objects.bulk_create(
        Section(
            postmortem=postmortem,
            key=section.key,
            title=section.title,
            position=position,
            required=section.is_required(postmortem.incident.severity, facts.classes),
            body="\n".join(lines.get(section.key, [])),
            generated=lines.get(section.key, []),
        )
        for position, section in enumerate(body.sections)
    )
    _keep(sections)


def _redraft(section: Section, lines: Sequence[str]) -> None:
    body = "\n".join(lines)
    if section.body == body:
        return
    section.body, section.generated = body, list(lines)
    section.version += 1
    section.updated_at = clock.now()
    section.save(update_fields=["body", "generated", "version", "updated_at"])
    _keep([section])


def _keep(sections: Sequence[Section]) -> None:
    SectionRevision.objects.bulk_create(
        SectionRevision(
            section=section,
            version=section.version,
            body=section.body,
            author_label=DRAFTER.label,
        )
        for section in sections
    )


def rename(*, postmortem_id: int, title: str, actor: Actor) -> Postmortem:
    """Give the document another title. Raises `Invalid`."""
    title = " ".join(clean_text(title, limit=MAX_TITLE, field="title").split())
    with transaction.atomic():
        postmortem = lock_postmortem(postmortem_id)
        if postmortem.status == "published":
            raise Conflict(f"{postmortem.ref} is published and locked.")
        postmortem.title = title
        save(postmortem, "title")
        note_down(postmortem, actor, "rename", title=title)
    return postmortem


def assign(
    *, postmortem_id: int, owner: User | None, due: datetime | None, actor: Actor
) -> Postmortem:
    """Who writes it, and until when."""
    with transaction.atomic():
        postmortem = lock_postmortem(postmortem_id)
        if postmortem.status == "published":
            raise Conflict(f"{postmortem.ref} is published and locked.")
        if owner is not None and not owner.can_respond:
            sentence = f"{owner} cannot write here. Choose somebody active who may respond."
            raise Invalid(sentence, errors={"owner": [sentence]})
        was = postmortem.owner_id
        postmortem.owner, postmortem.due_at = owner, due
        save(postmortem, "owner", "due_at")
        note_down(postmortem, actor, "assign", owner=owner.email if owner else None)
        plan_due(postmortem)
        if owner is not None and owner.pk not in (was, actor.user_id):
            tell_person(
                owner,
                postmortem,
                title="You are asked to write this postmortem",
                why=f"{actor.label} gave it to you.",
                key=f"owner:{owner.pk}:{postmortem.version}",
            )
    return postmortem
