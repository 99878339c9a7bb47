"""Who may hear which topics: asked once when a stream starts, and of all streams now and then.

Synchronous, with few queries, and run in a thread: a stream itself never touches the database.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import wraps
from http.cookies import CookieError, SimpleCookie
from typing import ParamSpec, TypeVar

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.models import Session
from django.db import connection
from django.utils.crypto import constant_time_compare

from accounts.models import User
from aire_web.live.topics import SHARED, incident_ids, mine
from core import clock
from incidents.models import Incident

P = ParamSpec("P")
T = TypeVar("T")
MAX_KEY = 40


@dataclass(frozen=True, slots=True)
class Ticket:
    """What a stream was let in with."""

    session_key: str
    user_id: int
    topics: frozenset[str]


def _connected(do: Callable[P, T]) -> Callable[P, T]:
    """A thread of its own has a connection of its own, which nobody else would close."""

    @wraps(do)
    def called(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return do(*args, **kwargs)
        finally:
            connection.close()

    return called


@_connected
def admit(cookies: str, topics: frozenset[str]) -> Ticket | None:
    """Let a browser in, for those of the topics that its user may hear. None: nobody is signed
    in there."""
    key = _session_key(cookies)
    user = _people([key]).get(key) if key else None
    if user is None:
        return None
    return Ticket(key, user.pk, _allowed(user, topics))


@_connected
def still_allowed(tickets: Collection[Ticket]) -> dict[Ticket, frozenset[str]]:
    """The topics that each may go on hearing; a ticket whose session has ended is missing."""
    people = _people({ticket.session_key for ticket in tickets})
    alive = [ticket for ticket in tickets if ticket.session_key in people]
    asked = {pk for ticket in alive for pk in incident_ids(ticket.topics)}
    # Few are private: only for those it is worth asking person by person.
    private = set(
        Incident.objects.filter(pk__in=asked, private=True).values_list("pk", flat=True)
        if asked
        else ()
    )
    return {
        ticket: _allowed(people[ticket.session_key], ticket.topics)
        if private & incident_ids(ticket.topics).keys()
        else ticket.topics
        for ticket in alive
    }


def _session_key(cookies: str) -> str:
    try:
        found = SimpleCookie(cookies).get(settings.SESSION_COOKIE_NAME)
    except CookieError:
        return ""
    key = found.value if found else ""
    return key if key.isalnum() and key.isascii() and len(key) <= MAX_KEY else ""


def _people(session_keys: Iterable[str]) -> Mapping[str, User]:
    """Who is signed in with each of these sessions, as `django.contrib.auth.get_user` decides it
    for one: the session lives, the account is active, the password is the same still."""
    rows = Session.objects.filter(session_key__in=list(session_keys), expire_date__gt=clock.now())
    data = {row.session_key: row.get_decoded() for row in rows}
    users = User.objects.filter(is_active=True).in_bulk(
        {int(values[SESSION_KEY]) for values in data.values() if SESSION_KEY in values}
    )
    return {
        key: user
        for key, values in data.items()
        if (user := users.get(int(values.get(SESSION_KEY, 0)))) is not None
        and constant_time_compare(values.get(HASH_SESSION_KEY, ""), user.get_session_auth_hash())
    }


def _allowed(user: User, topics: frozenset[str]) -> frozenset[str]:
    asked = incident_ids(topics)
    seen = (
        Incident.objects.visible_to(user).filter(pk__in=asked).values_list("pk", flat=True)
        if asked
        else ()
    )
    return (topics & SHARED) | (topics & {mine(user.pk)}) | {asked[pk] for pk in seen}
