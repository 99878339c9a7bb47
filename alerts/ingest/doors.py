"""What an ingest address is: where the key stands, what is refused, how acceptance is said."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from core.registry import Registry


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer: a JSON body, or bytes of another `content_type`."""

    status: int
    body: Mapping[str, object] | bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    content_type: str = "application/json"

    def content(self) -> bytes:
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()

    @property
    def detail(self) -> str:
        """The sentence of a refusal."""
        return "" if isinstance(self.body, bytes) else str(self.body.get("detail", ""))


@dataclass(frozen=True, slots=True)
class Call:
    """A request as a door sees it: the body is complete, within its limit and unpacked, unless
    `packed` says that it is not what its `Content-Encoding` says. `memo` keeps what a door has
    parsed between its steps."""

    match: re.Match[str]
    headers: Mapping[str, str]
    body: bytes
    packed: bool = False
    memo: dict[str, Any] = field(default_factory=dict)
    method: str = "POST"
    query: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Door:
    """One ingest address.

    `key` finds the source's key in a call; `format` names how it will be read; `refuse` may
    answer a malformed call at once where the protocol lets the sender know; `accept` makes the
    answer from the call and the receipt's id. `busy` is what the sender backs off on, after
    `retry_after` seconds. `dress` puts a refusal, of whatever step, into the protocol's form;
    `keep` names what of the call is stored beside the headers. With `slow` the steps take long
    for large bodies and run in a thread then. `leaves` are methods that pages of Django answer at
    the same address.
    """

    path: re.Pattern[str]
    key: Callable[[Call], str | None]
    format: Callable[[Call], str]
    accept: Callable[[Call, str], Answer]
    refuse: Callable[[Call], Answer | None] = lambda call: None
    wrong_key: Answer = Answer(401, {"detail": "This key is not known."})
    busy: int = 503
    retry_after: int = 5
    dress: Callable[[Answer, Mapping[str, str]], Answer] = lambda answer, headers: answer
    keep: Callable[[Call], Mapping[str, str]] = lambda call: {}
    slow: bool = False
    limit: int = 5 * 1024 * 1024
    methods: Callable[[re.Match[str]], tuple[str, ...]] = lambda match: ("POST",)
    leaves: frozenset[str] = frozenset()


doors: Registry[Door] = Registry("ingest door")

STANDARD_NAMES = ("webhook-id", "svix-id")
"""Headers that name a delivery by the Standard Webhooks specification, and Svix's own."""

Verify = Callable[[Call, str, datetime], bool]
"""Did whoever knows this secret send the call? In constant time."""

Naming = Callable[[Mapping[str, str], bytes], str]
"""The sender's own name of a delivery, the same whenever it repeats it; "" for none."""


def named_by(header: str) -> Naming:
    """Senders that put it into a header."""
    return lambda headers, body: headers.get(header, "")


def named_within(headers: Mapping[str, str], body: bytes) -> str:
    """Senders that put it into the body, with a time: the same bytes are the same event."""
    return "body"


@dataclass(frozen=True, slots=True)
class Manners:
    """What senders of one format do beside posting a body.

    `greet` answers a handshake, once the key is known to be right; nothing of it is stored.
    `verify` checks the sender's signature where the source has a signing secret; `headers` are
    stored with the body although they do not start with `x-`. `delivery` tells a repeat of the
    sender from something new.
    """

    methods: tuple[str, ...] = ("POST",)
    greet: Callable[[Call], Answer | None] = lambda call: None
    verify: Verify | None = None
    headers: frozenset[str] = frozenset()
    delivery: Naming = lambda headers, body: ""


manners: Registry[Manners] = Registry("manners of a format")
_PLAIN = Manners()


def manners_of(format_name: str) -> Manners:
    """How senders of this format behave; most only post."""
    return manners.get(format_name) or _PLAIN


def bearer(call: Call) -> str | None:
    """The key in `Authorization: Bearer …`."""
    scheme, _, rest = call.headers.get("authorization", "").partition(" ")
    return rest.strip() or None if scheme.lower() == "bearer" else None


def basic_password(call: Call) -> str | None:
    """The password in `Authorization: Basic …`; the user name does not matter."""
    scheme, _, rest = call.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        _, _, password = base64.b64decode(rest.strip(), validate=True).decode().partition(":")
    except ValueError:
        return None
    return password or None


def _methods(match: re.Match[str]) -> tuple[str, ...]:
    return manners_of(match["format"]).methods


def _accept(call: Call, receipt: str) -> Answer:
    return Answer(202, {"receipt": receipt})


doors.add(
    "in",
    Door(
        path=re.compile(r"^/in/(?P<key>[^/]{1,200})/(?P<format>[a-z0-9_-]{1,20})/?\Z"),
        key=lambda call: call.match["key"],
        format=lambda call: call.match["format"],
        accept=_accept,
        methods=_methods,
    ),
)
doors.add(
    "in-bearer",
    Door(
        path=re.compile(r"^/in/(?P<format>[a-z0-9_-]{1,20})/?\Z"),
        key=bearer,
        format=lambda call: call.match["format"],
        accept=_accept,
        methods=_methods,
    ),
)
