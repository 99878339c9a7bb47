"""Collects what is wrong with the input of a service, field by field. No database, no rules."""

from __future__ import annotations

import re

from core.errors import Invalid
from core.payload import clean_text

_DNS_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")


class Findings:
    """Sentences by field. `raise_any` turns them into one `Invalid`; without any it does nothing.

    Each check answers the cleaned value, so that a service reads and checks in one line.
    """

    def __init__(self) -> None:
        self.errors: dict[str, list[str]] = {}

    def add(self, field: str, sentence: str) -> None:
        self.errors.setdefault(field, []).append(sentence)

    def raise_any(self) -> None:
        if not self.errors:
            return
        sentences = [sentence for lines in self.errors.values() for sentence in lines]
        raise Invalid(" ".join(sentences[:3]), errors=self.errors)

    def text(self, field: str, value: object, *, limit: int, required: bool = False) -> str:
        """Text without control characters. `limit` is in characters."""
        if not isinstance(value, str):
            self.add(field, "Give a text.")
            return ""
        text = clean_text(value, len(value) + 1).strip()
        if required and not text:
            self.add(field, "This is needed.")
        if len(text) > limit:
            self.add(field, f"This has {len(text)} characters; at most {limit} fit.")
        return text

    def line(self, field: str, value: object, *, limit: int, required: bool = False) -> str:
        """Like `text`, with line ends made into blanks."""
        return " ".join(self.text(field, value, limit=limit, required=required).split())

    def slug(self, field: str, value: object, *, reserved: frozenset[str] = frozenset()) -> str:
        """A DNS label (RFC 1123), as the names in config as code: at most 63 of a–z, 0–9, `-`."""
        if not isinstance(value, str) or not _DNS_LABEL.fullmatch(value):
            self.add(
                field,
                "Use 1 to 63 lower-case letters, digits and hyphens, no hyphen at either end.",
            )
            return ""
        if value in reserved:
            self.add(field, f"“{value}” is an address that AIRE uses itself. Choose another name.")
        return value
