"""What a page may ask to be told of. Pure; who may hear it is decided in `gate`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import parse_qs

MAX_TOPICS = 20
MAX_QUERY = 2_000
SHARED = frozenset({"incidents", "alerts", "slos"})
"""Topics that everyone who is signed in may hear."""

_KNOWN = re.compile(r"incidents|alerts|slos|incident:[1-9][0-9]{0,17}|me:[1-9][0-9]{0,17}")


def read_topics(query: bytes) -> frozenset[str]:
    """The topics of `t=incident:42&t=alerts`; what is none is left out."""
    asked = parse_qs(query[:MAX_QUERY].decode("latin-1")).get("t", [])
    known = [topic for topic in asked if _KNOWN.fullmatch(topic)]
    return frozenset(known[:MAX_TOPICS])


def incident_ids(topics: Iterable[str]) -> dict[int, str]:
    """The topics that are about one incident, by its id."""
    return {
        int(topic.removeprefix("incident:")): topic
        for topic in topics
        if topic.startswith("incident:")
    }


def mine(user_id: int) -> str:
    """What is told to one person: pages to them, and that those were answered."""
    return f"me:{user_id}"
