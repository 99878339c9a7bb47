"""Writing sections: by several people, with nothing overwritten and every version kept."""

from __future__ import annotations

from django.db import transaction

from accounts.models import User
from core import clock
from core.actor import Actor
from core.errors import Conflict, NotFound
from postmortems.generated import accepted, still_generated
from postmortems.models import Postmortem, Review, Section, SectionRevision
from postmortems.models.unsaved import UnsavedText
from postmortems.services.rows import check_editable, clean_text, lock_postmortem, note_down

MAX_BODY = 100_000


class SectionConflict(Conflict):
    """Somebody else has saved the section since it was read. Both texts are still there: the
    writer's in `mine`, the saved one in `section`."""

    def __init__(self, section: Section, mine: str, seen: int) -> None:
        who = f" by {section.updated_by}" if section.updated_by else ""
        super().__init__(
            f"“{section.title}” was changed{who} while you were writing. Nothing was overwritten: "
            "compare the two texts and save again."
        )
        self.section = section
        self.mine = mine
        self.seen = seen


def save_section(
    *, postmortem_id: int, key: str, body: str, seen_version: int | None, actor: Actor
) -> Section:
    """Save a section as it was written on top of `seen_version`.

    Raises `SectionConflict` when it has a newer version that says something else, `Conflict` when
    the document is locked, `Invalid` for a text that cannot be kept. Saving what is there already
    changes nothing. Reviewers who have approved are asked again."""
    body = clean_text(body, limit=MAX_BODY, field="body", required=False)
    with transaction.atomic():
        postmortem = lock_postmortem(postmortem_id)
        section = lock_section(postmortem, key)
        check_editable(postmortem)
        if section.body == body:
            _forget_unsaved(section, actor)
            return section
        if seen_version is not None and seen_version != section.version:
            raise SectionConflict(section, body, seen_version)
        _write(section, body, actor)
        section.save(
            update_fields=["body", "generated", "version", "updated_at", "updated_by"],
        )
        _forget_unsaved(section, actor)
        if ask_again(postmortem):
            note_down(postmortem, actor, "ask_again", section=section.key)
    return section


def _write(section: Section, body: str, actor: Actor) -> None:
    section.body = body
    section.generated = still_generated(body, section.generated)
    section.version += 1
    section.updated_at = clock.now()
    section.updated_by_id = actor.user_id
    SectionRevision.objects.create(
        section=section,
        version=section.version,
        body=body,
        author_id=actor.user_id,
        author_label=actor.label[:200],
    )


def accept_drafted(
    *, postmortem_id: int, key: str, actor: Actor, line: str | None = None
) -> Section:
    """Take over one drafted line as it stands, or all of the section."""
    with transaction.atomic():
        postmortem = lock_postmortem(postmortem_id)
        section = lock_section(postmortem, key)
        check_editable(postmortem)
        section.generated = accepted(section.generated, line) if line is not None else []
        # From now on a person stands for it: a new draft does not replace it.
        section.updated_by_id = actor.user_id
        section.updated_at = clock.now()
        section.save(update_fields=["generated", "updated_by", "updated_at"])
        note_down(postmortem, actor, "accept", section=key, lines=1 if line is not None else "all")
    return section


def keep_unsaved(
    *, postmortem_id: int, key: str, body: str, base_version: int, user: User
) -> UnsavedText | None:
    """Keep what somebody is typing, for them alone; None where it equals what is saved."""
    body = clean_text(body, limit=MAX_BODY, field="body", required=False)
    with transaction.atomic():
        postmortem = lock_postmortem(postmortem_id)
        section = lock_section(postmortem, key)
        check_editable(postmortem)
        if section.body == body:
            UnsavedText.objects.filter(section=section, user=user).delete()
            return None
        kept, _ = UnsavedText.objects.update_or_create(
            section=section,
            user=user,
            defaults={"body": body, "base_version": base_version, "kept_at": clock.now()},
        )
    return kept


def drop_unsaved(*, section: Section, user: User) -> None:
    UnsavedText.objects.filter(section=section, user=user).delete()


def lock_section(postmortem: Postmortem, key: str) -> Section:
    rows = postmortem.sections.select_for_update(of=("self",)).select_related("updated_by")
    section = None if "\x00" in key else rows.filter(key=key).first()
    if section is None:
        raise NotFound(f"{postmortem.ref} has no section “{key[:63]}”.")
    return section


def ask_again(postmortem: Postmortem) -> int:
    """Approvals were given to another text: they count no more. Answers how many there were."""
    rows = postmortem.reviews.filter(state=Review.State.APPROVED)
    return rows.update(state=Review.State.WAITING, decided_at=None, note="", asked_at=clock.now())


def _forget_unsaved(section: Section, actor: Actor) -> None:
    if actor.user_id:
        UnsavedText.objects.filter(section=section, user_id=actor.user_id).delete()
