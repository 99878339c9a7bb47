"""What a template says: its sections, their questions, and when each must be written. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Annotated

from pydantic import AfterValidator, Field

from catalog.models import System
from core.manifest import Line, Spec, Text, one_of

SEVERITY_NAMES = ("sev1", "sev2", "sev3", "sev4")
MAX_SECTIONS = 40
MAX_QUESTIONS = 12
_KEY = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")


def _key(text: str) -> str:
    if not _KEY.fullmatch(text):
        raise ValueError("use small letters, digits and hyphens, for example bundle-diff")
    return text


def _no_nul(text: str) -> str:
    if "\x00" in text:
        raise ValueError("holds a character that cannot be stored")
    return text


def _once(items: list[str]) -> list[str]:
    return list(dict.fromkeys(items))


Key = Annotated[str, AfterValidator(_key)]
ShortLine = Annotated[Line, AfterValidator(_no_nul), Field(max_length=120)]
Guidance = Annotated[Text, AfterValidator(_no_nul), Field(max_length=2_000)]
Question = Annotated[Line, AfterValidator(_no_nul), Field(min_length=1, max_length=300)]
Severities = Annotated[
    list[Annotated[str, one_of(SEVERITY_NAMES)]], AfterValidator(lambda names: sorted(set(names)))
]
Classes = Annotated[list[Key], AfterValidator(_once), Field(max_length=50)]


class Required(Spec):
    """A section must be written for an incident of one of these severities, or with a cause of
    one of these classes. Both empty: it is there to be used and never demanded."""

    severities: Severities = []
    cause_classes: Classes = []


class TemplateSection(Spec):
    key: Key
    title: Annotated[ShortLine, Field(min_length=1)]
    guidance: Guidance = ""
    questions: Annotated[list[Question], Field(max_length=MAX_QUESTIONS)] = []
    required_for: Required = Required()

    def is_required(self, severity: str, classes: Collection[str]) -> bool:
        wanted = self.required_for
        return severity in wanted.severities or bool(set(wanted.cause_classes) & set(classes))


def _distinct(sections: list[TemplateSection]) -> list[TemplateSection]:
    keys = [section.key for section in sections]
    twice = sorted({key for key in keys if keys.count(key) > 1})
    if twice:
        raise ValueError(f"has the section {twice[0]} twice")
    return sections


class TemplateBody(Spec):
    """`system_kinds` and `cause_classes` say for what it is chosen; empty means any. Of those that
    fit, the more particular one is taken, then the one with the lower position."""

    description: Annotated[Text, AfterValidator(_no_nul), Field(max_length=2_000)] = ""
    system_kinds: Annotated[
        list[Annotated[str, one_of(System.Kind.values)]], AfterValidator(_once)
    ] = []
    cause_classes: Classes = []
    position: Annotated[int, Field(ge=0, le=10_000)] = 500
    retired: bool = False
    sections: Annotated[
        list[TemplateSection],
        Field(min_length=1, max_length=MAX_SECTIONS),
        AfterValidator(_distinct),
    ]

    def fits(self, kinds: Collection[str], classes: Collection[str]) -> int:
        """How particularly it is meant for such an incident; 0 where it is not meant for it.
        3: for the class and the kind, 2: for the class, 1: for any."""
        by_class = bool(set(self.cause_classes) & set(classes))
        by_kind = bool(set(self.system_kinds) & set(kinds))
        if self.retired or (self.cause_classes and not by_class):
            return 0
        if self.system_kinds and not by_kind:
            return 0
        return 1 + 2 * by_class + by_kind

    def section(self, key: str) -> TemplateSection | None:
        return next((section for section in self.sections if section.key == key), None)

    def stored(self) -> dict[str, object]:
        return self.plain()


def read_body(data: object) -> TemplateBody:
    """Of what is stored; it was checked when it was saved."""
    return TemplateBody.model_validate(data)
