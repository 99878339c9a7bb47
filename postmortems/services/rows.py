"""What every verb of a document does around its own change: lock, check, save, tell."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db.models import F

from accounts.audit import record
from accounts.models import User
from core import outbox
from core.actor import Actor
from core.errors import Conflict, Invalid, NotFound
from notifications.message import Message
from notifications.services import notify
from postmortems.events import PostmortemChanged
from postmortems.lifecycle import EDITABLE, POSTMORTEM
from postmortems.models import Postmortem

MAX_TITLE = 300
MAX_NOTE = 10_000


def lock_postmortem(postmortem_id: int) -> Postmortem:
    """The row, locked until the transaction ends. Raises `NotFound`."""
    rows = Postmortem.objects.select_for_update(of=("self",)).select_related("incident", "owner")
    postmortem = rows.filter(pk=postmortem_id).first()
    if postmortem is None:
        raise NotFound("There is no such postmortem.")
    return postmortem


def check_version(postmortem: Postmortem, expected: int | None) -> None:
    if expected is not None and postmortem.version != expected:
        raise Conflict(
            f"{postmortem.ref} changed while you looked at it. Load it again and decide.",
            allowed=allowed_moves(postmortem),
        )


def check_editable(postmortem: Postmortem) -> None:
    """Its text, evidence and files may be changed now."""
    if postmortem.set_aside_at:
        raise Conflict(f"{postmortem.ref} was set aside. Take it up again before you write in it.")
    if postmortem.status == "published":
        raise Conflict(f"{postmortem.ref} is published and locked. Add an addendum instead.")
    if postmortem.status not in EDITABLE:
        raise Conflict(
            f"{postmortem.ref} is approved as it stands. Choose “Edit again” before you change it; "
            "its reviewers are asked once more then."
        )


def allowed_moves(postmortem: Postmortem) -> list[str]:
    if postmortem.set_aside_at:
        return []
    return [move.to for move in POSTMORTEM.moves_from(postmortem.status)]


def clean_text(text: str, *, limit: int, field: str, required: bool = True) -> str:
    """With plain line ends. Raises `Invalid` naming the field."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    problem = ""
    if "\x00" in text:
        problem = "Holds a character that cannot be stored."
    elif len(text) > limit:
        problem = f"Is {len(text):,} characters long; {limit:,} are possible."
    elif required and not text.strip():
        problem = "Write something."
    if problem:
        raise Invalid("It was not saved.", errors={field: [problem]})
    return text


def save(postmortem: Postmortem, *fields: str) -> None:
    postmortem.version = F("version") + 1  # an expression until it is saved
    postmortem.save(update_fields=["version", *fields])
    postmortem.refresh_from_db(fields=["version"])


def note_down(postmortem: Postmortem, actor: Actor, action: str, **detail: Any) -> None:
    record(
        actor=actor,
        action=f"postmortem.{action}",
        target_kind="postmortem",
        target_ref=postmortem.ref,
        **detail,
    )


def tell_change(postmortem: Postmortem, actor: Actor) -> None:
    outbox.publish(
        PostmortemChanged(
            postmortem_id=postmortem.pk,
            incident_id=postmortem.incident_id,
            ref=postmortem.ref,
            status=postmortem.status,
            by=actor.label,
            private=postmortem.incident.private,
        )
    )


def url_of(postmortem: Postmortem) -> str:
    return f"{settings.AIRE_BASE_URL}/postmortems/{postmortem.ref}/"


def tell_person(
    user: User | None, postmortem: Postmortem, *, title: str, why: str, key: str, body: str = ""
) -> None:
    """A notice over the person's channels, once a key. Nobody is told of a document that they may
    not see, and nobody who has left is written to."""
    if user is None or not user.is_active:
        return
    if not Postmortem.objects.visible_to(user).filter(pk=postmortem.pk).exists():
        return
    notify(
        user=user,
        message=Message(
            kind="notice",
            headline=postmortem.ref,
            title=title,
            severity=postmortem.incident.severity,
            facts=(
                ("Postmortem", postmortem.title),
                ("Incident", postmortem.incident.ref),
                ("Due", f"{postmortem.due_at:%Y-%m-%d}" if postmortem.due_at else "No date"),
            ),
            body=body,
            why=why,
            url=url_of(postmortem),
        ),
        kind="notice",
        origin="postmortems",
        obligation_key=f"postmortem:{postmortem.pk}:{key}",
        subject_key=postmortem.subject_key,
    )
