"""Brings timelines in step with what people marked in Slack. The timeline's line and the row that
remembers it are written in one transaction, under the lease: once, whoever dies."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from core import clock
from core.actor import Actor, Via
from core.errors import AireError
from core.leases import claim_due, finish
from core.logs import get_logger
from core.retry import wait_seconds
from incidents import services
from integrations.slack.capture.models import SlackCapture
from integrations.slack.capture.reading import Said, download, read
from integrations.slack.channel import CHANNEL
from integrations.slack.posts.models import SlackPost
from notifications.channels import DeliveryError

log = get_logger(__name__)
LEASE_SECONDS = 120
MAX_ATTEMPTS = 12
TITLE = 200
State = SlackCapture.State


class _Late(Exception):
    """Another has taken over: what was written is undone."""


def capture_due(*, limit: int = 20) -> int:
    if not CHANNEL.configured():
        return 0
    for done in range(limit):
        claim = claim_due(SlackCapture, pending=State.PENDING, limit=1, lease_seconds=LEASE_SECONDS)
        if not claim.rows:
            return done
        _work(claim.rows[0], claim.token)
    return limit


def _work(row: SlackCapture, token: UUID) -> None:
    try:
        _bring(row, token)
    except _Late:
        log.warning("slack_capture_late", capture=row.pk)
    except DeliveryError as error:
        _again(row, token, error)
    except AireError as error:
        _done(row, token, state=State.FAILED, error=error.message[:500])


def _bring(row: SlackCapture, token: UUID) -> None:
    if row.deleted or not row.reasons:
        _withdraw(row, token, "Deleted in Slack." if row.deleted else "Taken off in Slack.")
        return
    if SlackPost.objects.filter(channel_id=row.channel, ts=row.ts).exists():
        # AIRE said it, so it is on the timeline: an echo would put it there again.
        _done(row, token, state=State.WITHDRAWN, error="AIRE's own message")
        return
    said = read(row)
    if said is None:
        _withdraw(row, token, "Deleted in Slack.")
        return
    if row.kind == SlackCapture.Kind.TASK:
        _make_task(row, token, said)
    else:
        _write(row, token, said)


def _write(row: SlackCapture, token: UUID, said: Said) -> None:
    with transaction.atomic():
        if row.line is None:
            written = services.capture_message(
                incident_id=row.incident_id,
                text=said.text or "(no words)",
                said_by=said.by,
                said_at=_said_at(row.ts),
                permalink=said.permalink,
                origin=f"slack:{row.channel}:{row.ts}",
                actor=_actor(row),
            )
        else:
            written = services.correct_message(
                incident_id=row.incident_id,
                line=row.line,
                text=said.text or "(no words)",
                actor=said.by,
            )
        changed = SlackCapture.objects.filter(pk=row.pk, lease_token=token).update(
            line=written.pk, text=said.text[:2_000], lease_until=Now() + _lease()
        )
        if not changed:
            raise _Late
    row.line = written.pk
    kept = _keep_pictures(row, said)
    SlackCapture.objects.filter(pk=row.pk, lease_token=token).update(files=kept)
    _done(row, token, state=State.SETTLED)


def _keep_pictures(row: SlackCapture, said: Said) -> list[str]:
    """Each once; one that cannot be had or is none leaves the words as they are."""
    kept = list(row.files)
    for picture in said.pictures:
        if picture.id in kept or row.line is None:
            continue
        data = download(picture)
        if data is None:
            continue
        try:
            services.keep_file(
                incident_id=row.incident_id,
                line=row.line,
                name=picture.name,
                data=data,
                origin=f"slack:{picture.id}",
                actor=said.by,
            )
        except AireError as error:
            log.info("slack_picture_not_kept", capture=row.pk, reason=error.message)
        kept.append(picture.id)
    return kept


def _make_task(row: SlackCapture, token: UUID, said: Said) -> None:
    with transaction.atomic():
        changes: dict[str, object] = {"state": State.SETTLED, "text": said.text[:2_000]}
        title = _title(said.text)
        if row.task_id is None:
            task = services.add_task(incident_id=row.incident_id, title=title, actor=_actor(row))
            changes["task_id"] = task.pk
        else:
            services.correct_task(
                incident_id=row.incident_id, task_id=row.task_id, was=_title(row.text),
                title=title, actor=said.by,
            )  # fmt: skip
        if not _done(row, token, **changes):
            raise _Late


def _title(text: str) -> str:
    return " ".join(text.split())[:TITLE] or "Look at the message in Slack"


def _withdraw(row: SlackCapture, token: UUID, because: str) -> None:
    with transaction.atomic():
        changes: dict[str, object] = {"state": State.WITHDRAWN}
        actor = _actor(row)
        if row.line is not None:
            gone = services.withdraw_message(
                incident_id=row.incident_id, line=row.line, because=because, actor=actor
            )
            changes["line"] = gone.pk
        if row.task_id is not None and services.withdraw_task(
            incident_id=row.incident_id, task_id=row.task_id, actor=actor
        ):
            changes["task_id"] = None
        if not _done(row, token, **changes):
            raise _Late


def _done(row: SlackCapture, token: UUID, **changes: object) -> bool:
    """Unless more was wanted meanwhile: then it is due again, with what was written kept."""
    newer = SlackCapture.objects.select_for_update().filter(pk=row.pk).exclude(wanted=row.wanted)
    with transaction.atomic():
        if newer.exists():
            changes |= {"state": State.PENDING, "due_at": clock.now()}
        return finish(SlackCapture, pk=row.pk, token=token, attempts=0, **changes)


def _again(row: SlackCapture, token: UUID, error: DeliveryError) -> None:
    given_up = row.attempts >= MAX_ATTEMPTS
    wait = max(error.retry_after or 0.0, wait_seconds(row.attempts, cap=300.0))
    finish(
        SlackCapture,
        pk=row.pk,
        token=token,
        error=error.sentence[:500],
        state=State.FAILED if given_up or error.permanent else State.PENDING,
        due_at=clock.now() + timedelta(seconds=wait),
    )


def _actor(row: SlackCapture) -> Actor:
    by = row.by
    if by is None:
        return Actor(label="Somebody in Slack", via=Via.SLACK)
    return Actor(label=str(by), via=Via.SLACK, user_id=by.pk)


def _said_at(ts: str) -> datetime:
    at = datetime.fromtimestamp(float(ts), UTC)
    return min(at, clock.now())


def _lease() -> timedelta:
    return timedelta(seconds=LEASE_SECONDS)
