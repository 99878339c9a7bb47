"""`POST /v2/enqueue`: PagerDuty's Events API v2, answered as PagerDuty answers."""

from __future__ import annotations

import re

from alerts.ingest.doors import Answer, Call, Door
from core.payload import PayloadError, load_json
from integrations.pagerduty import validation
