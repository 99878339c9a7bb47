"""Speaking to AIRE in tests, as somebody, in a place."""

from __future__ import annotations

from typing import Any

from accounts.models import User
from chatops import talking
from chatops.surface import (
    Block,
    Bold,
    Button,
    Buttons,
    Code,
    Context,
    Fields,
    Form,
    FormErrors,
    Heading,
    Link,
    Person,
    Place,
    Quote,
    Reply,
    Row,
    Text,
    Words,
)
from core.actor import Via
from incidents.models import Incident
from tests.cast import actor_of

DM = Place("dm")


def channel_of(incident: Incident) -> Place:
    return Place("channel", channel="C042", incident_ref=incident.ref)


def ask(user: User, text: str, place: Place = DM) -> Reply | Form:
    return talking.answer(text=text, asker=user, actor=actor_of(user, Via.SLACK), place=place)


def told(user: User, text: str, place: Place = DM) -> Reply:
    answer = ask(user, text, place)
    assert isinstance(answer, Reply)
    assert answer.text
    return answer


def asked(user: User, text: str, place: Place = DM) -> Form:
    answer = ask(user, text, place)
    assert isinstance(answer, Form)
    return answer


def press(user: User, button: Button, place: Place = DM) -> Reply | Form | None:
    return talking.pressed(
        action=button.action,
        value=button.value,
        asker=user,
        actor=actor_of(user, Via.SLACK),
        place=place,
    )


def send(user: User, form: Form, place: Place = DM, /, **values: Any) -> Reply | Form | FormErrors:
    """As it was opened, with some fields filled in otherwise."""
    filled: dict[str, Any] = {
        field.name: list(field.initial) if isinstance(field.initial, tuple) else field.initial
        for field in form.fields
    }
    return talking.submitted(
        form=form.name,
        state=form.state,
        values={**filled, **values},
        asker=user,
        actor=actor_of(user, Via.SLACK),
        place=place,
    )


def errors(answer: Reply | Form | FormErrors) -> dict[str, str]:
    assert isinstance(answer, FormErrors)
    return dict(answer.errors)


def words(blocks: tuple[Block, ...]) -> str:
    """Everything that can be read in them."""
    return "\n".join(_words(block) for block in blocks)


def buttons(reply: Reply) -> list[Button]:
    found: list[Button] = []
    for block in reply.blocks:
        if isinstance(block, Row):
            found += [one for one in (block.button, *block.more) if one]
        elif isinstance(block, Buttons):
            found += [*block.items, *block.more]
    return found


def _words(block: Block) -> str:
    match block:
        case Text(words=said) | Row(words=said) | Context(words=said):
            return _plain(said)
        case Heading(text=text) | Quote(text=text):
            return text
        case Fields(rows=rows):
            return "\n".join(f"{label}: {_plain(said)}" for label, said in rows)
    return ""


def _plain(said: Words) -> str:
    return "".join(_piece(piece) for piece in said)


def _piece(piece: object) -> str:
    match piece:
        case Bold(text=text) | Code(text=text):
            return text
        case Link(label=label):
            return label
        case Person(name=name):
            return name
    return str(piece) if isinstance(piece, str) else ""
