"""Asks the HTTP API of Prometheus for ranges of values (`/api/v1/query_range`).

https://prometheus.io/docs/prometheus/latest/querying/api/. Thanos, Mimir, Cortex and
VictoriaMetrics answer the same. Values are texts, "NaN" and "+Inf" among them; a series leaves out
the steps it has no value for.
"""

from __future__ import annotations

import base64
import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from core import http
from core.payload import PayloadError, clean_text, load_json
from slos.asking import Answer, Connection, NoAnswer, address_of

TIMEOUT_SECONDS = 10.0
MAX_BYTES = 8 * 1024 * 1024
MAX_SERIES = 2000
MAX_NODES = 1_000_000
DEFAULT_STEP = timedelta(minutes=1)
STEPS = (timedelta(seconds=15), timedelta(hours=1))
WINDOW = re.compile(r"\{\{\s*\.?window\s*\}\}|\$__rate_interval|\$__interval|\$window")
"""How Sloth, Grafana and people write "the length of one measurement" in a query."""

_STEP = re.compile(r"([0-9]{1,5})\s*(s|m|h)?")
_SECONDS = {"s": 1, "m": 60, "h": 3600}
_UNRECOGNISED = "It does not answer as Prometheus does."


class Prometheus:
    """Data sources of type `prometheus`."""

    types: tuple[str, ...] = ("prometheus", "thanos", "mimir", "cortex", "victoriametrics")

    def step(self, connection: Connection) -> timedelta:
        """`step` of the details: seconds, or a number with s, m or h."""
        given = connection.details.get("step")
        if given is None:
            return DEFAULT_STEP
        match = _STEP.fullmatch(str(given).strip())
        if match is None:
            raise NoAnswer(f"The step {clean_text(str(given), 40)!r} is no length such as 1m.")
        step = timedelta(seconds=int(match[1]) * _SECONDS[match[2] or "s"])
        if not STEPS[0] <= step <= STEPS[1] or 3600 % step.total_seconds():
            raise NoAnswer("The step must divide an hour and be at least 15 seconds.")
        return step

    def ask(
        self, connection: Connection, query: str, *, start: datetime, end: datetime,
        step: timedelta,
    ) -> Answer:  # fmt: skip
        seconds = int(step.total_seconds())
        call = {
            "query": WINDOW.sub(f"{seconds}s", query),
            "start": str(int(start.timestamp())),
            "end": str(int(end.timestamp())),
            "step": str(seconds),
            "timeout": f"{TIMEOUT_SECONDS - 1:g}s",
        }
        try:
            response = http.request(
                "POST",
                f"{_base(connection)}/api/v1/query_range",
                headers=_headers(connection),
                data=call,
                timeout=TIMEOUT_SECONDS,
                max_bytes=MAX_BYTES,
            )
        except (http.OutboundRefused, http.OutboundFailed) as error:
            raise NoAnswer(error.message, source_wide=True) from error
        return _answer(response)


def _base(connection: Connection) -> str:
    if address := address_of(connection.details):
        return address.rstrip("/")
    raise NoAnswer("The data source has no url.", source_wide=True)


def _headers(connection: Connection) -> dict[str, str]:
    """Those of the details (a tenant, for example), and the secret as bearer or password."""
    given = connection.details.get("headers")
    headers = (
        {str(name): str(value) for name, value in given.items()}
        if isinstance(given, Mapping)
        else {}
    )
    user = connection.details.get("username")
    if connection.secret and isinstance(user, str) and user:
        pair = base64.b64encode(f"{user}:{connection.secret}".encode()).decode()
        headers["Authorization"] = f"Basic {pair}"
    elif connection.secret:
        headers["Authorization"] = f"Bearer {connection.secret}"
    return headers


def _answer(response: http.Response) -> Answer:
    if response.status in (401, 403):
        raise NoAnswer("It refuses the secret of the data source.", source_wide=True)
    try:
        body = load_json(response.body, max_nodes=MAX_NODES).value
    except PayloadError as error:
        away = response.status >= 500 or response.status in (404, 429)
        said = f"It answered {response.status}, and not as Prometheus does."
        raise NoAnswer(said if away else _UNRECOGNISED, source_wide=True) from error
    if not isinstance(body, dict):
        raise NoAnswer(_UNRECOGNISED, source_wide=True)
    if body.get("status") == "error":
        raise NoAnswer(_said(body), source_wide=body.get("errorType") == "unavailable")
    data = body.get("data")
    if not response.ok or body.get("status") != "success" or not isinstance(data, dict):
        raise NoAnswer(_UNRECOGNISED, source_wide=True)
    if data.get("resultType") != "matrix" or not isinstance(data.get("result"), list):
        raise NoAnswer(_UNRECOGNISED)
    return _series(data["result"])


def _said(body: Mapping[str, object]) -> str:
    words = clean_text(" ".join(str(body.get("error", "")).split()), 300)
    return f"Prometheus refuses the query: {words}" if words else "Prometheus refuses the query."


def _series(result: list[object]) -> Answer:
    if len(result) > MAX_SERIES:
        raise NoAnswer(
            f"The query answers {len(result):,} series; at most {MAX_SERIES:,} are read."
        )
    found: dict[str, dict[datetime, float]] = {}
    for number, item in enumerate(result):
        if not isinstance(item, dict) or not isinstance(item.get("values"), list):
            raise NoAnswer(_UNRECOGNISED)
        values = dict(filter(None, map(_value, item["values"])))
        if values:
            found[str(number)] = values
    return found


def _value(pair: object) -> tuple[datetime, float] | None:
    """(time, value); None for what is no number: zero traffic divides to "NaN"."""
    if not isinstance(pair, list) or len(pair) != 2 or not isinstance(pair[0], int | float):
        raise NoAnswer(_UNRECOGNISED)
    try:
        at, value = datetime.fromtimestamp(pair[0], UTC), float(str(pair[1])[:40])
    except (ValueError, OverflowError, OSError):
        raise NoAnswer(_UNRECOGNISED) from None
    return (at, value) if math.isfinite(value) else None


ASKER = Prometheus()
"""Wiring puts it into `slos.asking.askers`."""
