"""What became of a call, written down if the lease is still ours."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import connection, transaction

from core.logs import get_logger
from integrations.slack.posts.models import SlackPost
from integrations.slack.posts.services import EDIT_GAP_SECONDS

log = get_logger(__name__)


def begin(rows: Sequence[SlackPost], token: UUID, *, posting: bool) -> bool:
    """The last look before the call: all rows are still ours and wanted. A post is noted as begun,
    so that it is looked for before it is posted again."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE integrations_slackpost SET begun_at = "
            "CASE WHEN %s THEN COALESCE(begun_at, statement_timestamp()) ELSE begun_at END, "
            "lease_until = statement_timestamp() + interval '30 seconds' "
            "WHERE id = ANY(%s) AND lease_token = %s AND state = 'pending' "
            "AND lease_until > statement_timestamp()",
            [posting, [row.pk for row in rows], token],
        )
        ours = bool(cursor.rowcount == len(rows))
        if not ours:
            transaction.set_rollback(True)
    return ours


def shown(
    row: SlackPost, token: UUID, *, channel_id: str, ts: str, digest: str, edit: bool
) -> bool:
    """As it was wanted when it was drawn; due again if more was wanted meanwhile."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE integrations_slackpost SET lease_token = NULL, lease_until = NULL, "
            "begun_at = NULL, attempts = 0, error = '', error_at = NULL, "
            "channel_id = %s, ts = %s, shown_hash = %s, posted = %s, "
            "edited_at = statement_timestamp(), edits = edits + %s, "
            "due_at = statement_timestamp() + %s * interval '1 second', "
            "state = CASE WHEN wanted > %s THEN 'pending' ELSE 'shown' END "
            "WHERE id = %s AND lease_token = %s",
            [channel_id, ts, digest, row.wanted, int(edit), EDIT_GAP_SECONDS, row.wanted,
             row.pk, token],
        )  # fmt: skip
        return bool(cursor.rowcount)


def found(row: SlackPost, token: UUID, *, channel_id: str, ts: str) -> None:
    """It was posted after all. What is drawn from a state is drawn once more: nobody knows what it
    was drawn from."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE integrations_slackpost SET lease_token = NULL, lease_until = NULL, "
            "begun_at = NULL, attempts = 0, error = '', error_at = NULL, channel_id = %s, "
            "ts = %s, edited_at = statement_timestamp(), due_at = statement_timestamp(), "
            "state = CASE WHEN kind IN ('card', 'page', 'reminder') OR wanted > %s THEN 'pending' "
            "ELSE 'shown' END WHERE id = %s AND lease_token = %s",
            [channel_id, ts, row.wanted, row.pk, token],
        )


def unchanged(row: SlackPost, token: UUID) -> None:
    """Drawn anew it looks as it does: there is nothing to send."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE integrations_slackpost SET lease_token = NULL, lease_until = NULL, "
            "attempts = 0, posted = %s, state = CASE WHEN wanted > %s THEN 'pending' ELSE 'shown' "
            "END WHERE id = %s AND lease_token = %s",
            [row.wanted, row.wanted, row.pk, token],
        )


def later(
    rows: Sequence[SlackPost], token: UUID, *, seconds: float, error: str, unsure: bool
) -> None:
    """Not now. Unless `unsure`, Slack took nothing, and the next try is the first again."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE integrations_slackpost SET lease_token = NULL, lease_until = NULL, "
            "attempts = 0, begun_at = CASE WHEN %s THEN begun_at END, error = %s, "
            "error_at = statement_timestamp(), "
            "due_at = GREATEST(due_at, statement_timestamp() + %s * interval '1 second') "
            "WHERE id = ANY(%s) AND lease_token = %s",
            [unsure, error[:500], seconds, [row.pk for row in rows], token],
        )


def post_anew(row: SlackPost, token: UUID) -> None:
    """The message is gone from Slack: it is posted again."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE integrations_slackpost SET lease_token = NULL, lease_until = NULL, ts = '', "
            "shown_hash = '', begun_at = NULL, reposts = reposts + 1, "
            "due_at = statement_timestamp() WHERE id = %s AND lease_token = %s",
            [row.pk, token],
        )


def give_up(rows: Sequence[SlackPost], token: UUID, *, error: str) -> None:
    """For a person to look at: never tried again by itself. What hangs on it goes with it."""
    ids = [row.pk for row in rows]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE integrations_slackpost SET state = 'detached', lease_token = NULL, "
            "lease_until = NULL, begun_at = NULL, error = %s, error_at = statement_timestamp() "
            "WHERE id = ANY(%s) AND lease_token = %s",
            [error[:500], ids, token],
        )
        cursor.execute(
            "UPDATE integrations_slackpost SET state = 'detached', error = %s, "
            "error_at = statement_timestamp() WHERE thread_id = ANY(%s) AND state = 'pending'",
            [error[:500], ids],
        )
    log.warning("slack_post_given_up", posts=ids, channel=rows[0].channel, reason=error[:200])
