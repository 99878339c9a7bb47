"""Opsgenie's ids of alerts, made so that nothing must be looked up: an id says its alias.

An alert without an alias has its id for one, as at Opsgenie: the id of the request that made it.
The id of an alert with an alias is "~" and the alias in base64.
"""

from __future__ import annotations

import base64
import binascii

from core.payload import clean_text

MAX_ALIAS = 512
_MARK = "~"


def id_of(alias: str, *, named: bool = True) -> str:
    if not named:
        return alias
    return _MARK + base64.urlsafe_b64encode(alias.encode("utf-8", "replace")).decode().rstrip("=")


def number_of(identifier: str, identifier_type: str) -> int | None:
    """The tiny id that an identifier is; None for another kind."""
    plain = identifier.strip()
    if identifier_type != "tiny" or not (plain.isascii() and plain.isdigit() and len(plain) < 10):
        return None
    return int(plain)


def alias_of(identifier: str, identifier_type: str) -> str | None:
    """The alias behind an identifier as clients give it; None for one that cannot be ours."""
    clean = clean_text(identifier, MAX_ALIAS * 2).strip()
    if identifier_type == "alias":
        return clean or None
    if identifier_type not in ("", "id"):
        return None
    if not clean.startswith(_MARK):
        return clean or None
    try:
        padded = clean[1:] + "=" * (-len(clean[1:]) % 4)
        return base64.urlsafe_b64decode(padded.encode("ascii")).decode() or None
    except (binascii.Error, ValueError):
        return None
