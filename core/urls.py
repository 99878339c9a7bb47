"""Links out of hostile text: which of them may become an `href`. Not the URL configuration."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

MAX_HREF = 2048

_SCHEME = re.compile(r"https?://", re.IGNORECASE)
_HOST = re.compile(r"[^\s\"'<>\\^`{|}%,;()]+")
_FORBIDDEN = re.compile(r"[\x00-\x20\x7f-\xa0\\\"<>\u2000-\u200f\u2028-\u202f\u2066-\u2069\ufeff]")


def safe_href(value: str) -> str | None:
    """`value` when it is an absolute http(s) address that a person may be sent to, else None.

    Refused: other schemes, no host, user information before the host, backslashes, white space,
    control and direction characters, unusable ports, more than 2,048 characters. A relative or
    scheme-relative address is refused too: it would lead into AIRE itself or past the check.
    """
    if len(value) > MAX_HREF or not _SCHEME.match(value) or _FORBIDDEN.search(value):
        return None
    try:
        value.encode("utf-8")
        parts = urlsplit(value)
        host, _ = parts.hostname, parts.port  # reading the port checks it
    except ValueError:
        return None
    if not host or "@" in parts.netloc or not _HOST.fullmatch(host):
        return None
    return value
