"""Text for Slack: escaped, so that nothing from outside mentions anybody or hides an address.

https://docs.slack.dev/messaging/formatting-message-text: without `<` there is no `<!channel>`, no
`<@U…>` and no link, so what a plain string holds is shown as it is. Links, people and times are
made here from pieces of their own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from chatops.surface import Bold, Code, Link, Person, Piece, When
from core.urls import safe_href

_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_CALLS = re.compile(r"@(?=channel|here|everyone|group)", re.IGNORECASE)
_SLACK_ID = re.compile(r"[UW][A-Z0-9]{1,31}")
_UNSHOWN = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_DATES: Mapping[str, tuple[str, str]] = {
    "time": ("{time}", "%H:%M UTC"),
    "full": ("{date_short} {time}", "%d %b %Y, %H:%M UTC"),
    "ago": ("{ago}", "%d %b %Y, %H:%M UTC"),
}


@dataclass(frozen=True, slots=True)
class Look:
    """What drawing needs to know of the world: who is who in Slack (AIRE user id → Slack id), and
    where this installation is."""

    people: Mapping[int, str] = field(default_factory=dict)
    base_url: str = ""


def escape(text: str) -> str:
    """A zero-width space breaks bare @here and the like."""
    shown = _UNSHOWN.sub("", text).translate(_ESCAPES)
    return _CALLS.sub("@\u200b", shown)


def cut(text: str, limit: int, mark: str = "…") -> str:
    return text if len(text) <= limit else text[: max(0, limit - len(mark))] + mark


def plain(text: str, limit: int, *, otherwise: str = "–") -> str:
    """For `plain_text` objects, which know no markup: on one line, never empty."""
    return cut(" ".join(_UNSHOWN.sub("", text).split()), limit) or otherwise


def escaped(text: str, limit: int, mark: str = "…") -> str:
    """Escaped and within the limit, never cut inside an escape."""
    return _fitted(escape, text, limit, mark)


def mrkdwn(words: Iterable[Piece], look: Look, limit: int, mark: str = "…") -> str:
    """Pieces as Slack's markup. A piece that no longer fits is left out whole, text is cut."""
    drawn = [(piece, _drawn(piece, look)) for piece in words]
    if sum(len(one) for _, one in drawn) <= limit:
        return "".join(one for _, one in drawn)
    out = ""
    for piece, one in drawn:
        if len(out) + len(one) <= limit - len(mark):
            out += one
            continue
        return out + (escaped(piece, limit - len(out), mark) if isinstance(piece, str) else mark)
    return out


def spoken(words: Iterable[Piece], limit: int) -> str:
    """The same as words alone, for a push and a screen reader."""
    return escaped(" ".join("".join(_said(piece) for piece in words).split()), limit)


def text_of(text: str) -> dict[str, Any]:
    """`verbatim`: Slack makes no links or mentions out of bare words."""
    return {"type": "mrkdwn", "text": text or "–", "verbatim": True}


def plain_of(text: str, limit: int) -> dict[str, Any]:
    """No emoji code is turned into a picture: a name may hold colons."""
    return {"type": "plain_text", "text": plain(text, limit), "emoji": False}


def address(url: str, look: Look) -> str | None:
    """An absolute address that somebody may be sent to; a path leads into this installation."""
    if url.startswith("/") and not url.startswith(("//", "/\\")):
        url = look.base_url.rstrip("/") + url
    return safe_href(url)


def _fitted(draw: Callable[[str], str], text: str, limit: int, mark: str) -> str:
    if limit <= 0:
        return ""
    out = draw(text[: limit + 1])
    if len(out) <= limit and len(text) <= limit:
        return out
    room = limit - len(mark)
    low, high = 0, min(len(text), max(room, 0))
    while low < high:  # the longest beginning whose escaped form fits
        middle = (low + high + 1) // 2
        if len(draw(text[:middle])) <= room:
            low = middle
        else:
            high = middle - 1
    return cut(draw(text[:low]) + mark, limit, "")


def _drawn(piece: Piece, look: Look) -> str:
    match piece:
        case str():
            return escape(piece)
        case Bold():
            return _wrapped(piece.text, "*")
        case Code():
            return _wrapped(piece.text, "`")
        case Link():
            return _link(piece, look)
        case Person():
            return _person(piece, look)
        case When():
            return _when(piece)


def _wrapped(text: str, sign: str) -> str:
    """In bold or as code; a text with the sign in it would end it early and stays as it is."""
    line = " ".join(text.split())
    return f"{sign}{escape(line)}{sign}" if line and sign not in line else escape(line)


def _link(piece: Link, look: Look) -> str:
    url = address(piece.url, look)
    label = escape(" ".join(piece.label.split()))
    if url is None:
        return label
    target = escape_url(url)
    host = urlsplit(url).hostname or ""
    if not label:
        return f"<{target}>"
    if _poses(piece.label) and host not in piece.label.lower():
        # A label that reads like another address is a trap: the real one is shown.
        return f"{label} (<{target}>)"
    return f"<{target}|{label.replace('|', '¦')}>"


_ADDRESS_LIKE = re.compile(r"(?:https?:|www\.|\w\.(?:com|org|net|io|ai|dev|app)\b)", re.IGNORECASE)


def _poses(label: str) -> bool:
    return bool(_ADDRESS_LIKE.search(label))


def escape_url(url: str) -> str:
    return url.replace("&", "&amp;").replace("|", "%7C")


def _person(piece: Person, look: Look) -> str:
    """Only who is meant to be called is mentioned: a mention notifies."""
    slack_id = look.people.get(piece.user_id, "")
    if piece.call and _SLACK_ID.fullmatch(slack_id):
        return f"<@{slack_id}>"
    return escape(" ".join(piece.name.split()))


def _when(piece: When) -> str:
    """https://docs.slack.dev/messaging/formatting-message-text#date-formatting"""
    tokens, fallback = _DATES.get(piece.style, _DATES["full"])
    at = piece.at.astimezone(UTC)
    return f"<!date^{int(at.timestamp())}^{tokens}|{at.strftime(fallback)}>"


def _said(piece: Piece) -> str:
    match piece:
        case str():
            return piece
        case Bold() | Code():
            return piece.text
        case Link():
            return piece.label
        case Person():
            return piece.name
        case When():
            return _spoken_time(piece.at)


def _spoken_time(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%d %b %Y, %H:%M UTC")
