"""Choosing what a source has redacted; revealing the raw bytes to whoever says why."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from accounts.audit import record
from alerts.models import RawBody, Redaction, Source
from alerts.redaction.detector import check_own
from alerts.redaction.redacting import unseal
from core import clock
from core.actor import Actor
from core.errors import Invalid, NotFound
from core.secrets import SecretUnreadable

MOST_HOURS = 720
LEAST_REASON = 10
MAX_REASON = 500


def save_redaction(
    *, source: Source, level: str, own: Sequence[str], keep_hours: int, actor: Actor
) -> Redaction:
    """From now on; what is stored already stays as it is."""
    errors: dict[str, list[str]] = {}
    if level not in Redaction.Level.values:
        errors["level"] = ["Choose off, keys or personal."]
    if problems := check_own(own):
        errors["own"] = problems
    if not 0 <= keep_hours <= MOST_HOURS:
        errors["keep_hours"] = [f"Choose between 0 (not at all) and {MOST_HOURS} hours."]
    if errors:
        raise Invalid("Redaction was not saved.", errors=errors)
    with transaction.atomic():
        row, _ = Redaction.objects.update_or_create(
            source=source,
            defaults={"level": level, "own": list(own), "keep_hours": keep_hours},
        )
        record(
            actor=actor,
            action="source.redaction",
            target_kind="source",
            target_ref=source.slug,
            level=level,
            own_patterns=len(own),
            keep_hours=keep_hours,
        )
    return row


def reveal_raw(*, receipt_id: UUID, reason: str, actor: Actor) -> bytes:
    """The bytes as they came. The reason is written down before anything is shown."""
    reason = " ".join(reason.split())
    if not LEAST_REASON <= len(reason) <= MAX_REASON:
        errors = {"reason": [f"Say why in {LEAST_REASON} to {MAX_REASON} characters."]}
        raise Invalid("Nothing was revealed.", errors=errors)
    raw = RawBody.objects.filter(pk=receipt_id, delete_at__gt=clock.now()).first()
    if raw is None:
        raise NotFound("The raw bytes of this delivery are no longer kept.")
    with transaction.atomic():
        record(
            actor=actor,
            action="receipt.reveal",
            target_kind="receipt",
            target_ref=str(receipt_id),
            reason=reason,
            found=raw.found,
        )
    try:
        return unseal(raw.sealed)
    except SecretUnreadable as error:
        raise NotFound("They were encrypted with a key that AIRE no longer has.") from error
