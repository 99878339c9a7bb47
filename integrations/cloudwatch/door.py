"""How SNS names its messages: the same id at every try."""

from __future__ import annotations

from alerts.ingest.doors import Manners, named_by

MANNERS = Manners(delivery=named_by("x-amz-sns-message-id"))
