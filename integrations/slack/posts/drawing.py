"""How a message should look now, read fresh from the database. No calls to Slack."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.conf import settings

from chatops.cards import incident_card
from chatops.reminders import is_latest, reminder
from chatops.surface import Card, Context, Digest, Reply
from incidents.models import Incident, IncidentReminder
from integrations.slack.models import SlackIdentity
from integrations.slack.posts.folding import count_line, counted_only
from integrations.slack.posts.models import SlackPost
from integrations.slack.render import Look, limits, message
from integrations.slack.render.messages import SIGNS, card_blocks, card_text

PRIVATE = "is private: only its people see it."
LINES_SIZE = 11_000
LINES_BLOCKS = 40


def look(user_ids: Sequence[int] = ()) -> Look:
    """`user_ids` are those whom a text calls by their name in Slack."""
    known = SlackIdentity.objects.filter(user_id__in=user_ids) if user_ids else ()
    return Look(
        people={one.user_id: one.slack_user_id for one in known},
        base_url=settings.AIRE_BASE_URL,
    )


def body_of(post: SlackPost, *, own_channel: str = "") -> dict[str, Any] | None:
    """None where there is nothing to show any more. `own_channel` is the incident's own, which
    its people alone see when it is private."""
    incident, kept = post.incident, post.body or {}
    seen_by_others = not (post.for_user or kept.get("personal") or own_channel == post.channel)
    if incident is not None and incident.private and seen_by_others:
        # What was never posted is not posted now.
        return withdrawn(incident) if post.ts else None
    if post.kind in (SlackPost.Kind.LINE, SlackPost.Kind.SAID):
        return post.body
    if incident is None:
        return None
    if post.kind == SlackPost.Kind.REMINDER:
        return _reminder(post)
    card = incident_card(incident)
    if not pressable():
        card = replace(card, buttons=(), more=())
    if post.kind == SlackPost.Kind.CARD:
        return drawn(card)
    return _page(card, why=str(kept.get("why") or ""))


def pressable() -> bool:
    """Presses that could not be verified have nothing to press."""
    return bool(settings.AIRE_SLACK_SIGNING_SECRET or getattr(settings, "AIRE_SLACK_APP_TOKEN", ""))


def drawn(said: Reply | Digest | Card) -> dict[str, Any]:
    return message(said, look())


def withdrawn(incident: Incident) -> dict[str, Any]:
    """In the place of a card that others can see: not even the title stays."""
    text = f"{incident.ref} {PRIVATE}"
    return message(Reply((Context((f"🔒 {text}",)),), text), look())


def _page(card: Card, *, why: str) -> dict[str, Any]:
    """A page that was sent, as its incident stands now; why this reader got it stays."""
    parts = list(card_blocks(card))
    if why:
        parts.insert(-1, Context((f"Why you got this: {why}",)))
    state = SIGNS.get(card.status, "")
    return message(Reply(tuple(parts), f"{state} {card_text(card)}".strip()), look())


def _reminder(post: SlackPost) -> dict[str, Any] | None:
    """None where it came to nothing before it was said: after an outage it is told once."""
    kept = post.body or {}
    row = IncidentReminder.objects.select_related("incident").filter(pk=kept["reminder"]).first()
    if row is None:
        return None
    told_at = datetime.fromisoformat(kept["told_at"])
    if not post.ts and not is_latest(row, told_at):
        return None
    return drawn(reminder(row, told_at=told_at, pressable=pressable()))


def together(rows: Sequence[SlackPost]) -> tuple[dict[str, Any], list[SlackPost]]:
    """Waiting lines as one message, and those of them that it stands for: said in full as far as
    they fit, in a storm the others as a count."""
    counted = counted_only(rows)
    told = [row for row in rows if row not in counted]
    texts: list[str] = []
    blocks: list[Any] = []
    incident = rows[0].incident
    if counted and incident is not None:
        line, text = count_line(incident, len(counted))
        texts.append(text)
        blocks += message(Reply((line,), text), look())["blocks"]
    taken: list[SlackPost] = []
    for row in told:
        body = row.body or {}
        more = [*blocks, *(body.get("blocks") or [])]
        full = len(more) > LINES_BLOCKS or len(json.dumps(more, ensure_ascii=False)) > LINES_SIZE
        if taken and full:
            break
        blocks = more
        taken.append(row)
        texts.append(str(body.get("text") or ""))
    first = taken[0].body or {}
    if len(texts) == 1:
        return dict(first), taken
    text = "\n".join(texts)
    if len(text) > limits.TEXT:
        text = texts[0]
    return {**first, "text": text, "blocks": blocks}, [*counted, *taken]


def digest_of(body: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()
