"""What should be in Slack: said in the caller's transaction, worked off from the rows."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from django.db import connection
from django.db.models import F, Min, Q
from django.db.models.functions import Now

from core.hints import hint_on_commit
from core.inserts import insert_new
from incidents.models import Incident
from integrations.slack.posts.models import SlackPost

HINT = "slack-posts"
DRAWN = (SlackPost.Kind.CARD, SlackPost.Kind.PAGE, SlackPost.Kind.REMINDER)
"""Kinds that are drawn from a state."""

EDIT_GAP_SECONDS = 2.5
"""Between two edits of one message: 24 a minute however often its incident changes."""


def want_card(*, incident: Incident, channel: str, key: str) -> None:
    """Have a card of the incident in this channel; asking again adds nothing."""
    if insert_new(SlackPost(key=key, kind=SlackPost.Kind.CARD, incident=incident, channel=channel)):
        hint_on_commit(HINT)


def want_said(
    *,
    key: str,
    channel: str,
    body: dict[str, Any],
    incident: Incident | None = None,
    for_user: str = "",
    thread: SlackPost | None = None,
) -> None:
    """Say something once; `for_user` alone sees it where one is named."""
    want([SlackPost(
        key=key, kind=SlackPost.Kind.SAID, channel=channel, body=body, incident=incident,
        for_user=for_user, thread=thread,
    )])  # fmt: skip


def want(posts: Iterable[SlackPost]) -> None:
    """Rows of messages, each once however often it is asked for."""
    if insert_new(*posts):
        hint_on_commit(HINT)


def adopt_page(*, incident: Incident, key: str, address: str, why: str, personal: bool) -> None:
    """Keep a page that was posted (`channel:ts`) up to date from now on."""
    channel, _, ts = address.partition(":")
    if channel and ts:
        insert_new(
            SlackPost(
                key=key,
                kind=SlackPost.Kind.PAGE,
                incident=incident,
                channel=channel,
                channel_id=channel,
                ts=ts,
                state=SlackPost.State.SHOWN,
                wanted=0,
                body={"why": why, "personal": personal},
            )
        )


def redraw(incident_ids: Collection[int], *, kinds: Sequence[str] = DRAWN) -> int:
    """Have every card, page and reminder of these incidents drawn anew. What waits already is
    drawn once, with what is true then; what was edited just now waits a little."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE integrations_slackpost SET wanted = wanted + 1, state = 'pending', "
            "attempts = 0, due_at = CASE WHEN state = 'pending' THEN due_at ELSE "
            "GREATEST(statement_timestamp(), edited_at + %s * interval '1 second') END "
            "WHERE incident_id = ANY(%s) AND kind = ANY(%s) AND state <> 'detached'",
            [EDIT_GAP_SECONDS, list(incident_ids), list(kinds)],
        )
        touched = bool(cursor.rowcount)
    if touched:
        hint_on_commit(HINT)
    return touched


def withdraw_lines(incident: Incident) -> None:
    """What was said of an incident where others read it is drawn over: it became private. Of lines
    that one message stands for, one draws it over."""
    said = SlackPost.objects.filter(
        incident=incident, kind__in=(SlackPost.Kind.LINE, SlackPost.Kind.SAID), for_user=""
    ).exclude(state=SlackPost.State.DETACHED)
    messages = said.exclude(ts="").values("channel_id", "ts").annotate(one=Min("pk"))
    said.filter(Q(ts="") | Q(pk__in=messages.values("one"))).update(
        wanted=F("wanted") + 1, state=SlackPost.State.PENDING, due_at=Now(), attempts=0
    )
    hint_on_commit(HINT)


def try_again(*, channel: str = "") -> int:
    """Take up what was given up (in this channel, or anywhere) because of the channel: somebody
    has invited AIRE, or taken it out of the archive."""
    given_up = SlackPost.objects.filter(state=SlackPost.State.DETACHED)
    if channel:
        given_up = given_up.filter(Q(channel=channel) | Q(channel_id=channel))
    hint_on_commit(HINT)
    return given_up.filter(kind=SlackPost.Kind.CARD).update(
        state=SlackPost.State.PENDING, due_at=Now(), attempts=0, reposts=0, error="",
        wanted=F("wanted") + 1,
    )  # fmt: skip
