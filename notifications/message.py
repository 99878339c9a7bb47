"""What a delivery says, as plain data and as plain text. Pure; knows no channel."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

MAX_LINE = 300
MAX_BODY = 4_000
MAX_FACTS = 12
MAX_ACTIONS = 5
MAX_DATA = 64_000
REPEAT_MARK = "[possible repeat]"
DRILL_MARK = "[drill]"


@dataclass(frozen=True, slots=True)
class Action:
    """A button where the channel has buttons: `name` is what it does, `ref` to what. Where there
    are only links, `url` leads to a page that asks before it does it."""

    name: str
    label: str
    ref: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """Facts, not prose: each channel draws them its own way when it sends.

    `kind` is `page`, `update` or `notice`; `headline` the short handle ("SEV1 · INC-42"); `why`
    the line that tells its reader why them. `data` is JSON text for machines, which channels of
    people leave out.
    """

    kind: str
    headline: str
    title: str
    severity: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    body: str = ""
    why: str = ""
    url: str = ""
    actions: tuple[Action, ...] = ()
    drill: bool = False
    data: str = ""

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Message:
        """Reads what any release wrote: missing fields are empty, unknown ones are left out."""
        return cls(
            kind=line(data.get("kind") or "notice"),
            headline=line(data.get("headline")),
            title=line(data.get("title")),
            severity=line(data.get("severity")),
            facts=tuple(
                (line(fact[0]), line(fact[1]))
                for fact in list(data.get("facts") or ())[:MAX_FACTS]
                if len(fact) == 2
            ),
            body=clean(data.get("body"), limit=MAX_BODY),
            why=line(data.get("why")),
            url=line(data.get("url"), limit=2_000),
            actions=tuple(
                Action(
                    **{key: line(item.get(key)) for key in ("name", "label", "ref")},
                    url=line(item.get("url"), limit=2_000),
                )
                for item in list(data.get("actions") or ())[:MAX_ACTIONS]
            ),
            drill=bool(data.get("drill")),
            data=clean(data.get("data"), limit=MAX_DATA),
        )


def subject(message: Message, *, may_repeat: bool = False) -> str:
    """One line: the push text, the mail subject."""
    marks = [DRILL_MARK] if message.drill else []
    if may_repeat:
        marks.append(REPEAT_MARK)
    handle = ": ".join(filter(None, (message.headline, message.title)))
    return line(" ".join([*marks, handle]))


def plain_text(message: Message, *, may_repeat: bool = False) -> str:
    """The whole message for readers without markup."""
    parts = [subject(message, may_repeat=may_repeat)]
    if message.drill:
        parts.append("This is a drill. Nothing is broken.")
    if may_repeat:
        parts.append("An earlier try may have reached you: this can be the same page again.")
    if message.facts:
        parts.append("\n".join(f"{label}: {value}" for label, value in message.facts))
    if message.body:
        parts.append(message.body)
    parts += [f"{action.label}: {action.url}" for action in message.actions if action.url]
    if message.url:
        parts.append(f"Open it: {message.url}")
    if message.why:
        parts.append(f"Why you got this: {message.why}")
    return "\n\n".join(parts)


def clean(value: object, *, limit: int) -> str:
    """Text that every channel can carry: no control characters, no lone surrogates, bounded."""
    text = str(value or "").encode("utf-8", "replace").decode()
    text = "".join(char for char in text if char in "\n\t" or (char >= " " and char != "\x7f"))
    return text if len(text) <= limit else text[: limit - 1] + "…"


def line(value: object, *, limit: int = MAX_LINE) -> str:
    """The same on one line."""
    return clean(" ".join(str(value or "").split()), limit=limit)
