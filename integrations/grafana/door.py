"""How Grafana signs: HMAC-SHA256 of the body, or of "<time>:<body>" with the time in a header
whose name the operator chose."""

from __future__ import annotations

from datetime import datetime

from alerts.ingest.doors import Call, Manners
from alerts.ingest.signatures import fresh, hex_of, same

HEADER = "x-grafana-alerting-signature"
MAX_TIMES = 5


def _verify(call: Call, secret: str, now: datetime) -> bool:
    given = call.headers.get(HEADER, "")
    times = [value for value in call.headers.values() if fresh(value, now)][:MAX_TIMES]
    expected = [hex_of(secret, f"{time}:".encode(), call.body) for time in times]
    expected.append(hex_of(secret, call.body))
    verdicts = [same(given, one) for one in expected]
    return True in verdicts


MANNERS = Manners(methods=("POST", "PUT"), verify=_verify)
