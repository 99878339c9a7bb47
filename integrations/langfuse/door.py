"""How Langfuse signs: `t=<seconds>,s=<hex>` over "<seconds>.<body>"."""

from __future__ import annotations

from datetime import datetime

from alerts.ingest.doors import Call, Manners, named_within
from alerts.ingest.signatures import fresh, hex_of, same

HEADER = "x-langfuse-signature"


def _verify(call: Call, secret: str, now: datetime) -> bool:
    parts = dict(part.strip().partition("=")[::2] for part in
                 call.headers.get(HEADER, "")[:500].split(","))  # fmt: skip
    stamp, given = parts.get("t", ""), parts.get("s", "")
    return fresh(stamp, now) and same(given, hex_of(secret, f"{stamp}.".encode(), call.body))


MANNERS = Manners(verify=_verify, delivery=named_within)
