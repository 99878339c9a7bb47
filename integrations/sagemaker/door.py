"""How EventBridge names its events: an id in the body. A report of Model Monitor has none."""

from __future__ import annotations

from collections.abc import Mapping

from alerts.ingest.doors import Manners, named_within


def _name(headers: Mapping[str, str], body: bytes) -> str:
    return named_within(headers, body) if b'"detail-type"' in body else ""


MANNERS = Manners(delivery=_name)
