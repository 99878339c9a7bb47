"""Handing out what is due: one message at a time, one new one at a time in a channel, in order.
Edits take no turn: Slack counts them by workspace, and a card is true long before a storm of lines
has been said."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from core.ids import new_id
from integrations.slack.posts import limiting
from integrations.slack.posts.folding import AT_ONCE, IN_FULL
from integrations.slack.posts.models import SlackPost

LEASE_SECONDS = 30
MAX_ATTEMPTS = 50
"""Claims of a row that never came to an end: it kills its workers and is given up, visibly."""

_DUE = """
    UPDATE integrations_slackpost SET attempts = attempts + 1, lease_token = %s,
           lease_until = statement_timestamp() + %s * interval '1 second'
     WHERE id = (
        SELECT p.id FROM integrations_slackpost p
          LEFT JOIN integrations_slackpost t ON t.id = p.thread_id
         WHERE p.state = 'pending' AND p.due_at <= statement_timestamp()
           AND (p.lease_until IS NULL OR p.lease_until < statement_timestamp())
           AND (p.thread_id IS NULL OR t.ts <> '')
           AND NOT EXISTS (
             SELECT 1 FROM integrations_slacklimit l
              WHERE l.free_at > statement_timestamp()
                AND ((l.channel = p.channel AND l.method IN ('turn', 'chat.postMessage'))
                     OR (l.channel = '' AND l.method IN ('*', 'chat.update'))
                     OR (l.channel = '' AND l.method = 'chat.postEphemeral'))
                AND (l.method = '*' OR (l.method = 'turn' AND (p.ts = '' OR p.for_user <> ''))
                     OR l.method = CASE
                     WHEN p.for_user <> '' THEN 'chat.postEphemeral'
                     WHEN p.ts <> '' THEN 'chat.update' ELSE 'chat.postMessage' END))
         ORDER BY p.due_at, p.id LIMIT 1 FOR UPDATE OF p SKIP LOCKED)
    RETURNING *"""

_ALONG = """
    UPDATE integrations_slackpost SET attempts = attempts + 1, lease_token = %s,
           lease_until = statement_timestamp() + %s * interval '1 second'
     WHERE id = ANY(ARRAY(
        SELECT id FROM integrations_slackpost
         WHERE state = 'pending' AND due_at <= statement_timestamp()
           AND (lease_until IS NULL OR lease_until < statement_timestamp())
           AND kind = 'line' AND ts = '' AND begun_at IS NULL
           AND channel = %s AND incident_id IS NOT DISTINCT FROM %s
           AND thread_id IS NOT DISTINCT FROM %s AND (foldable OR %s)
         ORDER BY due_at, id LIMIT %s FOR UPDATE SKIP LOCKED))
    RETURNING *"""


@dataclass(frozen=True, slots=True)
class Turn:
    """Rows that go out in one call, the token that finishing them takes. More than one row: lines
    of one place, oldest first. `edits`: what is there is drawn anew."""

    token: UUID
    rows: list[SlackPost]
    edits: bool = False

    @property
    def first(self) -> SlackPost:
        return self.rows[0]


def next_turn() -> Turn | None:
    """What is due next and may go out now, with the turn in its channel; None for nothing."""
    while True:
        token = new_id()
        found = list(SlackPost.objects.raw(_DUE, [token, LEASE_SECONDS]))
        if not found:
            return None
        (row,) = found
        if row.ts and not row.for_user:
            return Turn(token, [row], edits=True)
        if limiting.take_turn(row.channel):
            along = _along(row, token) if _joins(row) else []
            return Turn(token, [row, *along])
        # Another process was faster in this channel; its turn shows in the next look.
        give_back([row], token)


def give_back(rows: list[SlackPost], token: UUID) -> None:
    """Let go of rows untried."""
    SlackPost.objects.filter(pk__in=[row.pk for row in rows], lease_token=token).update(
        lease_token=None, lease_until=None
    )


def _joins(row: SlackPost) -> bool:
    return row.kind == SlackPost.Kind.LINE and not row.ts and row.begun_at is None


def _along(row: SlackPost, token: UUID) -> list[SlackPost]:
    """The lines that wait in the same place, oldest first: a few, and in a storm all that may be
    folded."""
    found = _claimed(row, token, folds=False, limit=IN_FULL - 1)
    if len(found) == IN_FULL - 1:
        found += _claimed(row, token, folds=True, limit=AT_ONCE - IN_FULL)
    return sorted(found, key=lambda one: (one.due_at, one.pk))


def _claimed(row: SlackPost, token: UUID, *, folds: bool, limit: int) -> list[SlackPost]:
    place = [row.channel, row.incident_id, row.thread_id]
    return list(SlackPost.objects.raw(_ALONG, [token, LEASE_SECONDS, *place, not folds, limit]))
