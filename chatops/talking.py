"""The entry points: what somebody wrote, pressed or sent, and what is answered. No vendor.

They are called with a person of AIRE (never with an id of a chat) and act with that person's
rights. They raise nothing that is expected: every refusal is an answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from accounts.models import Role, User
from accounts.permissions import require_role
from chatops import asking, cards, choosing, digests, homes
from chatops.calling import Answer, Call, Dialog, Filled, Values
from chatops.grammar import Command, CommandError, Dialect, NeedsMore, Order, chat, read
from chatops.helping import overview
from chatops.opening import FORM, opens_form, plain
from chatops.registry import BY_NAME, COMMAND_ACTIONS, DIALOGS, DOERS, PRESSES
from chatops.saying import refused, said
from chatops.surface import MAX_VALUE, Choice, Form, FormErrors, FormValues, Place, Reply
from core.actor import Actor
from core.errors import AireError, Forbidden, Invalid
from core.payload import clean_text
from incidents.models import Incident
from incidents.timeline import MAX_TEXT

incident_card = cards.incident_card
home = homes.home
digest = digests.digest
__all__ = [
    "answer",
    "carry_out",
    "digest",
    "help_text",
    "home",
    "incident_card",
    "opens_form",
    "pressed",
    "submitted",
    "suggest",
]


def answer(*, text: str, asker: User, actor: Actor, place: Place) -> Reply | Form:
    """What somebody wrote after `/aire`. People in it are written as @address."""
    dialect = chat(own_incident=bool(place.incident_ref))
    text = plain(clean_text(text, MAX_TEXT))
    if not text:
        return overview(BY_NAME, dialect)
    command: Command | None = None
    try:
        _check_active(asker)
        try:
            order = read(text, BY_NAME, dialect)
        except NeedsMore as missing:
            return _asked(missing, asker, actor, place, dialect)
        command = order.command
        return as_answer(carry_out(order=order, asker=asker, actor=actor, place=place))
    except AireError as error:
        about = error.command if isinstance(error, CommandError) else command
        return refused(error, about, dialect)


def carry_out(
    *,
    order: Order,
    asker: User,
    actor: Actor,
    place: Place,
    dialect: Dialect | None = None,
    occurred_at: datetime | None = None,
) -> Answer:
    """Do what was ordered. Raises what the services raise. `occurred_at` is for notes: nothing
    else is written down for an earlier time."""
    command = order.command
    spoken = dialect or chat(own_incident=bool(place.incident_ref))
    _check_may(command.anyone, asker)
    if occurred_at is not None and command.name != "note":
        raise Invalid(f"Only a note has an earlier time, {spoken.sign}{command.name} is now.")
    ref = order.ref or place.incident_ref
    call = Call(asker, actor, place, spoken, order.values, None, occurred_at, BY_NAME)
    if not command.about_incident:
        return DOERS[command.name].do(call)
    if not ref and not command.asks_always:
        words = " ".join(filter(None, order.values.values()))
        return choosing.which(command, words, asker, spoken)
    about = choosing.incident_named(ref, asker) if ref else None
    return DOERS[command.name].do(replace(call, about=about))


def pressed(
    *, action: str, value: str, asker: User, actor: Actor, place: Place
) -> Reply | Form | None:
    """A button or a choice of a picker. None for those that only lead somewhere."""
    dialect = chat(own_incident=bool(place.incident_ref))
    if action in COMMAND_ACTIONS:
        text = f"{COMMAND_ACTIONS[action]} {value}".strip()
        found = answer(text=text, asker=asker, actor=actor, place=place)
        return replace(found, replaces=True) if isinstance(found, Reply) else found
    call = Call(asker, actor, place, dialect, known=BY_NAME)
    value = clean_text(value, MAX_VALUE)
    try:
        if action.startswith(FORM):
            return _opened(DIALOGS.get(action.removeprefix(FORM)), call, value)
        press = PRESSES.get(action)
        if press is None:
            return None
        _check_may(False, asker)
        done = press.does(call, value)
        return replace(done, replaces=True) if isinstance(done, Reply) else done
    except AireError as error:
        return refused(error, None, dialect)


def submitted(
    *,
    form: str,
    state: Mapping[str, str],
    values: FormValues,
    asker: User,
    actor: Actor,
    place: Place,
) -> Reply | Form | FormErrors:
    """A form that was sent. A `Form` is the next step of it."""
    dialog = DIALOGS.get(form)
    if dialog is None:
        return FormErrors({"": "This form is not known any more. Open it again."})
    if found := asking.wrong(dialog, values, state):
        return FormErrors(found)
    state = {name: clean_text(value, MAX_VALUE) for name, value in state.items()}
    try:
        _check_may(dialog.anyone, asker)
        about = _about(dialog, state, values, asker)
        return dialog.takes(Filled(asker, actor, place, Values(values), state, about))
    except AireError as error:
        return asking.errors_of(dialog, error)


def suggest(*, kind: str, query: str, asker: User) -> tuple[Choice, ...]:
    """What a field or a picker of this kind offers for what was typed so far."""
    return choosing.suggestions(kind, query, asker)


def help_text() -> Reply:
    """The overview, for whoever is not linked yet."""
    return overview(BY_NAME, chat(own_incident=False))


def as_answer(found: Answer) -> Reply | Form:
    return said(found) if isinstance(found, str) else found


def _asked(
    missing: NeedsMore, asker: User, actor: Actor, place: Place, dialect: Dialect
) -> Reply | Form:
    """Words are missing: the form that asks for them, with those that are there."""
    command = missing.command
    if command is None or not command.form:
        raise missing
    _check_may(command.anyone, asker)
    call = Call(asker, actor, place, dialect, missing.values, known=BY_NAME)
    return _opened(DIALOGS[command.form], call, missing.ref)


def _opened(dialog: Dialog | None, call: Call, ref: str) -> Reply | Form:
    if dialog is None:
        raise Invalid("This form is not known any more.")
    _check_may(dialog.anyone, call.asker)
    ref = ref or call.place.incident_ref
    if dialog.about_incident and ref:
        call = replace(call, about=choosing.incident_named(ref, call.asker))
    return dialog.opens(call)


def _about(
    dialog: Dialog, state: Mapping[str, str], values: FormValues, asker: User
) -> Incident | None:
    """Looked up anew: what comes back with a form is believed as little as anything else."""
    if not dialog.about_incident:
        return None
    ref = state.get("incident") or str(values.get("incident") or "")
    return choosing.incident_named(ref, asker)


def _check_may(anyone: bool, asker: User) -> None:
    _check_active(asker)
    if not anyone:
        require_role(asker, Role.RESPONDER)


def _check_active(asker: User) -> None:
    if not asker.is_active:
        raise Forbidden("Your account in AIRE is not active. An admin can change that.")
