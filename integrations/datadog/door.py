"""How Datadog names its events: `$ID`, where the webhook's template has it as `event_id`."""

from __future__ import annotations

import re
from collections.abc import Mapping

from alerts.ingest.doors import Manners

_EVENT = re.compile(rb'"event_id"\s*:\s*"?([0-9]{1,30})\b')


def _name(headers: Mapping[str, str], body: bytes) -> str:
    found = _EVENT.search(body)
    return found[1].decode("ascii") if found else ""


MANNERS = Manners(delivery=_name)
