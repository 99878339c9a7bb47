"""How Opik names what it sends: an id and a time in the body."""

from __future__ import annotations

from alerts.ingest.doors import Manners, named_within

MANNERS = Manners(delivery=named_within)
