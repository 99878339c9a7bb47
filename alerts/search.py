"""What somebody types to find alerts: `label=value` pairs and words. No queries here."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import Q

MAX_QUERY = 500
MAX_TERMS = 12
USUAL_LABELS = ("alertname", "system", "service", "team", "model", "environment")
"""A word also finds alerts of which one of these labels is exactly that word: each such look-up
is answered by the index over labels, a search in all of them would not be."""

_TERM = re.compile(
    r"""(?P<name>[^\s="]+)=(?:"(?P<quoted>[^"]*)"|(?P<plain>\S*))|"(?P<phrase>[^"]+)"|(?P<word>\S+)"""
)
TITLE = SearchVector("title", config="simple")


@dataclass(frozen=True, slots=True)
class Terms:
    """Pairs and words, all of which have to be found."""

    pairs: tuple[tuple[str, str], ...] = ()
    words: tuple[str, ...] = ()


def parse_terms(text: str) -> Terms:
    """`system=search "not grounded" drift` → one pair, two words. Further terms than
    `MAX_TERMS` are not looked at."""
    pairs: list[tuple[str, str]] = []
    words: list[str] = []
    for found in list(_TERM.finditer(text.replace("\x00", " ")[:MAX_QUERY]))[:MAX_TERMS]:
        if name := found["name"]:
            pairs.append((name, found["quoted"] or found["plain"] or ""))
        else:
            words.append(found["phrase"] or found["word"])
    return Terms(tuple(pairs), tuple(words))


def conditions(text: str) -> list[Q]:
    """One condition a term. Words are looked for in the title by how they begin (annotate
    `title_words` with `TITLE` first), and among the values of the usual labels."""
    terms = parse_terms(text)
    found = [Q(labels__contains={name: value}) for name, value in terms.pairs]
    return [*found, *(_word(word) for word in terms.words)]


def _word(word: str) -> Q:
    condition = Q()
    for name in USUAL_LABELS:
        condition |= Q(labels__contains={name: word})
    if parts := re.findall(r"\w+", word):
        quoted = " & ".join(f"'{part}':*" for part in parts)
        condition |= Q(title_words=SearchQuery(quoted, config="simple", search_type="raw"))
    return condition


__all__ = ["MAX_QUERY", "TITLE", "Terms", "conditions", "parse_terms"]
