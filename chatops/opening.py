"""Which form a text or a button opens, known without the database: a chat may have to open an
empty one before it has asked anything (Slack's trigger lives for 3 s)."""

from __future__ import annotations

from chatops.grammar import CommandError, NeedsMore, chat, read
from chatops.registry import BY_NAME, DIALOGS

FORM = "form:"


def opens_form(*, text: str = "", action: str = "") -> str:
    """The name of the form, "" for none. What is opened may still become a sentence when the
    database has been asked: then the sentence stands in it."""
    if action:
        name = action.removeprefix(FORM)
        return name if action.startswith(FORM) and name in DIALOGS else ""
    try:
        order = read(plain(text), BY_NAME, chat(own_incident=True))
    except NeedsMore as missing:
        return missing.command.form if missing.command else ""
    except CommandError:
        return ""
    return order.command.form if order.command.asks_always else ""


def title_of(form: str) -> str:
    """For the head of an empty form."""
    return DIALOGS[form].title if form in DIALOGS else "AIRE"


def plain(text: str) -> str:
    """What was typed, without the word that calls AIRE."""
    text = text.strip()
    for sign in ("/aire", "aire"):
        word = text[: len(sign)].lower()
        if word == sign and (len(text) == len(sign) or text[len(sign)].isspace()):
            return text[len(sign) :].strip()
    return text.removeprefix("/")
