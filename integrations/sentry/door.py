"""How Sentry signs: HMAC-SHA256 of the body with the integration's client secret."""

from __future__ import annotations

from alerts.ingest.doors import Manners, named_by
from alerts.ingest.signatures import hex_header

RESOURCE = "sentry-hook-resource"
MANNERS = Manners(
    verify=hex_header("sentry-hook-signature"),
    headers=frozenset({RESOURCE}),
    delivery=named_by("request-id"),
)
