"""Whom a command means (me, an e-mail address, or @name), and what is done with people."""

from __future__ import annotations

from accounts.models import Role, User
from chatops.calling import Call
from chatops.saying import local_time, said
from chatops.surface import MAX_VALUE, Button, Buttons, Reply
from core.actor import Actor
from core.errors import Conflict, Invalid
from incidents import services
from incidents.lifecycle import ACTIVE, INCIDENT
from incidents.models import Incident, IncidentRole

NOBODY = ("nobody", "none", "-")
MAX_NAMED = 3


def person_meant(text: str, *, asker: User) -> User:
    """Somebody active who may respond. `@ana` is Ana by the beginning of her address before the
    @, by her first name or by her whole name without blanks. Raises `Invalid` when it means
    nobody or several."""
    if text.lower() in ("me", "@me"):
        return asker
    wanted = text.removeprefix("@").casefold()
    people = [person for person in _responders() if wanted and wanted in _names(person)]
    exact = [person for person in people if wanted in _addresses(person)]
    found = exact or people
    if len(found) == 1:
        return found[0]
    if not found:
        raise Invalid(
            f"Nobody who may respond is called {text[:80]}. Write @name, an e-mail address or me."
        )
    several = ", ".join(person.email for person in found[:MAX_NAMED])
    raise Invalid(f"{text[:80]} may mean several people. Write the address: {several}.")


def _responders() -> list[User]:
    people = User.objects.filter(is_active=True).exclude(role=Role.VIEWER)
    return list(people.only("name", "email", "role", "is_active"))


def _addresses(person: User) -> tuple[str, str]:
    email = person.email.casefold()
    return email, email.partition("@")[0]


def _names(person: User) -> tuple[str, ...]:
    words = person.name.casefold().split()
    return (*_addresses(person), *words[:1], "".join(words), ".".join(words), "-".join(words))


def responder(user_id: str) -> User | None:
    """Of a form's field: somebody active who may respond."""
    if not (user_id.isascii() and user_id.isdigit() and len(user_id) < 19):
        return None
    people = User.objects.filter(is_active=True).exclude(role=Role.VIEWER)
    return people.filter(pk=int(user_id)).first()


def assign(call: Call, role: str, word: str) -> str:
    """Give a role to whom the word means; a word for nobody takes it away."""
    user = None if word.lower() in NOBODY else person_meant(word, asker=call.asker)
    return give_role(call.incident, role, user, call.actor)


def give_role(incident: Incident, role: str, user: User | None, actor: Actor) -> str:
    services.assign_role(incident_id=incident.pk, role=role, user=user, actor=actor)
    label = IncidentRole.Role(role).label.lower()
    return f"{user} is {label} of {incident.ref}." if user else f"Nobody is {label} now."


def page_now(incident: Incident, user: User, reason: str, actor: Actor) -> str:
    services.page_someone(incident_id=incident.pk, user=user, actor=actor, reason=reason)
    return f"{user} is being paged about {incident.ref}."


def check_pageable(incident: Incident) -> None:
    if incident.status not in ACTIVE:
        label = INCIDENT.label(incident.status).lower()
        raise Conflict(f"{incident.ref} is {label}; there is nobody to page for it.")


def consequence(incident: Incident, user: User) -> str:
    """ "Pages Ben about INC-42 now, over all channels at once. It is 03:12 for Ben (…)." """
    return f"Pages {user} about {incident.ref} now. It is {local_time(user)}."


def ask_before_paging(incident: Incident, user: User, reason: str) -> Reply:
    """Says what would happen; the button does it."""
    check_pageable(incident)
    value = f"{incident.ref} {user.pk} {reason}".strip()
    if len(value) > MAX_VALUE:
        raise Invalid("The reason is too long: at most 1,500 characters.")
    button = Button("page", f"Page {user} now", value=value, style="danger")
    return said(consequence(incident, user), Buttons((button,)), about=incident)
