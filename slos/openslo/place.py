"""A value in a document under check: what it is, where it stands, and what is wrong with it."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from core.yaml import Path
from slos.openslo.documents import Finding, OpenSlo

MAX_DESCRIPTION = 1050
_MISSING = object()


@dataclass(frozen=True, slots=True)
class Place:
    """`value` at `path` of `document`. Checks add to `findings` and answer whether all is well."""

    document: OpenSlo
    findings: list[Finding]
    value: Any
    path: Path = ()

    def __getitem__(self, part: str | int) -> Place:
        inner = _MISSING
        if isinstance(self.value, dict):
            inner = self.value.get(part, _MISSING)
        elif isinstance(self.value, list) and isinstance(part, int) and part < len(self.value):
            inner = self.value[part]
        return Place(self.document, self.findings, inner, (*self.path, part))

    def __iter__(self) -> Iterator[Place]:
        """The items of a list."""
        length = len(self.value) if isinstance(self.value, list) else 0
        return (self[number] for number in range(length))

    @property
    def present(self) -> bool:
        return self.value is not _MISSING

    @property
    def given(self) -> bool:
        """Present and not left empty."""
        return self.present and self.value is not None

    @property
    def words(self) -> str:
        text = ""
        for part in self.path:
            text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else str(part)
        return text[:160]

    def error(self, message: str) -> bool:
        self._add(message, fatal=True)
        return False

    def warn(self, message: str) -> None:
        self._add(message, fatal=False)

    def _add(self, message: str, *, fatal: bool) -> None:
        path = self.path
        text = f"{self.words} {message}" if self.words else message[:1].upper() + message[1:]
        line = self.document.line_of(path)
        self.findings.append(
            Finding(self.document.file, line, self.document.item, f"{text}.", fatal)
        )

    def required(self) -> bool:
        return True if self.given else self.error("is required")

    def text(self, *, required: bool = False, most: int = 0) -> bool:
        if not self.given:
            return self.required() if required else True
        if not isinstance(self.value, str):
            return self.error("must be text; put quotes around it")
        if required and not self.value.strip():
            return self.error("must not be empty")
        if most and len(self.value) > most:
            return self.error(f"has {len(self.value)} characters, at most {most} are allowed")
        return True

    def boolean(self) -> bool:
        if self.given and not isinstance(self.value, bool):
            return self.error("must be true or false")
        return True

    def number(self, *, required: bool = False) -> bool:
        if not self.given:
            return self.required() if required else True
        if isinstance(self.value, bool) or not isinstance(self.value, (int, float)):
            return self.error("must be a number")
        return True

    def one_of(self, choices: Collection[str], *, required: bool = False) -> bool:
        if not self.given:
            return self.required() if required else True
        if not isinstance(self.value, str) or self.value not in choices:
            return self.error(f"must be one of: {', '.join(choices)}")
        return True

    def mapping(self, fields: Collection[str] | None = None, *, required: bool = False) -> bool:
        """A mapping with no other fields than these (None: free)."""
        if not self.given:
            return self.required() if required else True
        if not isinstance(self.value, dict):
            return self.error("must be a mapping")
        for name in self.value:
            if fields is not None and name not in fields:
                close = difflib.get_close_matches(name, fields, n=1)
                hint = f"; did you mean {close[0]}" if close else ""
                self[name].error(f"is no field of OpenSLO v1{hint}")
        return True

    def list(self, *, required: bool = False, most: int = 0) -> bool:
        if not self.given:
            return self.required() if required else True
        if not isinstance(self.value, list):
            return self.error("must be a list")
        if required and not self.value:
            return self.error("must not be empty")
        if most and len(self.value) > most:
            return self.error(f"has {len(self.value)} items, at most {most} is allowed")
        return True

    def description(self) -> bool:
        return self.text(most=MAX_DESCRIPTION)
