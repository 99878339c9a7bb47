"""The single things done to a channel in Slack. Each compares first, and notes what it did under
the claimer's token. A refusal of what is nice to have is noted and passed over."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models.functions import Now

from core import clock
from integrations.slack.channels.models import SlackIncidentChannel
from integrations.slack.channels.naming import channel_name, is_named_so
from integrations.slack.channels.opening import opened
from integrations.slack.channels.selectors import setting
from integrations.slack.channels.wanting import Wanted
from integrations.slack.client import SlackRefused, call
from integrations.slack.health.faults import SCOPE
from integrations.slack.health.workspace import last_known
from integrations.slack.people import slack_id_of
from integrations.slack.posts.models import SlackPost
from notifications.channels import DeliveryError

FAMILY = "conversations"
LATER = timedelta(minutes=1)
NAMES = 20
LOCKED_OUT = frozenset(
    {"account_inactive", "invalid_auth", "not_authed", "token_expired", "token_revoked"}
)
GONE = frozenset({"channel_not_found", "not_in_channel", "is_archived"})
THERE = frozenset({"already_in_channel", "cant_invite_self"})
NAME_BAD = frozenset({"invalid_name", "invalid_name_specials", "invalid_name_punctuation"})


class Fenced(Exception):
    """The lease is somebody else's."""


class Refused(Exception):
    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def note(row: SlackIncidentChannel, token: UUID, **changes: Any) -> None:
    """Write down what was done, with the lease begun anew."""
    for name, value in changes.items():
        setattr(row, name, value)
    ours = SlackIncidentChannel.objects.filter(pk=row.pk, lease_token=token).update(
        lease_until=Now() + timedelta(seconds=90), **changes
    )
    if not ours:
        raise Fenced


def move_into_private(row: SlackIncidentChannel, wanted: Wanted, token: UUID) -> None:
    """It became private: its public channel says nothing any more and a private one is made. The
    app cannot turn one into the other."""
    if not row.channel_id or row.private or not wanted.private:
        return
    old = row.channel_id
    _optional(row, token, "conversations.setTopic", {"channel": old, "topic": "Moved."})
    prefix = setting().prefix
    _optional(row, token, "conversations.rename",
              {"channel": old, "name": f"{prefix}-{row.incident_id}-moved"})  # fmt: skip
    _optional(row, token, "conversations.archive", {"channel": old})
    note(row, token, channel_id="", name="", topic="", bookmarks=[], invited=[], creating="",
         left_behind=[*row.left_behind, old][-5:], named_by_people=False)  # fmt: skip


def create(row: SlackIncidentChannel, wanted: Wanted, token: UUID) -> None:
    if row.channel_id:
        return
    prefix, incident = setting().prefix, row.incident
    name = row.creating
    for attempt in range(NAMES):
        if not name or attempt:
            name = channel_name(prefix, incident.pk, incident.title, attempt=attempt)
        elif found := _made_before(name, private=wanted.private):
            _made(row, token, found, name, wanted)
            return
        note(row, token, creating=name)
        try:
            answer = call("conversations.create", {"name": name, "is_private": wanted.private})
        except SlackRefused as error:
            if error.code == "name_taken":
                name = ""
                continue
            if error.code in NAME_BAD and name != f"{prefix}-{incident.pk}":
                answer = _plainly_named(row, token, wanted, f"{prefix}-{incident.pk}")
            else:
                if error.permanent:
                    note(row, token, creating="")  # it surely made nothing
                _lacks_scope(error, row, token, "create")
                raise _told(error, row, token) from error
        made = answer.get("channel") or {}
        _made(row, token, str(made.get("id") or ""), str(made.get("name") or name), wanted)
        return
    raise Refused(f"{NAMES} channels of this name are taken.")


def _plainly_named(
    row: SlackIncidentChannel, token: UUID, wanted: Wanted, name: str
) -> dict[str, Any]:
    note(row, token, creating=name, named_by_people=True)
    try:
        return call("conversations.create", {"name": name, "is_private": wanted.private})
    except SlackRefused as error:
        raise _told(error, row, token) from error


def _made(
    row: SlackIncidentChannel, token: UUID, channel_id: str, name: str, wanted: Wanted
) -> None:
    if not channel_id:
        raise DeliveryError("Slack did not say which channel it made.", unsure=True)
    opened(row, token, channel_id=channel_id, name=name[:80], private=wanted.private)


def _made_before(name: str, *, private: bool) -> str:
    """The channel that a call without an answer has made: it has this name and is ours. "" also
    where AIRE may not look: a second channel is better than none."""
    ours = str(call("auth.test", {}).get("user_id") or "")
    kind = "private_channel" if private else "public_channel"
    cursor = ""
    for _ in range(20):
        given = {"types": kind, "exclude_archived": True, "limit": 1000}
        try:
            answer = call("conversations.list", {**given, **({"cursor": cursor} if cursor else {})})
        except SlackRefused as error:
            if error.code == SCOPE:
                break
            raise
        for channel in answer.get("channels") or []:
            if channel.get("name") == name and channel.get("creator") == ours:
                return str(channel.get("id") or "")
        cursor = str((answer.get("response_metadata") or {}).get("next_cursor") or "")
        if not cursor:
            break
    return ""


