"""Keeping to Slack's rates: a post a second in a channel, and what `Retry-After` asks for. Rows, so
that every process keeps to them and a restart forgets nothing.

https://docs.slack.dev/apis/web-api/rate-limits: `chat.postMessage` is counted by channel, the other
methods by workspace.
"""

from __future__ import annotations

from django.db import connection

POST = "chat.postMessage"
UPDATE = "chat.update"
EPHEMERAL = "chat.postEphemeral"
TURN = "turn"
ALL = "*"

TURN_SECONDS = 10
"""Longer than a call may take: two posts into one channel are never under way together."""

GAP_SECONDS = 1.0
AWAY_SECONDS = (2, 5, 10, 20, 30)
"""How long Slack is left alone after so many failures in a row: it is back within the last."""

MAX_HOLD_SECONDS = 3_600


def take_turn(channel: str) -> bool:
    """Have the channel for one call, unless somebody else has it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO integrations_slacklimit (method, channel, free_at, strikes, reason) "
            "VALUES (%s, %s, statement_timestamp() + %s * interval '1 second', 0, '') "
            "ON CONFLICT (method, channel) DO UPDATE SET free_at = EXCLUDED.free_at "
            "WHERE integrations_slacklimit.free_at <= statement_timestamp()",
            [TURN, channel, TURN_SECONDS],
        )
        return bool(cursor.rowcount)


def end_turn(channel: str, *, used: bool) -> None:
    """Free a second after the turn began, or at once when nothing was posted."""
    gap = GAP_SECONDS - TURN_SECONDS if used else -TURN_SECONDS
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE integrations_slacklimit SET free_at = free_at + %s * interval '1 second' "
            "WHERE method = %s AND channel = %s",
            [gap, TURN, channel],
        )


def hold(method: str, channel: str, *, seconds: float, reason: str) -> None:
    """Leave the method alone there for so long; a longer hold that is there stays."""
    where = channel if method == POST else ""
    wait = min(max(seconds, 1.0), MAX_HOLD_SECONDS)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO integrations_slacklimit "
            "(method, channel, free_at, strikes, reason, since) "
            "VALUES (%s, %s, statement_timestamp() + %s * interval '1 second', 1, %s, "
            "statement_timestamp()) ON CONFLICT (method, channel) DO UPDATE SET "
            "free_at = GREATEST(integrations_slacklimit.free_at, EXCLUDED.free_at), "
            "strikes = LEAST(integrations_slacklimit.strikes + 1, 1000), "
            "since = CASE WHEN integrations_slacklimit.strikes = 0 THEN EXCLUDED.since "
            "ELSE integrations_slacklimit.since END, reason = EXCLUDED.reason",
            [method, where, wait, reason[:500]],
        )


def strike(reason: str) -> None:
    """Slack as a whole does not answer: leave it alone for longer each time."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT strikes FROM integrations_slacklimit WHERE method = %s AND channel = ''", [ALL]
        )
        found = cursor.fetchone()
    strikes = found[0] if found else 0
    seconds = AWAY_SECONDS[min(strikes, len(AWAY_SECONDS) - 1)]
    hold(ALL, "", seconds=seconds, reason=reason)


def answered(method: str) -> None:
    """Slack answers again."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE integrations_slacklimit SET strikes = 0, reason = '' WHERE strikes > 0 "
            "AND channel = '' AND method IN (%s, %s)",
            [ALL, method],
        )
