"""A message as Slack blocks, within Slack's limits whatever is in it. Pure.

Limits: https://docs.slack.dev/reference/block-kit/blocks. Everything from outside is escaped, so
that no text can mention a channel, a person or everybody, or hide where a link leads.
"""

from __future__ import annotations

from typing import Any

from core.urls import safe_href
from notifications.message import Message, subject

HEADER = 150
SECTION = 2_800
FIELD = 400
FIELDS = 10
CONTEXT = 900
BUTTON = 75
VALUE = 2_000
BUTTON_URL = 3_000
ACTIONS = 5
TEXT = 3_000

Block = dict[str, Any]


def escape(text: str) -> str:
    """https://docs.slack.dev/messaging/formatting-message-text#escaping; without `<` there is no
    `<!channel>`, no `<@U…>` and no link. A zero-width space breaks bare @here and the like."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    for word in ("@channel", "@here", "@everyone"):
        text = text.replace(word, f"@\u200b{word[1:]}")
    return text


def cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"


def escaped(text: str, limit: int) -> str:
    """Escaped and within the limit, never cut inside an escape."""
    out = escape(text)
    while len(out) > limit:
        text = text[: max(0, len(text) - max(1, (len(out) - limit) // 5)) - 1]
        out = escape(text) + "…"
    return out


def push_text(message: Message, *, may_repeat: bool = False) -> str:
    """The `text` of a message: what the push and screen readers say."""
    return escaped(subject(message, may_repeat=may_repeat), TEXT)


def blocks(message: Message, *, may_repeat: bool = False) -> list[Block]:
    """The whole card: header, title, facts, text, why, buttons."""
    built: list[Block] = [
        _header(message, may_repeat),
        _section(f"*{escaped(message.title, 600)}*"),
    ]
    if message.facts:
        built.append(_facts(message))
    if message.body:
        built.append(_section(escaped(message.body, SECTION)))
    notes = [f"Why you got this: {message.why}"] if message.why else []
    if may_repeat:
        notes.append("An earlier try may have reached you: this can be the same page again.")
    if message.drill:
        notes.append("This is a drill. Nothing is broken.")
    if notes:
        built.append({"type": "context", "elements": [_mrkdwn(escaped(n, CONTEXT)) for n in notes]})
    if buttons := _buttons(message):
        built.append({"type": "actions", "elements": buttons})
    return built


def payload(message: Message, *, may_repeat: bool = False) -> dict[str, Any]:
    """What `chat.postMessage` and `chat.update` take; links are never unfurled."""
    return {
        "text": push_text(message, may_repeat=may_repeat),
        "blocks": blocks(message, may_repeat=may_repeat),
        "unfurl_links": False,
        "unfurl_media": False,
    }


def _header(message: Message, may_repeat: bool) -> Block:
    marks = ("[drill] " if message.drill else "") + ("[possible repeat] " if may_repeat else "")
    text = cut(marks + (message.headline or "AIRE"), HEADER)
    # Plain text knows no markup, so it needs no escape; an emoji code stays a code.
    return {"type": "header", "text": {"type": "plain_text", "text": text, "emoji": False}}


def _facts(message: Message) -> Block:
    fields = [
        _mrkdwn(f"*{escaped(label, 60)}*\n{escaped(value, FIELD)}")
        for label, value in message.facts[:FIELDS]
    ]
    return {"type": "section", "fields": fields}


def _section(text: str) -> Block:
    return {"type": "section", "text": _mrkdwn(text)}


def _mrkdwn(text: str) -> Block:
    # `verbatim`: Slack makes no links or mentions out of bare words.
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def _buttons(message: Message) -> list[Block]:
    buttons: list[Block] = []
    for number, action in enumerate(message.actions[: ACTIONS - 1]):
        button = _button(action.label, action_id=action.name[:200])
        button["value"] = cut(action.ref, VALUE)
        if number == 0:
            button["style"] = "primary"
        buttons.append(button)
    href = safe_href(message.url)
    if href and len(href) <= BUTTON_URL:
        buttons.append({**_button("Open in AIRE", action_id="open"), "url": href})
    return buttons


def _button(label: str, *, action_id: str) -> Block:
    text = {"type": "plain_text", "text": cut(label.strip() or action_id, BUTTON), "emoji": False}
    return {"type": "button", "text": text, "action_id": action_id}
