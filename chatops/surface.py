"""What AIRE and a chat say to each other, as data: replies, forms, cards. Pure; no Django, no
vendor. The seam between this room and the integration that draws it.

Text is a tuple of pieces. A plain `str` is hostile, whoever wrote it: the renderer escapes it, the
caller never does. Links, people and times are pieces of their own, so that nothing has to be read
back out of text. The renderer also cuts to its own limits.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

# Inline pieces ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Bold:
    text: str


@dataclass(frozen=True, slots=True)
class Code:
    """Something to type."""

    text: str


@dataclass(frozen=True, slots=True)
class Link:
    """`url` is a path of this installation ("/incidents/INC-42/") or an absolute http(s) address
    that somebody gave; the renderer checks the latter and shows the label alone when it is none."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of AIRE. A chat that knows them may show its own name; `call` also notifies them,
    and is only ever set for text that people are meant to be called by."""

    user_id: int
    name: str
    call: bool = False


@dataclass(frozen=True, slots=True)
class When:
    """A moment, shown in the reader's zone where the chat can, else in UTC with the zone named.
    `style`: `time` (14:02), `full` (27 Nov 2026, 14:02), `ago` (12 min ago)."""

    at: datetime
    style: Literal["time", "full", "ago"] = "full"


Piece = str | Bold | Code | Link | Person | When
Words = tuple[Piece, ...]

# Blocks -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Confirm:
    """Asked before a button does anything: states the consequence."""

    title: str
    text: str
    yes: str
    no: str = "Leave it"


@dataclass(frozen=True, slots=True)
class Button:
    """`action` comes back to `talking.pressed` with `value`. With `url` it is a link and comes
    back never. `url` as in `Link`. `value` is at most `MAX_VALUE` characters."""

    action: str
    label: str
    value: str = ""
    style: Literal["", "primary", "danger"] = ""
    confirm: Confirm | None = None
    url: str = ""


MAX_VALUE = 1_900


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Heading:
    text: str


@dataclass(frozen=True, slots=True)
class Text:
    words: Words


@dataclass(frozen=True, slots=True)
class Quote:
    """What a person or a machine wrote, AIRE's small markdown, of any length: shown set off."""

    text: str


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a list, with what can be done about it: `button` beside it, `more` in a menu. One
    of the two at most."""

    words: Words
    button: Button | None = None
    more: tuple[Button, ...] = ()


@dataclass(frozen=True, slots=True)
class Fields:
    """Labels with values, in two columns where there is room."""

    rows: tuple[tuple[str, Words], ...]


@dataclass(frozen=True, slots=True)
class Context:
    """Small print."""

    words: Words


@dataclass(frozen=True, slots=True)
class Divider:
    pass


@dataclass(frozen=True, slots=True)
class Buttons:
    """`more` goes into a menu behind the buttons."""

    items: tuple[Button, ...]
    more: tuple[Button, ...] = ()


OptionKind = Literal["options", "person", "system", "incident", "schedule", "cause"]


@dataclass(frozen=True, slots=True)
class Picker:
    """A choice that acts at once: comes back to `talking.pressed` with the chosen value. Of any
    kind but `options` the choices are asked of `talking.suggest`."""

    action: str
    label: str
    kind: OptionKind = "options"
    options: tuple[Choice, ...] = ()


Block = Heading | Text | Quote | Row | Fields | Context | Divider | Buttons | Picker

# What is said -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody spoke. `incident_ref` ("INC-42") is set where the place is an incident's own:
    its channel, a message about it, its page. The reader's right to see it is checked here."""

    kind: Literal["channel", "dm", "web", "home", "message"]
    channel: str = ""
    incident_ref: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer. `private`: only the asker sees it. `text` is what a push or a screen reader says;
    it is always there. `replaces`: drawn over the message whose button was pressed, where that
    one was private too. `incident_ref` is the incident it is about, so that the integration can
    lead to its channel. `asks_link`: the integration adds its own way to link the two accounts."""

    blocks: tuple[Block, ...]
    text: str
    private: bool = True
    replaces: bool = False
    incident_ref: str = ""
    asks_link: bool = False


FieldKind = Literal[
    "text",
    "long_text",
    "choice",
    "choices",
    "person",
    "people",
    "system",
    "systems",
    "incident",
    "schedule",
    "cause",
    "time",
    "checkbox",
]


FieldValue = str | bool | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Field:
    """One input of a form, and what comes back for it in `values`:

    text, long_text: str. choice: one of `options` by value (str). choices: list of those.
    person: an AIRE user's id as str; people: list of them. system: a slug; systems: list.
    incident: "INC-42". schedule, cause: a slug. time: ISO 8601 with a zone. checkbox: bool.
    Left out: "", [] or False. `initial` has the same shape; `shown` are the labels of what is
    chosen initially among kinds that are asked of `talking.suggest` (value, label)."""

    name: str
    label: str
    kind: FieldKind = "text"
    options: tuple[Choice, ...] = ()
    initial: FieldValue = ""
    shown: tuple[Choice, ...] = ()
    required: bool = True
    hint: str = ""
    placeholder: str = ""
    max_length: int = 300


FormValues = Mapping[str, str | bool | list[str]]


@dataclass(frozen=True, slots=True)
class Form:
    """A form that is filled in and sent: a modal in a chat. `state` comes back untouched with
    `talking.submitted`, and is believed as little as everything else that comes back. `blocks`
    stand above the fields; a form without fields is a question."""

    name: str
    title: str
    submit: str
    fields: tuple[Field, ...] = ()
    blocks: tuple[Block, ...] = ()
    state: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FormErrors:
    """By the name of a field; what belongs to none stands under ""."""

    errors: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Card:
    """An incident as it stands, to be posted and drawn anew in place. `status` and `severity`
    choose the colour. `version` grows with each state: an older card never replaces a newer."""

    ref: str
    version: int
    status: str
    severity: str
    headline: str
    title: str
    url: str
    fields: tuple[tuple[str, Words], ...] = ()
    context: Words = ()
    buttons: tuple[Button, ...] = ()
    more: tuple[Button, ...] = ()
    text: str = ""
    drill: bool = False
    private: bool = False


@dataclass(frozen=True, slots=True)
class Home:
    """Somebody's own page in the chat."""

    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Digest:
    """What a team or a channel is told once a day."""

    blocks: tuple[Block, ...]
    text: str
