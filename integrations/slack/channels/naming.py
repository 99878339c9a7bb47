"""What an incident's channel is called and what it says about itself. Pure.

Slack: at most 80 characters, lower case, no spaces or full stops; a topic has 250.
https://docs.slack.dev/reference/methods/conversations.create#naming
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

NAME = 80
TOPIC = 250
TITLE = 60
_PARTS = re.compile(r"[^\w-]+|_")
_PREFIX = re.compile(r"[a-z0-9][a-z0-9_-]{0,19}")


@dataclass(frozen=True, slots=True)
class Bookmark:
    title: str
    url: str


def good_prefix(prefix: str) -> bool:
    return bool(_PREFIX.fullmatch(prefix))


def slug(text: str) -> str:
    """Lower-case words with hyphens between; letters of any alphabet stay letters."""
    plain = unicodedata.normalize("NFKC", text).lower()
    plain = "".join(char for char in plain if not unicodedata.category(char).startswith(("C", "M")))
    return re.sub("-{2,}", "-", _PARTS.sub("-", plain)).strip("-")


def channel_name(prefix: str, number: int, title: str, *, attempt: int = 0) -> str:
    """`inc-42-slow-answers`; from the second attempt on with a number behind it."""
    tail = f"-{attempt + 1}" if attempt else ""
    head = f"{prefix}-{number}"
    words = slug(title)[:TITLE].strip("-")
    room = NAME - len(head) - len(tail) - 1
    return f"{head}-{words[:room].strip('-')}".strip("-") + tail


def is_named_so(name: str, prefix: str, number: int, title: str) -> bool:
    """Is it the name of this title, whatever number stands behind it?"""
    wanted = channel_name(prefix, number, title)
    return name == wanted or bool(re.fullmatch(re.escape(wanted) + r"-[0-9]{1,2}", name))


def topic(*, severity: str, status: str, lead: str, drill: bool) -> str:
    """Slack shows it as plain words; angle brackets are left out so that it mentions nobody."""
    who = f"lead {lead}" if lead else "nobody leads"
    text = " · ".join(filter(None, ("Drill" if drill else "", severity.upper(), status, who)))
    text = re.sub(r"[<>&\x00-\x1f]", " ", text)
    text = re.sub(r"@(?=channel|here|everyone)", "", text, flags=re.IGNORECASE)
    return " ".join(text.split())[:TOPIC]
