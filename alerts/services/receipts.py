"""Receipts that people send on their way: tests and replays; alerts whose source went silent."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from accounts.audit import record
from alerts.formats import formats
from alerts.models import Alert, Receipt, Source
from alerts.silent import auto_resolve
from core import clock
from core.actor import Actor
from core.errors import Conflict
from core.hints import hint_on_commit

READ_AGAIN = "Read again."
"""Until it is, the note of a receipt: tells that its raw bytes may lie aside."""

MAX_REPLAYED = 500
"""Receipts that one call has read again; what is left over is asked for again."""


def send_test(*, source: Source, actor: Actor) -> Receipt:
    """Put the sender's own kind of test payload through the real pipeline, marked as a drill."""
    reader = formats.get(source.format)
    if reader is None:
        raise Conflict(f"There is no format named {source.format}.")
    system = source.system.slug if source.system else "test-system"
    with transaction.atomic():
        receipt = Receipt.objects.create(
            source=source,
            format=source.format,
            headers={"content-type": "application/json", "x-aire-test": actor.label[:100]},
            body=reader.sample(now=clock.now(), system=system),
            drill=True,
            state=Receipt.State.NEW,
        )
        record(actor=actor, action="source.test", target_kind="source", target_ref=source.slug)
        hint_on_commit("absorb")
    return receipt


def replay_receipt(*, receipt: Receipt, actor: Actor) -> None:
    """Have a receipt read again, for example after its mapping was mended. Repeats of alerts that
    are known already change nothing; what is over stays over."""
    with transaction.atomic():
        if not _replay([receipt.pk], state=receipt.state):
            raise Conflict("It is waiting to be read already, or its bytes are no longer kept.")
        record(
            actor=actor, action="receipt.replay", target_kind="receipt", target_ref=str(receipt.pk)
        )


def replay_set_aside(*, actor: Actor, source: Source | None = None) -> int:
    """Have what was set aside (of one source, or all) read again, oldest first, at most
    `MAX_REPLAYED`; answers how many."""
    waiting = Receipt.objects.filter(state=Receipt.State.SET_ASIDE)
    if source is not None:
        waiting = waiting.filter(source=source)
    with transaction.atomic():
        oldest = waiting.order_by("received_at", "pk").values_list("pk", flat=True)
        count = _replay(list(oldest[:MAX_REPLAYED]))
        if count:
            ref = source.slug if source else "all"
            record(
                actor=actor,
                action="receipt.replay_all",
                target_kind="source",
                target_ref=ref,
                receipts=count,
            )
    return count


def _replay(ids: list[UUID], *, state: str = Receipt.State.SET_ASIDE) -> int:
    waiting = Receipt.objects.filter(pk__in=ids, state=state).exclude(state=Receipt.State.NEW)
    count = waiting.exclude(body=b"").update(
        state=Receipt.State.NEW,
        attempts=0,
        reason="",
        notes=[READ_AGAIN],
        due_at=Now(),
        lease_until=None,
        lease_token=None,
    )
    if count:
        hint_on_commit("absorb")
    return count


def resolve_silent(*, limit: int = 200) -> int:
    """Resolve alerts whose source said nothing for its auto-resolve time; answers how many."""
    with transaction.atomic():
        now = clock.now()
        rows = list(
            Alert.objects.select_for_update(skip_locked=True)
            .filter(auto_resolve_at__lte=now)
            .exclude(status=Alert.Status.RESOLVED)
            .order_by("auto_resolve_at")[:limit]
        )
        auto_resolve(rows, now=now)
    return len(rows)
