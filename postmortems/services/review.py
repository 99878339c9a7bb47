"""Asking for a review, saying something about a section, approving and asking for changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from accounts.models import Role, User
from catalog.models import SystemOwner
from core import clock
from core.actor import Actor
from core.errors import Conflict, Forbidden, Invalid, NotFound
from incidents.models import Incident
from incidents.services.rows import add_member
from postmortems.models import Comment, Postmortem, Review
from postmortems.review_rules import Owned, reviewers
from postmortems.services.reminders import plan_review
from postmortems.services.rows import (
    MAX_NOTE,
    check_editable,
    clean_text,
    lock_postmortem,
    note_down,
    tell_person,
)
from postmortems.services.sections import lock_section

MAX_COMMENT = 10_000
MAX_COMMENTS = 1_000


@dataclass(frozen=True, slots=True)
class Asked:
    user: User
    because: str


def by_rule(postmortem: Postmortem) -> list[Asked]:
    """Whom the rules ask. Of a private incident only its people: a rule lets nobody in."""
    incident = postmortem.incident
    rows = SystemOwner.objects.filter(system__incidents=incident, user__is_active=True)
    rows = rows.select_related("user", "system").order_by("system__tier", "system__name", "id")
    if incident.private:
        rows = rows.filter(user__in=incident.members.values("user"))
    owners = list(rows)
    people = {row.user_id: row.user for row in owners}
    found = reviewers(
        (Owned(row.user_id, row.discipline, row.system.name) for row in owners),
        severity=incident.severity,
        classes=classes_of(incident),
        without=[postmortem.owner_id or 0],
    )
    return [Asked(people[user_id], because) for user_id, because in found.items()]


def classes_of(incident: Incident) -> list[str]:
    """Classes of the causes that hold, else of what the route of the alert suspected."""
    causes = incident.causes.select_related("cause__cause_class")
    found = [one.cause.cause_class.slug for one in causes if one.holds]
    hinted = [incident.cause_hint.partition(".")[0]] if incident.cause_hint else []
    return list(dict.fromkeys(found or hinted))


def ask_everybody(postmortem: Postmortem, actor: Actor) -> list[Review]:
    """A round begins: those that the rules name are asked, and all who were asked before, again.
    Whoever has left since is taken off."""
    postmortem.reviews.filter(user__is_active=False).delete()
    asked = [
        Review(postmortem=postmortem, user=one.user, because=one.because[:200], by_rule=True)
        for one in by_rule(postmortem)
    ]
    Review.objects.bulk_create(asked, ignore_conflicts=True)
    postmortem.reviews.exclude(user=postmortem.owner_id or 0).update(
        state=Review.State.WAITING, note="", decided_at=None, asked_at=clock.now()
    )
    postmortem.reviews.filter(user=postmortem.owner_id or 0).delete()
    rows = list(postmortem.reviews.select_related("user"))
    for row in rows:
        _tell_asked(postmortem, row, actor)
    return rows


def ask_reviewer(*, postmortem_id: int, user: User, actor: Actor) -> Review:
    """Ask somebody more. Of a private incident they are let in by it."""
    if not user.is_active:
        sentence = f"{user} has no account here any more."
        raise Invalid(sentence, errors={"user": [sentence]})
    with transaction.atomic():
        postmortem = lock_postmortem(postmortem_id)
        check_open(postmortem)
        if user.pk == postmortem.owner_id:
            sentence = f"{user} writes it. Ask somebody else to review it."
            raise Invalid(sentence, errors={"user": [sentence]})
        because = f"{actor.label} asked for it."
        row, made = Review.objects.get_or_create(
            postmortem=postmortem, user=user, defaults={"because": because[:200]}
        )
        if made:
            if postmortem.incident.private:
                add_member(
                    incident=postmortem.incident,
                    user_id=user.pk,
                    because=f"Asked to review {postmortem.ref}.",
                )
            note_down(postmortem, actor, "ask_review", user=user.email)
            if postmortem.status == "in_review":
                _tell_asked(postmortem, row, actor)
    return row


def own_review(postmortem: Postmortem, actor: Actor) -> Review:
    """The review of whoever decides now. A manager who was not asked joins as a reviewer; the
    author decides only where nobody else was found and they are an admin."""
    user = User.objects.filter(pk=actor.user_id or 0, is_active=True).first()
    if user is None:
        raise Forbidden("Only a person can review.")
    row = postmortem.reviews.filter(user=user).first()
    if row is not None:
        return row
    if user.pk == postmortem.owner_id:
        if not user.has_role(Role.ADMIN) or postmortem.reviews.exists():
            raise Forbidden("You write it, so somebody else has to review it.")
        because = "Wrote it and is an admin; no other reviewer was found."
    elif user.can_manage:
        because = "A manager may review without being asked."
    else:
        raise Forbidden("You were not asked to review it. Its owner or a manager can ask you.")
    return Review.objects.create(postmortem=postmortem, user=user, because=because)


def decide(row: Review, state: str, note: str) -> None:
    row.state, row.note, row.decided_at = state, note, clock.now()
    row.save(update_fields=["state", "note", "decided_at"])


def still_waiting(postmortem: Postmortem) -> Sequence[Review]:
    rows = postmortem.reviews.select_related("user").exclude(state=Review.State.APPROVED)
    return list(rows)


def comment(*, postmortem_id: int, key: str, text: str, actor: Actor, quote: str = "") -> Comment:
    text = clean_text(text, limit=MAX_COMMENT, field="text")
    quote = " ".join(clean_text(quote, limit=100_000, field="quote", required=False).split())
    with transaction.atomic():
        postmortem = lock_postmortem(postmortem_id)
        check_editable(postmortem)
        section = lock_section(postmortem, key)
        if Comment.objects.filter(section__postmortem=postmortem).count() >= MAX_COMMENTS:
            raise Conflict(f"{postmortem.ref} has {MAX_COMMENTS:,} comments. Resolve some first.")
        row = Comment.objects.create(
            section=section,
            author_id=actor.user_id,
            author_label=actor.label[:200],
            text=text,
            quote=quote[:300],
        )
        note_down(postmortem, actor, "comment", section=key)
        if postmortem.owner_id != actor.user_id:
            tell_person(
                postmortem.owner,
                postmortem,
                title=f"{actor.label} commented on “{section.title}”",
                why="You write this postmortem.",
                key=f"comment:{row.pk}",
                body=text[:1_000],
            )
    return row


def resolve_comment(
    *, postmortem_id: int, comment_id: UUID, actor: Actor, resolved: bool = True
) -> Comment:
    with transaction.atomic():
        postmortem = lock_postmortem(postmortem_id)
        check_editable(postmortem)
        rows = Comment.objects.select_for_update(of=("self",)).select_related("section")
        row = rows.filter(section__postmortem=postmortem, pk=comment_id).first()
        if row is None:
            raise NotFound("There is no such comment.")
        row.resolved_at = clock.now() if resolved else None
        row.resolved_by_id = actor.user_id if resolved else None
        row.save(update_fields=["resolved_at", "resolved_by"])
        note_down(postmortem, actor, "resolve_comment" if resolved else "reopen_comment")
    return row


def clean_note(note: str) -> str:
    return clean_text(note, limit=MAX_NOTE, field="note", required=False).strip()


def check_open(postmortem: Postmortem) -> None:
    if postmortem.set_aside_at or postmortem.status in ("approved", "published"):
        raise Conflict(f"{postmortem.ref} is not waiting for reviews any more.")


def _tell_asked(postmortem: Postmortem, row: Review, actor: Actor) -> None:
    plan_review(postmortem, row)
    tell_person(
        row.user,
        postmortem,
        title=f"{actor.label} asks for your review",
        why=row.because,
        key=f"review:{row.pk}:{postmortem.round}",
    )
