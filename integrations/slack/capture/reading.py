"""A message as Slack has it: its words, who said it, its pictures. Calls Slack, writes nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from core.actor import Actor, Via
from core.http import OutboundFailed, OutboundRefused, request
from integrations.slack.capture.models import SlackCapture
from integrations.slack.client import SlackRefused, call
from integrations.slack.inbox.text import mentioned, words_of
from integrations.slack.models import SlackIdentity
from notifications.channels import DeliveryError
from notifications.message import line

MAX_PICTURES = 10
MAX_BYTES = 10 * 1024 * 1024
DOWNLOAD_SECONDS = 20
MAX_TEXT = 12_000
GONE = frozenset({"message_not_found", "thread_not_found", "channel_not_found"})
PICTURES = re.compile(r"image/(?:png|jpeg|gif|webp)")


@dataclass(frozen=True, slots=True)
class Picture:
    id: str
    name: str
    url: str


@dataclass(frozen=True, slots=True)
class Said:
    text: str
    by: Actor
    permalink: str
    pictures: tuple[Picture, ...]


def read(capture: SlackCapture) -> Said | None:
    """None when the message is gone. Raises `DeliveryError`."""
    message = _message(capture.channel, capture.ts)
    if message is None:
        return None
    pictures = _pictures(message)
    text = _text(str(message.get("text") or ""))
    if not text and pictures:
        text = ", ".join(picture.name for picture in pictures)
    link = call("chat.getPermalink", {"channel": capture.channel, "message_ts": capture.ts})
    return Said(
        text=text[:MAX_TEXT],
        by=_author(message),
        permalink=line(link.get("permalink"), limit=2_000),
        pictures=pictures,
    )


def download(picture: Picture) -> bytes | None:
    """Its bytes, from Slack's own host alone: the token goes with it. None when there is nothing
    to keep. Raises `DeliveryError` when it may be had later."""
    if not _is_slacks(picture.url):
        return None
    try:
        answer = request(
            "GET",
            picture.url,
            headers={"Authorization": f"Bearer {settings.AIRE_SLACK_BOT_TOKEN}"},
            timeout=DOWNLOAD_SECONDS,
            max_bytes=MAX_BYTES,
        )
    except OutboundFailed as error:
        wait = error.retry_after
        raise DeliveryError(f"{picture.name}: {error.message}", retry_after=wait) from error
    except OutboundRefused:
        return None
    if answer.status == 429 or answer.status >= 500:
        raise DeliveryError(f"{picture.name}: HTTP {answer.status}", retry_after=answer.retry_after)
    return answer.body if answer.ok else None


def _message(channel: str, ts: str) -> dict[str, Any] | None:
    """Of a thread or of the channel: `conversations.replies` takes both."""
    given = {"channel": channel, "ts": ts, "oldest": ts, "latest": ts, "inclusive": True,
             "limit": 5}  # fmt: skip
    try:
        answer = call("conversations.replies", given)
    except SlackRefused as error:
        if error.code in GONE:
            return None
        raise
    found = answer.get("messages")
    rows = [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []
    return next((one for one in rows if one.get("ts") == ts), None)


def _text(text: str) -> str:
    people = SlackIdentity.objects.filter(slack_user_id__in=mentioned(text))
    names = {one.slack_user_id: str(one.user) for one in people.select_related("user")}
    return words_of(text, names)


def _author(message: dict[str, Any]) -> Actor:
    """The person of AIRE who said it, or the name that Slack has."""
    slack_id = line(message.get("user"), limit=32)
    known = SlackIdentity.objects.select_related("user").filter(slack_user_id=slack_id).first()
    if known is not None:
        return Actor(label=str(known.user), via=Via.SLACK, user_id=known.user_id)
    profile = message.get("bot_profile")
    name = profile.get("name") if isinstance(profile, dict) else message.get("username")
    if not name and slack_id:
        name = _name_of(slack_id)
    return Actor(label=line(name, limit=120) or "Somebody in Slack", via=Via.SLACK)


def _name_of(slack_id: str) -> str:
    try:
        member = call("users.info", {"user": slack_id}).get("user") or {}
    except SlackRefused:
        return ""
    profile = member.get("profile") or {}
    return line(profile.get("real_name") or member.get("real_name") or member.get("name"))


def _pictures(message: dict[str, Any]) -> tuple[Picture, ...]:
    files = message.get("files")
    found = [one for one in files if isinstance(one, dict)] if isinstance(files, list) else []
    return tuple(
        Picture(
            id=line(one.get("id"), limit=40),
            name=line(one.get("name") or one.get("title") or "picture", limit=100),
            url=line(one.get("url_private_download") or one.get("url_private"), limit=2_000),
        )
        for one in found[:MAX_PICTURES]
        if PICTURES.fullmatch(str(one.get("mimetype") or "")) and _is_small(one.get("size"))
    )


def _is_small(size: object) -> bool:
    return not isinstance(size, int) or size <= MAX_BYTES


def _is_slacks(url: str) -> bool:
    """https and a host of Slack's, or where the API of this installation is."""
    given, api = urlsplit(url), urlsplit(settings.AIRE_SLACK_API_URL)
    if (given.scheme, given.netloc) == (api.scheme, api.netloc):
        return True
    host = (given.hostname or "").lower()
    return given.scheme == "https" and (host == "slack.com" or host.endswith(".slack.com"))
