"""What is common to connecting a system outside, whatever it is for: what it asks for, and that a
secret stays with the address that it was given for. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

_PORTS: Final = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Option:
    """One thing that a connection, or an action through it, asks for."""

    name: str
    label: str
    help: str = ""
    required: bool = True
    default: str = ""


def filled_options(options: Iterable[Option], given: Mapping[str, str]) -> dict[str, str]:
    """Those that are known, with their defaults where nothing is said."""
    return {one.name: str(given.get(one.name) or one.default).strip() for one in options}


def why_not_sent_to(old: str, new: str) -> str:
    """Why a secret that was given for the address `old` is not sent to `new` unless it is entered
    again; "" where scheme, host and port are the same."""
    before, after = _origin(old), _origin(new)
    if before == after:
        return ""
    if before[1:2] == after[1:2] and (before[0], after[0]) == ("https", "http"):
        return "The address is not encrypted any more (http): enter it again as well."
    if before[1:2] == after[1:2]:
        return "The address has another scheme or port: enter it again as well."
    return "The address is that of another host: enter it again as well."


def _origin(address: str) -> tuple[str, str, int | None]:
    """RFC 6454: scheme, host, port."""
    try:
        parts = urlsplit(address)
        return parts.scheme, parts.hostname or "", parts.port or _PORTS.get(parts.scheme)
    except ValueError:
        return "", address, None
