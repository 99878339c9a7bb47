"""One call over HTTP: keys, time limits, and trying again where that can help."""

from __future__ import annotations

import http.client
import json
import random
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC
from email.message import Message
from email.utils import parsedate_to_datetime
from typing import IO, Any, Final
from urllib.parse import urlsplit

from aire_client.calls import Call, Needs, now
from aire_client.errors import AireError, Refused, Unreachable

AGAIN: Final = frozenset({429, 502, 503, 504})
IN_USE: Final = "urn:aire:problem:idempotency-key-in-use"
MOST_BYTES: Final = 4 * 1024 * 1024


@dataclass(frozen=True)
class Answer:
    """`data` is the JSON of the answer, empty where there is none."""

    status: int
    data: Mapping[str, Any] = field(default_factory=dict)

    @property
    def refused(self) -> tuple[Mapping[str, Any], ...]:
        """Measurements that were not kept, while their neighbours were: index, field, message."""
        return tuple(self.data.get("refused") or ())


@dataclass(frozen=True)
class Retry:
    """At most `tries` tries within `seconds` in all; the waits double from `first` up to `most`
    and are drawn at random below that, so that many senders do not come back together. A wait
    that AIRE names (`Retry-After`) is kept."""

    tries: int = 5
    seconds: float = 60.0
    first: float = 0.5
    most: float = 20.0

    def wait(self, attempt: int, named: float | None) -> float:
        """Seconds before the try after `attempt` (from 1)."""
        drawn = random.uniform(0, min(self.most, self.first * 2 ** (attempt - 1)))  # noqa: S311
        return drawn if named is None else named + drawn / 10


class Transport:
    """Sends calls to one AIRE. May be used by several threads."""

    def __init__(
        self,
        url: str,
        *,
        api_key: str = "",
        source_key: str = "",
        timeout: float = 10.0,
        retry: Retry | None = None,
        ssl_context: ssl.SSLContext | None = None,
    ) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("`url` is AIRE's address, such as https://aire.example")
        self._base = url.rstrip("/")
        self._keys = {Needs.API_KEY: api_key, Needs.SOURCE_KEY: source_key}
        self._timeout = timeout
        self._retry = retry or Retry()
        self._opener = urllib.request.build_opener(
            urllib.request.HTTPSHandler(context=ssl_context or ssl.create_default_context()),
            _NoRedirects(),
        )

    def __repr__(self) -> str:
        return f"<AIRE at {urlsplit(self._base).hostname}>"

    def send(self, call: Call) -> Answer:
        """Raises `Refused` and `Unreachable`."""
        request = self._request(call)
        deadline = time.monotonic() + self._retry.seconds
        attempt = 0
        while True:
            attempt += 1
            outcome = self._once(request)
            if isinstance(outcome, Answer):
                return outcome
            pause = self._retry.wait(attempt, outcome.retry_after)
            if attempt >= self._retry.tries or time.monotonic() + pause > deadline:
                raise Unreachable(f"The {call.what} could not be sent: {outcome.reason}.")
            time.sleep(pause)

    def _request(self, call: Call) -> urllib.request.Request:
        headers = {
            "Content-Type": call.content_type,
            "Accept": "application/json",
            "User-Agent": "aire-client/0.1",
            **call.headers,
        }
        if call.needs is Needs.API_KEY:
            headers["Idempotency-Key"] = call.idempotency_key
        if call.needs is not Needs.NOTHING:
            key = self._keys[call.needs]
            if not key:
                raise AireError(f"The {call.what} needs `{call.needs.value}`, which is not set.")
            headers["Authorization"] = f"Bearer {key}"
        # The scheme was checked to be http(s).
        return urllib.request.Request(  # noqa: S310
            self._base + call.path, data=call.body, headers=headers, method="POST"
        )

    def _once(self, request: urllib.request.Request) -> Answer | _NotNow:
        try:
            with self._opener.open(request, timeout=self._timeout) as response:
                return Answer(response.status, _data(response.read(MOST_BYTES)))
        except urllib.error.HTTPError as error:
            with error:
                data = _read(error)
            if error.code in AGAIN or data.get("type") == IN_USE:
                return _NotNow(f"AIRE answered {error.code}", _seconds(error.headers))
            raise Refused.of(error.code, data) from None
        except (urllib.error.URLError, http.client.HTTPException, OSError) as error:
            cause = getattr(error, "reason", error)
            if isinstance(cause, ssl.SSLCertVerificationError):
                # Waiting mends no certificate.
                raise AireError(f"AIRE's certificate is not trusted: {cause.reason}.") from None
            return _NotNow(f"no answer ({type(cause).__name__})", None)


@dataclass(frozen=True)
class _NotNow:
    reason: str
    retry_after: float | None


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """AIRE redirects none of these calls; whoever else does must not get the key."""

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: Message,
        newurl: str,
    ) -> None:
        return None


def _read(error: urllib.error.HTTPError) -> Mapping[str, Any]:
    try:
        return _data(error.read(MOST_BYTES))
    except (OSError, http.client.HTTPException):
        return {}


def _data(body: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _seconds(headers: Message) -> float | None:
    """`Retry-After` as seconds: a number or an HTTP date."""
    said = headers.get("Retry-After", "").strip()
    if said.isdecimal():
        return float(said)
    try:
        moment = parsedate_to_datetime(said)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max((moment - now()).total_seconds(), 0.0)
