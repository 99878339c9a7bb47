"""Posting and editing what is due. No call to Slack inside a transaction; what was drawn is what
was true when it was drawn, and whatever changed meanwhile is drawn by the next edit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from integrations.slack.channel import CHANNEL
from integrations.slack.channels.selectors import own_channel_of
from integrations.slack.client import LATER, SlackRefused, call
from integrations.slack.posts import limiting, outcomes
from integrations.slack.posts.drawing import body_of, digest_of, together
from integrations.slack.posts.looking import Lost, look_for
from integrations.slack.posts.models import SlackPost
from integrations.slack.posts.queue import MAX_ATTEMPTS, Turn, give_back, next_turn
from integrations.slack.render.messages import text_only
from notifications.channels import DeliveryError

METADATA = "aire_post"
TOO_MUCH = frozenset({"invalid_blocks", "msg_blocks_too_long", "msg_too_long"})
GONE = frozenset({"message_not_found", "cant_update_message", "edit_window_closed"})
LOCKED_OUT = frozenset(
    {
        "account_inactive",
        "invalid_auth",
        "missing_scope",
        "no_permission",
        "not_authed",
        "team_access_not_granted",
        "token_expired",
        "token_revoked",
    }
)
"""Of the whole workspace, until an admin does something: nothing is thrown away meanwhile."""

LOCKED_OUT_SECONDS = 60.0
REPOSTS = 1
RETRY_SECONDS = 1.0


def post_due(*, limit: int = 20) -> int:
    """Work off what is due; answers how much there was."""
    if not CHANNEL.configured():
        return 0
    for done in range(limit):
        if not post_next():
            return done
    return limit


def post_next() -> bool:
    turn = next_turn()
    if turn is None:
        return False
    used = True
    try:
        used = _take(turn)
    finally:
        if not turn.edits:
            limiting.end_turn(turn.first.channel, used=used)
    return True


def _take(turn: Turn) -> bool:
    """Answers whether the turn was used for a call that counts."""
    first = turn.first
    if first.attempts > MAX_ATTEMPTS:
        outcomes.give_up(turn.rows, turn.token, error="It was begun too often and never ended.")
        return False
    if first.begun_at is not None and not first.ts and _settled_by_looking(turn):
        return True
    own = own_channel_of(first.incident_id) if first.incident_id else ""
    body = body_of(first, own_channel=own)
    if body is None:
        # Nothing to show any more, or nothing that may be shown there: nobody has to mend that.
        outcomes.give_up(turn.rows, turn.token, error="")
        return False
    if len(turn.rows) > 1:
        body, taken = together(turn.rows)
        give_back([row for row in turn.rows if row not in taken], turn.token)
        turn = Turn(turn.token, [row for row in turn.rows if row in taken])
    if first.ts and digest_of(body) == first.shown_hash:
        outcomes.unchanged(first, turn.token)
        return False
    return _send(turn, body)


def _settled_by_looking(turn: Turn) -> bool:
    """Nobody knows whether it was posted: ask the channel. False when it has to be posted."""
    first = turn.first
    if first.for_user:
        outcomes.shown(first, turn.token, channel_id="", ts="", digest="", edit=False)
        return True
    try:
        found = look_for(first)
    except Lost:
        return False  # AIRE may not read there: once more is better than never
    except DeliveryError as error:
        _not_now(turn, "conversations.history", error)
        return True
    if found is None:
        return False
    channel_id, ts = found
    outcomes.found(first, turn.token, channel_id=channel_id, ts=ts)
    return True


def _send(turn: Turn, body: Mapping[str, Any]) -> bool:
    first = turn.first
    method = _method(first)
    if not outcomes.begin(turn.rows, turn.token, posting=method == limiting.POST):
        return False
    try:
        answer = _call(method, _arguments(turn, method, body))
    except SlackRefused as error:
        return _refused(turn, method, error)
    except DeliveryError as error:
        _not_now(turn, method, error)
        return True
    limiting.answered(method)
    digest = digest_of(dict(body)) if len(turn.rows) == 1 else ""
    for row in turn.rows:
        outcomes.shown(
            row,
            turn.token,
            channel_id=str(answer.get("channel") or row.channel_id),
            ts=str(answer.get("ts") or row.ts),
            digest=digest,
            edit=method == limiting.UPDATE,
        )
    return True


def _method(row: SlackPost) -> str:
    if row.for_user:
        return limiting.EPHEMERAL
    return limiting.UPDATE if row.ts else limiting.POST


def _arguments(turn: Turn, method: str, body: Mapping[str, Any]) -> dict[str, Any]:
    first = turn.first
    if method == limiting.UPDATE:
        return {**body, "channel": first.channel_id, "ts": first.ts}
    where: dict[str, Any] = {"channel": first.channel_id or first.channel}
    if first.thread is not None:
        where["thread_ts"] = first.thread.ts
    if method == limiting.EPHEMERAL:
        return {**body, **where, "user": first.for_user}
    keys = " ".join(str(row.pk) for row in turn.rows)
    return {
        **body,
        **where,
        "metadata": {"event_type": METADATA, "event_payload": {"posts": keys}},
    }


def _call(method: str, arguments: dict[str, Any]) -> dict[str, Any]:
    """What Slack finds too much or malformed goes out as plain text: ugly is better than lost."""
    try:
        return call(method, arguments)
    except SlackRefused as error:
        if error.code not in TOO_MUCH:
            raise
        return call(method, text_only(arguments))


def _refused(turn: Turn, method: str, error: SlackRefused) -> bool:
    first = turn.first
    if error.code in LATER or not error.permanent:
        _not_now(turn, method, error)
    elif error.code in LOCKED_OUT:
        where = "" if error.code != "missing_scope" else method
        limiting.hold(
            where or limiting.ALL, first.channel, seconds=LOCKED_OUT_SECONDS, reason=error.sentence
        )
        outcomes.later(
            turn.rows, turn.token, seconds=RETRY_SECONDS, error=error.sentence, unsure=False
        )
    elif error.code in GONE and first.kind == SlackPost.Kind.CARD and first.reposts < REPOSTS:
        outcomes.post_anew(first, turn.token)
    elif error.code == "not_in_channel" and _joined(first):
        outcomes.later(turn.rows, turn.token, seconds=0, error="", unsure=False)
    else:
        outcomes.give_up(turn.rows, turn.token, error=error.sentence)
    return True


def _joined(row: SlackPost) -> bool:
    """A public channel can be joined without being asked; once is enough to know."""
    channel = row.channel_id or row.channel
    if channel.startswith("#") or row.error:
        return False
    try:
        call("conversations.join", {"channel": channel})
    except DeliveryError:
        return False
    return True


def _not_now(turn: Turn, method: str, error: DeliveryError) -> None:
    """Slack asked to wait, or does not answer. Nothing is lost: the rows stay due."""
    first = turn.first
    if isinstance(error, SlackRefused) and error.code in LATER and error.retry_after:
        limiting.hold(method, first.channel, seconds=error.retry_after, reason=error.sentence)
    else:
        limiting.strike(error.sentence)
    outcomes.later(
        turn.rows,
        turn.token,
        seconds=RETRY_SECONDS,
        error=error.sentence,
        unsure=error.unsure or (first.begun_at is not None and not first.ts),
    )
