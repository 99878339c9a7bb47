"""Confirming that a topic may send: by a manager's word, or because the source is pinned to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from accounts.audit import record
from accounts.models import User
from alerts.extensions import Measured
from alerts.models import Source
from core import clock
from core.actor import Actor, program
from core.errors import Conflict, NotFound
from core.http import OutboundFailed, OutboundRefused, request
from core.leases import claim_due, finish
from integrations.cloudwatch.models import SnsSubscription
from integrations.cloudwatch.sns import is_aws
from integrations.cloudwatch.source import SubscriptionAsked

LEASE_SECONDS = 30
MAX_ATTEMPTS = 5
WAIT = timedelta(seconds=30)
MAX_PENDING = 20
"""Topics of one source that wait for a word: whoever holds the key may not fill the table."""

SHOWN = 50
State = SnsSubscription.State


def take(given: Sequence[Measured]) -> Mapping[UUID, Sequence[str]]:
    """Keep who asks, in the transaction that finishes the receipts."""
    notes: dict[UUID, list[str]] = {}
    for item in given:
        for asked in item.facts:
            if isinstance(asked, SubscriptionAsked) and not item.drill:
                notes.setdefault(item.receipt_id, []).append(_asked(item.source_id, asked))
    return notes


def _asked(source_id: int, asked: SubscriptionAsked) -> str:
    known = SnsSubscription.objects.filter(source_id=source_id)
    if known.exclude(topic=asked.topic).filter(state=State.ASKED).count() >= MAX_PENDING:
        return "Too many topics wait for their confirmation already."
    pinned = Source.objects.get(pk=source_id).options.get("topicArn") == asked.topic
    row, _ = SnsSubscription.objects.update_or_create(
        source_id=source_id,
        topic=asked.topic,
        defaults={
            "url": asked.url,
            "state": State.DUE if pinned else State.ASKED,
            "due_at": clock.now(),
            "attempts": 0,
            "reason": "",
            "asked_at": clock.now(),
            "confirmed_by": "The pinned topic" if pinned else "",
        },
    )
    if pinned:
        record(
            actor=program(), action="sns.confirm", target_kind="source",
            target_ref=row.source.slug, topic=asked.topic,
        )  # fmt: skip
        return "It is the pinned topic: AIRE confirms it by itself."
    return "A manager confirms it on the source's page."


def confirm(*, source: Source, pk: int, actor: Actor) -> None:
    """Say yes to a topic; the engine tells AWS."""
    with transaction.atomic():
        row = SnsSubscription.objects.select_for_update().filter(source=source, pk=pk).first()
        if row is None:
            raise NotFound("No such topic asks for its confirmation.")
        if row.state not in (State.ASKED, State.FAILED):
            raise Conflict("This topic is confirmed already.")
        row.state, row.due_at, row.attempts = State.DUE, clock.now(), 0
        row.confirmed_by, row.reason = actor.label[:200], ""
        row.save(update_fields=["state", "due_at", "attempts", "confirmed_by", "reason"])
        record(
            actor=actor, action="sns.confirm", target_kind="source", target_ref=source.slug,
            topic=row.topic,
        )  # fmt: skip


def confirm_due() -> int:
    """Tell AWS of what was confirmed; the address is one of SNS's own, or nothing is called."""
    claim = claim_due(SnsSubscription, pending=State.DUE, limit=5, lease_seconds=LEASE_SECONDS)
    for row in claim.rows:
        state, reason = _call(row)
        if state == State.DUE and row.attempts >= MAX_ATTEMPTS:
            state = State.FAILED
        finish(
            SnsSubscription, pk=row.pk, token=claim.token,
            state=state, reason=reason[:300], due_at=clock.now() + WAIT,
        )  # fmt: skip
    return len(claim.rows)


def _call(row: SnsSubscription) -> tuple[str, str]:
    if not is_aws(row.url):
        return State.FAILED, "The address is not one of Amazon SNS."
    try:
        answer = request("GET", row.url, timeout=10.0)
    except OutboundRefused as error:
        return State.FAILED, error.message
    except OutboundFailed as error:
        return State.DUE, error.message
    if answer.ok:
        return State.CONFIRMED, ""
    final = 400 <= answer.status < 500 and answer.status != 429
    return State.FAILED if final else State.DUE, f"AWS answered {answer.status}."


def topics_of(source: Source) -> list[SnsSubscription]:
    """The topics that asked to send to a source, the latest first."""
    return list(SnsSubscription.objects.filter(source=source).order_by("-asked_at")[:SHOWN])


def panel(source: Source, user: User) -> SafeString | str:
    """The block of a source's page: how its topics stand, and the way to confirm one."""
    if source.format != "cloudwatch" or not user.is_active:
        return ""
    rows = topics_of(source)[:5]
    return (
        render_to_string("cloudwatch/panel.html", {"rows": rows, "source": source}) if rows else ""
    )


OVERDUE_SQL = """
    SELECT 'sns confirmation', id::text, due_at, state::text, attempts::int
      FROM integrations_snssubscription
     WHERE state = 'due' AND due_at < now() - interval '5 minutes'"""
