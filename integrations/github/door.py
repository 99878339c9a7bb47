"""How GitHub signs: `sha256=<hex>` over the body as it came, a form included."""

from __future__ import annotations

from alerts.ingest.doors import Manners, named_by
from alerts.ingest.signatures import hex_header

MANNERS = Manners(
    verify=hex_header("x-hub-signature-256", prefix="sha256="),
    delivery=named_by("x-github-delivery"),
)
