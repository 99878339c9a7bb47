"""What may be set for a source beside its system: the options that its format reads. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from core.registry import Registry

MAX_ENTRIES = 500
MAX_WORD = 512


@dataclass(frozen=True, slots=True)
class Option:
    """`check` answers a sentence on a wrong value, "" on a right one; `example` is YAML."""

    name: str
    help: str
    example: str
    check: Callable[[object], str]


options_of: Registry[tuple[Option, ...]] = Registry("options of a format")
"""By format. A format that is not in it has no options."""


def option_problems(format_name: str, given: Mapping[str, object]) -> list[str]:
    """Why these options cannot be those of such a source, as sentences."""
    known = {option.name: option for option in options_of.get(format_name) or ()}
    problems = [f"There is no option {name[:80]!r}." for name in given if name not in known]
    for name, value in given.items():
        if name in known and (sentence := known[name].check(value)):
            problems.append(f"{name}: {sentence}")
    return problems


def is_mapping_of_words(value: object) -> str:
    if not isinstance(value, Mapping):
        return "Give names and systems, “fraud-scorer-eu: fraud-scorer”."
    if len(value) > MAX_ENTRIES:
        return f"At most {MAX_ENTRIES} names."
    if not all(isinstance(word, str) and _is_word(name) for name, word in value.items()):
        return "Both sides are words."
    return ""


def is_list_of_words(value: object) -> str:
    if not isinstance(value, list) or not all(map(_is_word, value)):
        return "Give a list of words."
    return "" if len(value) <= MAX_ENTRIES else f"At most {MAX_ENTRIES} of them."


def is_word(value: object) -> str:
    return "" if _is_word(value) else "Give one word or line."


def one_of(*words: str) -> Callable[[object], str]:
    def check(value: object) -> str:
        return "" if value in words else f"Choose one of {', '.join(words)}."

    return check


def _is_word(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= MAX_WORD and value.isprintable()


SYSTEMS = Option(
    name="systems",
    help="Which of the sender's names is which system. A name may have * in it; “-” leaves "
    "changes of that name out. A name that is a system's own short name needs no entry.",
    example="systems:\n  fraud-scorer-eu: fraud-scorer\n  playground-*: '-'\n",
    check=is_mapping_of_words,
)
"""Of formats whose senders tell of changes (`alerts.changes`)."""
