"""Moving a document along its lifecycle, and what is added to it after publishing."""

from __future__ import annotations

from django.db import transaction

from accounts.models import User
from core import clock
from core.actor import Actor
from core.errors import Conflict, Forbidden, Invalid, NotFound
from core.lifecycle import Move
from postmortems import checklist
from postmortems.lifecycle import POSTMORTEM
from postmortems.models import Addendum, Postmortem, Read, Review
from postmortems.services import review
from postmortems.services.rows import (
    allowed_moves,
    check_version,
    clean_text,
    lock_postmortem,
    note_down,
    save,
    tell_change,
    tell_person,
)

MAX_ADDENDUM = 50_000
MAX_ADDENDA = 100


def transition_postmortem(
    *,
    postmortem_id: int,
    to: str,
    actor: Actor,
    note: str = "",
    expected_version: int | None = None,
) -> Postmortem:
    """Move a document by its lifecycle table.

    `approved` gives the approval of whoever asks; the document becomes approved with the last one
    that was waited for. Raises `Conflict` naming the allowed moves or what is missing, `Invalid`
    for a missing note, `Forbidden` for somebody who may not decide."""
    note = review.clean_note(note)
    with transaction.atomic():
        postmortem = lock_postmortem(postmortem_id)
        check_version(postmortem, expected_version)
        if postmortem.set_aside_at:
            raise Conflict(f"{postmortem.ref} was set aside. Take it up again first.")
        given = ("note",) if note else ()
        move = POSTMORTEM.check(postmortem, state=postmortem.status, to=to, given=given)
        if to == "in_review":
            _submit(postmortem, move, actor)
        elif to == "approved":
            _approve(postmortem, move, actor, note)
        elif to == "changes_requested":
            _request_changes(postmortem, move, actor, note)
        elif to == "published":
            _publish(postmortem, move, actor)
        else:
            _take_back(postmortem, move, actor, note)
    return postmortem


def _submit(postmortem: Postmortem, move: Move, actor: Actor) -> None:
    _require(postmortem, checklist.missing(checklist.before_review(postmortem)), move)
    postmortem.round += 1
    _move(postmortem, move, actor, "round")
    review.ask_everybody(postmortem, actor)


def _approve(postmortem: Postmortem, move: Move, actor: Actor, note: str) -> None:
    row = review.own_review(postmortem, actor)
    review.decide(row, Review.State.APPROVED, note)
    waiting = review.still_waiting(postmortem)
    if waiting:
        save(postmortem)
        note_down(postmortem, actor, "approve", waiting=[str(one.user) for one in waiting])
        return
    _move(postmortem, move, actor)
    tell_person(
        postmortem.owner,
        postmortem,
        title="Everybody has approved: it can be published",
        why="You write this postmortem.",
        key=f"approved:{postmortem.version}",
    )


def _request_changes(postmortem: Postmortem, move: Move, actor: Actor, note: str) -> None:
    row = review.own_review(postmortem, actor)
    review.decide(row, Review.State.CHANGES, note)
    _move(postmortem, move, actor)
    tell_person(
        postmortem.owner,
        postmortem,
        title=f"{actor.label} asks for changes",
        why="You write this postmortem.",
        key=f"changes:{postmortem.version}",
        body=note[:1_000],
    )


def take_off_review(*, postmortem_id: int, user_id: int, actor: Actor) -> Postmortem:
    """Somebody reviews it no more, for example because they have left. The last one can only be
    replaced; where all others have approved already, the document is approved by this."""
    with transaction.atomic():
        postmortem = lock_postmortem(postmortem_id)
        review.check_open(postmortem)
        row = postmortem.reviews.select_related("user").filter(user=user_id).first()
        if row is None:
            raise NotFound("This person does not review it.")
        in_review = postmortem.status == "in_review"
        if in_review and not postmortem.reviews.exclude(pk=row.pk).exists():
            raise Conflict(f"{row.user} is the only reviewer. Ask somebody else first.")
        row.delete()
        note_down(postmortem, actor, "take_off_review", user=row.user.email)
        if in_review and not review.still_waiting(postmortem):
            _move(postmortem, POSTMORTEM.check(postmortem, state="in_review", to="approved"), actor)
    return postmortem


def _take_back(postmortem: Postmortem, move: Move, actor: Actor, note: str) -> None:
    _require_author(postmortem, actor, move)
    rows = postmortem.reviews.filter(state=Review.State.APPROVED)
    rows.update(state=Review.State.WAITING, decided_at=None)
    postmortem.approved_at = None
    _move(postmortem, move, actor, "approved_at", note=note)


def _publish(postmortem: Postmortem, move: Move, actor: Actor) -> None:
    _require(postmortem, checklist.missing(checklist.before_publishing(postmortem)), move)
    _require_author(postmortem, actor, move)
    postmortem.published_by_id = actor.user_id
    _move(postmortem, move, actor, "published_by")
    postmortem.reminders.filter(state="pending").update(state="dropped", outcome="Published")


def _require(postmortem: Postmortem, missing: list[str], move: Move) -> None:
    if missing:
        rest = [name for name in allowed_moves(postmortem) if name != move.to]
        raise Conflict(" ".join(missing), allowed=rest)


def _require_author(postmortem: Postmortem, actor: Actor, move: Move) -> None:
    """The owner's step; a manager's, too; anybody's who may respond where nobody owns it."""
    user = User.objects.filter(pk=actor.user_id or 0).first()
    owner = postmortem.owner
    if owner is None or not owner.is_active or postmortem.owner_id == actor.user_id:
        return
    if user is None or not user.can_manage:
        raise Forbidden(f"“{move.label}” is for {owner}, who writes it, or for a manager.")


def _move(postmortem: Postmortem, move: Move, actor: Actor, *fields: str, note: str = "") -> None:
    was = postmortem.status
    postmortem.status = move.to
    for stamp in move.stamps:
        setattr(postmortem, stamp, clock.now())
    save(postmortem, "status", *move.stamps, *fields)
    note_down(postmortem, actor, move.to, was=was, note=note)
    tell_change(postmortem, actor)


def add_addendum(*, postmortem_id: int, body: str, actor: Actor) -> Addendum:
    """What was learnt after publishing, numbered; the published text itself stays."""
    body = clean_text(body, limit=MAX_ADDENDUM, field="body")
    with transaction.atomic():
        postmortem = lock_postmortem(postmortem_id)
        if postmortem.status != "published":
            raise Conflict(f"{postmortem.ref} is not published yet: write it into its sections.")
        number = postmortem.addenda.count() + 1
        if number > MAX_ADDENDA:
            raise Invalid("There are very many addenda.", errors={"body": ["No more fit in."]})
        row = Addendum.objects.create(
            postmortem=postmortem,
            number=number,
            body=body,
            author_id=actor.user_id,
            author_label=actor.label[:200],
        )
        save(postmortem)
        note_down(postmortem, actor, "addendum", number=number)
        tell_change(postmortem, actor)
    return row


def mark_as_read(*, postmortem_id: int, actor: Actor) -> Read:
    """The reader says to have read the published document. Saying it again changes nothing."""
    if actor.user_id is None:
        raise Forbidden("Only a person reads.")
    with transaction.atomic():
        postmortem = lock_postmortem(postmortem_id)
        if postmortem.status != "published":
            raise Conflict(f"{postmortem.ref} is not published yet.")
        row, _ = Read.objects.get_or_create(
            postmortem=postmortem, user_id=actor.user_id, defaults={"at": clock.now()}
        )
    return row
