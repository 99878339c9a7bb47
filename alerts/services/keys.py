"""Keys of a source: at most two live, so that one can be rotated under the other."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q

from accounts.audit import record
from alerts.models import Source, SourceKey
from core import clock
from core.actor import Actor
from core.errors import Conflict, Invalid, NotFound
from core.secrets import key_digest, key_hint, new_key

MIN_GIVEN_KEY = 32
LIVE_KEYS = 2


def rotate_source_key(*, source: Source, actor: Actor) -> str:
    """Add a second live key and answer it: shown this once. The older one works until it is
    revoked; with two live already, refuses."""
    with transaction.atomic():
        Source.objects.select_for_update().get(pk=source.pk)
        if source.keys.filter(revoked_at=None).count() >= LIVE_KEYS:
            raise Conflict("Two keys are live already. Revoke one before making another.")
        raw = new_key()
        add_key(source, raw)
        record(
            actor=actor, action="source.rotate_key", target_kind="source", target_ref=source.slug
        )
    return raw


def revoke_source_key(*, source: Source, key_id: int, actor: Actor) -> None:
    """End one key. Senders that still use it are refused from now on."""
    with transaction.atomic():
        ended = source.keys.filter(pk=key_id, revoked_at=None).update(revoked_at=clock.now())
        if not ended:
            raise NotFound("This source has no such live key.")
        record(
            actor=actor, action="source.revoke_key", target_kind="source", target_ref=source.slug
        )


def add_key(source: Source, raw: str) -> None:
    """Add a key unless the source has it already; never more than two live."""
    digest = key_digest(raw)
    mine = source.keys.filter(digest=digest)
    if mine.exists():
        mine.filter(~Q(revoked_at=None)).update(revoked_at=None)
        return
    if SourceKey.objects.filter(digest=digest).exists():
        raise Invalid("The source was not saved.", errors={"key": ["Another source has this key."]})
    live = list(source.keys.filter(revoked_at=None).order_by("created_at", "pk"))
    for old in live[: max(0, len(live) - LIVE_KEYS + 1)]:
        SourceKey.objects.filter(pk=old.pk).update(revoked_at=clock.now())
    SourceKey.objects.create(source=source, digest=digest, hint=key_hint(raw))
