"""How GitHub signs: `sha256=<hex>` over the body as it came, a form included."""

from __future__ import annotations

from alerts.ingest.doors import Manners
from alerts.ingest.signatures import hex_header

MANNERS = Manners(verify=hex_header("x-hub-signature-256", prefix="sha256="))
