"""Citing evidence with a frozen copy, and attaching files."""

from __future__ import annotations

import hashlib
from uuid import UUID

from django.db import transaction
from django.db.models import Max, Sum

from accounts.models import User
from core.actor import Actor
from core.errors import Conflict, Invalid, NotFound
from core.files import check_file
from incidents.extensions import check_not_held
from postmortems.evidence import kinds
from postmortems.models import Attachment, AttachmentContent, Citation
from postmortems.services.rows import check_editable, lock_postmortem, note_down

MAX_CITATIONS = 300
MAX_FILES = 50
MAX_TOTAL = 100 * 1024 * 1024


def cite(*, postmortem_id: int, kind: str, target: str, user: User, actor: Actor) -> Citation:
    """Freeze how something looks now; its number is written `[E3]` in the text. Citing the same
    again answers the citation that is there."""
    provider = kinds.get(kind)
    if provider is None:
        raise Invalid("There is no such kind of evidence.", errors={"kind": ["Is not known."]})
    with transaction.atomic():
        postmortem = lock_postmortem(postmortem_id)
        check_editable(postmortem)
        item = None if "\x00" in target else provider.find(postmortem.incident, user, target)
        if item is None:
            raise NotFound("This is not evidence of the incident, or it is gone.")
        there = postmortem.citations.filter(kind=kind, target=item.target[:200]).first()
        if there is not None:
            return there
        if postmortem.citations.count() >= MAX_CITATIONS:
            raise Conflict(f"{postmortem.ref} cites {MAX_CITATIONS} things already.")
        last = postmortem.citations.aggregate(top=Max("number"))["top"] or 0
        row = Citation.objects.create(
            postmortem=postmortem,
            number=last + 1,
            kind=kind,
            target=item.target[:200],
            title=item.title[:300],
            url=item.url[:2048],
            occurred_at=item.occurred_at,
            frozen=item.frozen(),
            cited_by_id=actor.user_id,
            cited_label=actor.label[:200],
        )
        note_down(postmortem, actor, "cite", kind=kind, number=row.number)
    return row


def take_citation_away(*, postmortem_id: int, number: int, actor: Actor) -> None:
    """Refused while the text leans on it."""
    with transaction.atomic():
        postmortem = lock_postmortem(postmortem_id)
        check_editable(postmortem)
        row = postmortem.citations.filter(number=number).first()
        if row is None:
            raise NotFound("There is no such citation.")
        leaning = postmortem.sections.filter(body__contains=f"[E{number}]").first()
        if leaning is not None:
            raise Conflict(f"“{leaning.title}” cites [E{number}]. Take it out of the text first.")
        row.delete()
        note_down(postmortem, actor, "uncite", number=number)


def attach(*, postmortem_id: int, name: str, data: bytes, actor: Actor) -> Attachment:
    """Keep a file that is what it may be. The same content a second time is the same attachment."""
    checked = check_file(name, data)
    digest = hashlib.sha256(checked.data).hexdigest()
    with transaction.atomic():
        postmortem = lock_postmortem(postmortem_id)
        check_editable(postmortem)
        there = postmortem.attachments.filter(sha256=digest).first()
        if there is not None:
            return there
        used = postmortem.attachments.aggregate(total=Sum("size"))["total"] or 0
        if used + len(checked.data) > MAX_TOTAL or postmortem.attachments.count() >= MAX_FILES:
            sentence = (
                f"A postmortem keeps at most {MAX_FILES} files and {MAX_TOTAL // 2**20} MiB. "
                "Take one away first."
            )
            raise Invalid("The file was not kept.", errors={"file": [sentence]})
        row = Attachment.objects.create(
            postmortem=postmortem,
            name=checked.name,
            media_type=checked.media_type,
            size=len(checked.data),
            sha256=digest,
            added_by_id=actor.user_id,
            added_label=actor.label[:200],
        )
        AttachmentContent.objects.create(attachment=row, data=checked.data)
        note_down(postmortem, actor, "attach", name=row.name, size=row.size, sha256=digest)
    return row


def take_attachment_away(*, postmortem_id: int, attachment_id: UUID, actor: Actor) -> None:
    with transaction.atomic():
        postmortem = lock_postmortem(postmortem_id)
        check_editable(postmortem)
        row = postmortem.attachments.filter(pk=attachment_id).first()
        if row is None:
            raise NotFound("There is no such file.")
        check_not_held(postmortem.incident, row.name)
        note_down(postmortem, actor, "detach", name=row.name, sha256=row.sha256)
        row.delete()
