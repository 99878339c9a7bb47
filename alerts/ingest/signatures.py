"""Signatures of senders: HMAC over the raw bytes, compared in constant time, several live secrets.

A source with a signing secret takes nothing that is not signed with it, whatever format the
address names: the key alone is then not enough.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import lru_cache

from alerts.ingest.doors import Call, Manners, Verify
from core import clock
from core.errors import AireError
from core.secrets import decrypt

TOLERANCE = timedelta(minutes=5)
"""How far a signed time may lie from ours: against replays, with room for senders that repeat."""

MAX_SECRETS = 2
_SECONDS = re.compile(r"[0-9]{1,12}")


def genuine(habits: Manners, call: Call, sealed: str) -> bool:
    """Is the call signed with one of the source's secrets?"""
    if habits.verify is None:
        return False
    now = clock.now()
    try:
        secrets = _unsealed(sealed)
    except AireError:
        return False
    verdicts = [habits.verify(call, secret, now) for secret in secrets]
    return True in verdicts


@lru_cache(maxsize=256)
def _unsealed(sealed: str) -> tuple[str, ...]:
    return secrets_in(decrypt(sealed))


def secrets_in(text: str) -> tuple[str, ...]:
    """The secrets that a text holds, one a line: two while one is being changed for another."""
    return tuple(line for line in map(str.strip, text.splitlines()) if line)


def hex_of(secret: str, *parts: bytes) -> str:
    """HMAC-SHA256 of the parts one after the other, in lower-case hex."""
    return hmac.new(secret.encode(), b"".join(parts), hashlib.sha256).hexdigest()


def base64_of(secret: str, *parts: bytes) -> str:
    """The same in base64."""
    digest = hmac.new(secret.encode(), b"".join(parts), hashlib.sha256).digest()
    return base64.b64encode(digest).decode("ascii")


def same(given: str, expected: str) -> bool:
    """Compare in a time that tells nothing. An empty signature is never right."""
    return bool(given) and hmac.compare_digest(given.encode(), expected.encode())


def any_same(given: Iterable[str], expected: str) -> bool:
    verdicts = [same(one, expected) for one in given]
    return True in verdicts


def fresh(timestamp: str, now: datetime) -> bool:
    """Is the signed time, in Unix seconds, near enough?"""
    if not _SECONDS.fullmatch(timestamp):
        return False
    return abs(int(timestamp) - now.timestamp()) <= TOLERANCE.total_seconds()


def hex_header(name: str, *, prefix: str = "") -> Verify:
    """Senders that put the hex digest of the body into one header."""

    def verify(call: Call, secret: str, now: datetime) -> bool:
        given = call.headers.get(name, "")
        if not given.startswith(prefix):
            return False
        return same(given.removeprefix(prefix), hex_of(secret, call.body))

    return verify
