"""What changed between two texts, word by word, as pieces and as safe HTML. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from django.utils.html import format_html_join
from django.utils.safestring import SafeString

MAX_WORDS = 4_000
"""Above that, words that differ are compared by whole lines: difflib is quadratic at its worst."""
_WORD = re.compile(r"\s+|\w+|[^\w\s]")
_TAGS = {"same": ("", ""), "ins": ("<ins>", "</ins>"), "del": ("<del>", "</del>")}


@dataclass(frozen=True, slots=True)
class Piece:
    """`kind` is `same`, `ins` (only in the new text) or `del` (only in the old one)."""

    kind: str
    text: str


def word_diff(old: str, new: str) -> list[Piece]:
    """In order. All that are not `ins` make up `old`, all that are not `del` make up `new`."""
    words = _WORD.findall(old), _WORD.findall(new)
    if max(map(len, words)) <= MAX_WORDS:
        return _joined(_compared(*words))
    return _joined(_by_lines(old.splitlines(keepends=True), new.splitlines(keepends=True)))


def diff_html(old: str, new: str) -> SafeString:
    """Everything escaped, additions in `<ins>`, what went in `<del>`."""
    parts = []
    for piece in word_diff(old, new):
        if piece.kind == "same":
            parts.append(format_html_join("", "{}", [(piece.text,)]))
        else:
            shape = "<ins>{}</ins>" if piece.kind == "ins" else "<del>{}</del>"
            parts.append(format_html_join("", shape, [(piece.text,)]))
    return SafeString("".join(parts))


def _by_lines(old: list[str], new: list[str]) -> Iterator[Piece]:
    """Lines first; only where lines differ, and are few, their words."""
    for kind, one, two in _spans(old, new):
        before, after = "".join(one), "".join(two)
        words = _WORD.findall(before), _WORD.findall(after)
        if kind == "replace" and sum(map(len, words)) <= MAX_WORDS:
            yield from _compared(*words)
        else:
            yield from _pieces(kind, before, after)


def _compared(old: list[str], new: list[str]) -> Iterator[Piece]:
    for kind, one, two in _spans(old, new):
        yield from _pieces(kind, "".join(one), "".join(two))


def _spans(old: list[str], new: list[str]) -> Iterator[tuple[str, list[str], list[str]]]:
    matcher = SequenceMatcher(None, old, new, autojunk=len(old) + len(new) > MAX_WORDS)
    for kind, i1, i2, j1, j2 in matcher.get_opcodes():
        yield kind, old[i1:i2], new[j1:j2]


def _pieces(kind: str, old: str, new: str) -> Iterator[Piece]:
    if kind == "equal":
        yield Piece("same", old)
        return
    if old:
        yield Piece("del", old)
    if new:
        yield Piece("ins", new)


def _joined(pieces: Iterator[Piece]) -> list[Piece]:
    """Neighbours of one kind as one."""
    found: list[Piece] = []
    for piece in pieces:
        if found and found[-1].kind == piece.kind:
            found[-1] = Piece(piece.kind, found[-1].text + piece.text)
        else:
            found.append(piece)
    return found
