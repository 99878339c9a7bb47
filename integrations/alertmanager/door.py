"""`POST /api/v2/alerts`: Alertmanager's API v2 as Prometheus speaks it to its Alertmanagers.

The source's key is the bearer token or the password of basic authentication, which are what
Prometheus can send. Reading at these addresses is answered by `integrations.alertmanager.views`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from alerts.ingest.doors import Answer, Call, Door, basic_password, bearer
from core.payload import PayloadError, load_json


def _key(call: Call) -> str | None:
    return bearer(call) or basic_password(call)


def _refuse(call: Call) -> Answer | None:
    """400 for what is no list: whoever posts here by hand sees it, Prometheus sends none."""
    try:
        alerts = load_json(call.body).value
    except PayloadError as error:
        return Answer(400, {"detail": str(error)})
    if not isinstance(alerts, list):
        return Answer(400, {"detail": "parsing alerts body failed: it is not a list"})
    return None


def _accept(call: Call, receipt: str) -> Answer:
    return Answer(200, b"", content_type="application/json")


def _dress(answer: Answer, headers: Mapping[str, str]) -> Answer:
    """Alertmanager says what is wrong as a JSON text."""
    text = answer.detail.replace("\\", "").replace('"', "'")
    return Answer(answer.status, f'"{text}"\n'.encode(), answer.headers)


ALERTS = Door(
    path=re.compile(r"^/api/v2/alerts/?\Z"),
    key=_key,
    format=lambda call: "alertmanager",
    refuse=_refuse,
    accept=_accept,
    dress=_dress,
    leaves=frozenset({"GET", "HEAD"}),
    slow=True,
)
