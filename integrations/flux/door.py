"""How Flux's `generic-hmac` provider signs: `sha256=<hex>` over the body."""

from __future__ import annotations

from alerts.ingest.doors import Manners
from alerts.ingest.signatures import hex_header

MANNERS = Manners(verify=hex_header("x-signature", prefix="sha256="))
