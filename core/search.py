"""One search over the things of every room: rooms give providers, wiring fills them in. No nouns.

A provider reads through `visible_to`: what a person may not see is neither found nor counted.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.postgres.search import CombinedSearchQuery, SearchQuery
from django.db import OperationalError
from django.urls import NoReverseMatch, reverse
from django.utils.http import urlencode

from core.logs import get_logger
from core.registry import Registry

log = get_logger(__name__)
MAX_QUERY = 200
SHORTEST_PREFIX = 2
"""A single letter begins half of all words: it is looked for as a word, not as a beginning."""

_CONFIG = "simple"
_JOINS = frozenset({"or", "and"})
_NOT = re.compile(r"""(?<!\S)-+(?:"[^"]*"?|\S*)""")
_OR = re.compile(r"(?<!\S)or(?!\S)", re.IGNORECASE)
_LAST_OR = re.compile(r"(?: or)+$", re.IGNORECASE)
_NOT_NOT = re.compile(r"""(?<!\w)-[-"\s]*(?=-)""")
"""PostgreSQL refuses a query with more than about 30 "not" in a row ("stack too small")."""


@dataclass(frozen=True, slots=True)
class Query:
    """What somebody typed, safe to hand to PostgreSQL. `cut`: more was typed than is looked at."""

    text: str
    cut: bool = False

    @property
    def words(self) -> SearchQuery | CombinedSearchQuery:
        """Websearch syntax ("quoted", or, -not), and the last word also by how it begins."""
        text = _NOT_NOT.sub("", self.text)
        if _OR.search(text):
            # "this or not that" is nearly everything.
            text = _LAST_OR.sub("", " ".join(_NOT.sub("", text).split()))
        whole = SearchQuery(text, config=_CONFIG, search_type="websearch")
        head, _, last = text.rpartition(" ")
        if not self._is_beginning(last):
            return whole
        quoted = last.replace("\\", "\\\\").replace("'", "''")
        begun = SearchQuery(f"'{quoted}':*", config=_CONFIG, search_type="raw")
        if head:
            before = SearchQuery(head, config=_CONFIG, search_type="websearch")
            begun = before | begun if head.lower().endswith(" or") else before & begun
        return whole | begun

    @property
    def is_asking(self) -> bool:
        """There is something to find, not only something to leave out: that no index answers."""
        return any(letter.isalnum() for letter in _OR.sub("", _NOT.sub("", self.text)))

    def _is_beginning(self, last: str) -> bool:
        if last.startswith("-") or last.lower() in _JOINS or len(last) < SHORTEST_PREFIX:
            return False
        return '"' not in self.text and any(letter.isalnum() for letter in last)


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing that was found. `exact`: its name is what was typed, so that one may go there;
    `icon` stands before what has no severity."""

    kind: str
    title: str
    url: str
    ref: str = ""
    detail: str = ""
    severity: str = ""
    status: str = ""
    at: datetime | None = None
    icon: str = "boxes"
    exact: bool = False


@dataclass(frozen=True, slots=True)
class Provider:
    """What a room can find. `search(user, query, limit)` answers at most `limit` hits with one
    query, the best first; `list_name` names the page that lists all of them and reads `q`."""

    name: str
    title: str
    search: Callable[[Any, Query, int], Sequence[Hit]]
    list_name: str = ""
    list_filters: tuple[tuple[str, str], ...] = ()

    def list_url(self, query: Query) -> str:
        if not self.list_name:
            return ""
        try:
            address = reverse(self.list_name)
        except NoReverseMatch:
            return ""
        return f"{address}?{urlencode([*self.list_filters, ('q', query.text)])}"


@dataclass(frozen=True, slots=True)
class Group:
    """The hits of one provider. `more`: there are others; `late`: it could not answer in time."""

    name: str
    title: str
    hits: tuple[Hit, ...]
    more: bool = False
    late: bool = False
    list_url: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    query: Query
    groups: tuple[Group, ...] = ()

    @property
    def hits(self) -> list[Hit]:
        return [hit for group in self.groups for hit in group.hits]

    @property
    def shown(self) -> list[Group]:
        """Groups that have something to say; one with an exact hit stands first."""
        said = [group for group in self.groups if group.hits or group.late]
        return sorted(said, key=lambda group: not any(hit.exact for hit in group.hits))

    @property
    def exact(self) -> Hit | None:
        return next((hit for hit in self.hits if hit.exact), None)


providers: Registry[Provider] = Registry("Search provider")


def read_query(text: str) -> Query:
    """Without what cannot be stored or seen, white space as single blanks, at most 200 long."""
    plain = "".join(letter if letter.isprintable() else " " for letter in text[: 20 * MAX_QUERY])
    plain = " ".join(plain.split())
    return Query(plain[:MAX_QUERY].rstrip(), cut=len(plain) > MAX_QUERY)


def find(user: Any, text: str, *, limit: int) -> Found:
    """What this person may see of what they look for: one query a provider."""
    query = read_query(text)
    if not query.is_asking:
        return Found(query)
    return Found(query, tuple(_group(provider, user, query, limit) for provider in providers))


def _group(provider: Provider, user: Any, query: Query, limit: int) -> Group:
    try:
        hits = list(provider.search(user, query, limit + 1))
    except OperationalError as error:
        # Mostly the statement timeout: one slow room must not take the others' answers away.
        log.warning("search_late", provider=provider.name, error=type(error).__name__)
        return Group(provider.name, provider.title, (), late=True)
    more = len(hits) > limit
    return Group(
        provider.name,
        provider.title,
        tuple(hits[:limit]),
        more=more,
        list_url=provider.list_url(query) if more else "",
    )
