"""What a sender says of a change: something that altered a system, and is no alert. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from fnmatch import fnmatchcase

from alerts.reading import one_line, read_link, word_of

KINDS = ("model", "prompt", "dataset", "index", "guardrail", "config", "code", "provider", "infra")
"""The catalog's kinds of changes."""

IGNORED = "-"
"""In place of a system: changes of this name are none of ours."""

SYSTEMS = "systems"
"""The option of a source that says which name of the sender's is which system."""


@dataclass(frozen=True, slots=True)
class ChangeSeen:
    """One change as the sender tells it. `kind` is one of the catalog's; `about` are the sender's
    words for what was changed, the best one first. Texts are cleaned, the link is http(s) or ""."""

    kind: str
    summary: str
    about: tuple[str, ...]
    version: str = ""
    previous_version: str = ""
    url: str = ""
    author: str = ""
    occurred_at: datetime | None = None
    took_effect: bool = True
    """False when nothing runs on it: a deployment that failed, a model that is only registered."""
    subject: str = ""
    """Of a change that many deliveries tell, such as each new pod of a rollout: what the summary
    begins with whatever was rolled out. See `catalog.services.record_change`."""


def system_of(
    about: tuple[str, ...],
    *,
    mapping: Mapping[str, object],
    known: Mapping[str, object],
    default: str | None,
) -> str | None:
    """The slug that a change belongs to: as the source's mapping says (names may be patterns with
    `*`), else a system of that very name, else the source's own. `IGNORED` when it says so."""
    for word in about:
        placed = _mapped(word, mapping)
        if placed:
            return placed
    return next((word for word in about if word in known), default)


def _mapped(word: str, mapping: Mapping[str, object]) -> str | None:
    exact = mapping.get(word)
    if isinstance(exact, str):
        return exact
    for pattern, slug in mapping.items():
        if "*" in pattern and isinstance(slug, str) and fnmatchcase(word, pattern):
            return slug
    return None


def mapping_of(options: Mapping[str, object]) -> Mapping[str, object]:
    given = options.get(SYSTEMS)
    return given if isinstance(given, Mapping) else {}


def kind_told(word: object) -> str:
    """The kind that a sender names, `code` when it names none that is known."""
    kind = word_of(word)
    return kind if kind in KINDS else "code"


def change_seen(
    kind: str,
    summary: str,
    *about: object,
    version: object = None,
    previous_version: object = None,
    url: object = None,
    author: object = None,
    occurred_at: datetime | None = None,
    took_effect: bool = True,
    subject: str = "",
) -> ChangeSeen:
    """A `ChangeSeen` out of a sender's values, whatever they are."""
    words = tuple(dict.fromkeys(word for word in (one_line(one, 200) for one in about) if word))
    link = read_link("Change", url)
    return ChangeSeen(
        kind=kind,
        summary=one_line(summary, 1024) or f"A {kind} changed",
        about=words,
        version=one_line(version, 200),
        previous_version=one_line(previous_version, 200),
        url=link.href if link else "",
        author=one_line(author, 200),
        occurred_at=occurred_at,
        took_effect=took_effect,
        subject=one_line(subject, 400),
    )