def rename(row: SlackIncidentChannel, wanted: Wanted, token: UUID) -> None:
    """After its incident, unless people have named it themselves."""
    prefix, incident = setting().prefix, row.incident
    if row.named_by_people or is_named_so(row.name, prefix, incident.pk, incident.title):
        return
    for attempt in range(NAMES):
        name = channel_name(prefix, incident.pk, incident.title, attempt=attempt)
        try:
            answer = call("conversations.rename", {"channel": row.channel_id, "name": name})
        except SlackRefused as error:
            if error.code == "name_taken":
                continue
            if _lacks_scope(error, row, token, "rename"):
                return
            _passed_over(error, row, token)
            note(row, token, named_by_people=True)
            return
        made = answer.get("channel") or {}
        note(row, token, name=str(made.get("name") or name)[:80])
        return


def set_topic(row: SlackIncidentChannel, wanted: Wanted, token: UUID) -> None:
    if row.topic == wanted.topic:
        return
    given = {"channel": row.channel_id, "topic": wanted.topic}
    if _optional(row, token, "conversations.setTopic", given, step="set_topic"):
        note(row, token, topic=wanted.topic)


def bookmark(row: SlackIncidentChannel, wanted: Wanted, token: UUID) -> None:
    for one in wanted.bookmarks:
        if one.url in row.bookmarks:
            continue
        given = {"channel_id": row.channel_id, "title": one.title, "type": "link",
                 "link": one.url}  # fmt: skip
        if not _optional(row, token, "bookmarks.add", given, step="bookmark"):
            return
        note(row, token, bookmarks=[*row.bookmarks, one.url])


def invite(row: SlackIncidentChannel, wanted: Wanted, token: UUID) -> None:
    """One by one, so that somebody who cannot be invited keeps nobody else out."""
    for user in wanted.people:
        if user.pk in row.invited:
            continue
        unknown = [one for one in row.unknown if one != user.email]
        try:
            slack_id = slack_id_of(user.email)
        except SlackRefused as error:
            if _lacks_scope(error, row, token, "invite"):
                return
            if error.code != "users_not_found":
                raise _told(error, row, token) from error
            slack_id = ""
        if slack_id:
            given = {"channel": row.channel_id, "users": slack_id}
            if not _optional(row, token, "conversations.invite", given, step="invite"):
                return
        else:
            unknown.append(user.email)
        note(row, token, invited=[*row.invited, user.pk], unknown=unknown[-50:])


def archive(row: SlackIncidentChannel, wanted: Wanted, token: UUID) -> bool:
    """Some days after it was closed, when everything that belongs there has been said."""
    at = wanted.archive_at
    if at is None:
        return False
    waiting = SlackPost.objects.filter(
        channel=row.channel_id, state=SlackPost.State.PENDING
    ).exists()
    if waiting or clock.now() < at:
        return False
    _optional(row, token, "conversations.archive", {"channel": row.channel_id})
    SlackPost.objects.filter(channel=row.channel_id).update(
        state=SlackPost.State.DETACHED, error=""
    )
    return True


def _optional(
    row: SlackIncidentChannel,
    token: UUID,
    method: str,
    arguments: Mapping[str, Any],
    *,
    step: str = "",
) -> bool:
    """Worth a try; what Slack refuses for good is noted and left. False when the `step` waits for
    a scope."""
    try:
        call(method, arguments)
    except SlackRefused as error:
        if step and _lacks_scope(error, row, token, step):
            return False
        if error.code not in THERE:
            _passed_over(error, row, token)
    return True


def _lacks_scope(error: SlackRefused, row: SlackIncidentChannel, token: UUID, step: str) -> bool:
    """Notes that the step is to be done once Slack grants more than now (`keeping.take_up_granted`)
    and passed over until then."""
    if error.code != SCOPE:
        return False
    known = last_known()
    note(row, token, lacking=sorted({*row.lacking, step}), granted=known.scopes if known else [],
         error=error.sentence[:500], error_at=Now())  # fmt: skip
    return True


def _passed_over(error: SlackRefused, row: SlackIncidentChannel, token: UUID) -> None:
    if not error.permanent or error.code in LOCKED_OUT:
        raise error
    if error.code in GONE:
        raise _told(error, row, token)
    note(row, token, error=error.sentence[:500], error_at=Now())


def _told(error: SlackRefused, row: SlackIncidentChannel, token: UUID) -> Exception:
    """A refusal for good ends the keeping of this channel; being locked out only delays it."""
    if not error.permanent or error.code in LOCKED_OUT:
        return error
    return Refused(error.sentence)
