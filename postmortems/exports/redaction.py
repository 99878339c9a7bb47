"""Takes out of a text what must not leave the house: people, addresses, secrets, inner names. Pure.

It takes out what can be recognised. What an external version says stays the decision of whoever
sends it: the page shows it whole before it is downloaded.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

PERSON = "[person]"
_E_MAIL = re.compile(r"\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+\b")
_ADDRESS = re.compile(r"https?://[^\s<>()\[\]\"']+")
_IP = re.compile(r"\b(?:[0-9]{1,3}\.){3}[0-9]{1,3}\b|\b(?:[0-9a-f]{1,4}:){4,7}[0-9a-f]{1,4}\b")
_TOKEN = re.compile(r"\b(?=[\w+/=-]*[0-9])(?=[\w+/=-]*[A-Za-z])[\w+/=-]{24,}\b")
_REF = re.compile(r"\b(?:INC|PM|ACT)-[0-9]+\b")
_CITED = re.compile(r" ?\[E[1-9][0-9]{0,3}\]")
_PHONE = re.compile(r"(?<![\w.-])\+[0-9](?:[ ()-]?[0-9]){7,14}\b")
_ESCAPED = re.compile(r"\\([\\`*_\[\]<>#|~])")
_LINK = re.compile(r"\[([^\]\n]{0,500})\]\([^)\s]{0,2000}(?:\s[^)]{0,500})?\)")


class Redactor:
    """`people` are names and addresses of everybody here, `involved` those of whom a first name
    says who it was; `words` whatever else somebody wants to be left out."""

    def __init__(
        self,
        people: Iterable[str] = (),
        involved: Iterable[str] = (),
        words: Collection[str] = (),
    ) -> None:
        self._people = _any_of([*people, *_parts(involved)])
        self._words = _any_of(words)

    def clean(self, text: str) -> str:
        text = _ESCAPED.sub(r"\1", text)
        text = _LINK.sub(r"\1", text)
        text = _CITED.sub("", text)
        for pattern, told in (
            (_ADDRESS, "[address]"),
            (_E_MAIL, PERSON),
            (_TOKEN, "[secret]"),
            (_IP, "[address]"),
            (_PHONE, "[number]"),
            (_REF, "[reference]"),
        ):
            text = pattern.sub(told, text)
        if self._words:
            text = self._words.sub("[left out]", text)
        if self._people:
            text = self._people.sub(PERSON, text)
        return text


def _parts(people: Iterable[str]) -> set[str]:
    """Whole names and each of their parts: "Priya" gives "Priya Raman" away."""
    found = set()
    for name in people:
        found.add(name.strip())
        found.update(part for part in name.split() if len(part) >= 3)
    return found


def _any_of(words: Iterable[str]) -> re.Pattern[str] | None:
    """The longest first, so that a whole name goes before its parts."""
    known = sorted({word.strip() for word in words if word.strip()}, key=len, reverse=True)
    if not known:
        return None
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, known))})(?!\w)", re.IGNORECASE)
