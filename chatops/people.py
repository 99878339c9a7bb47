"""Whom a command means: me, an e-mail address, or @name. Reads only."""

from __future__ import annotations

from accounts.models import Role, User
from core.errors import Invalid

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
