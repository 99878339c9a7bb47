"""The client that tells AIRE at once and answers what AIRE said."""

from __future__ import annotations

import os
import ssl
from collections.abc import Callable
from typing import ParamSpec

from aire_client.background import Background
from aire_client.calls import Call
from aire_client.transport import Answer, Retry, Transport
from aire_client.verbs import Verbs

P = ParamSpec("P")


class Aire(Verbs[Answer]):
    """AIRE at `url`. `api_key` is a person's key (measurements, changes), `source_key` that of a
    source (alerts, reports, documents). What is not given is read from AIRE_URL, AIRE_API_KEY and
    AIRE_SOURCE_KEY. `timeout` in seconds is for one try. May be used by several threads.

    Every verb answers AIRE's `Answer`, or raises `Refused` (the input or key is wrong),
    `Unreachable` (no answer in time) or ValueError (a time without zone, NaN).
    """

    def __init__(
        self,
        url: str = "",
        *,
        api_key: str = "",
        source_key: str = "",
        timeout: float = 10.0,
        retry: Retry | None = None,
        ssl_context: ssl.SSLContext | None = None,
    ) -> None:
        super().__init__()
        self._transport = Transport(
            url or os.environ.get("AIRE_URL", ""),
            api_key=api_key or os.environ.get("AIRE_API_KEY", ""),
            source_key=source_key or os.environ.get("AIRE_SOURCE_KEY", ""),
            timeout=timeout,
            retry=retry,
            ssl_context=ssl_context,
        )

    def __repr__(self) -> str:
        return repr(self._transport)

    def background(self, *, size: int = 1000) -> Background:
        """The same verbs, told later from a thread: they answer at once and never raise. Up to
        `size` calls wait."""
        return Background(self._transport, size=size)

    def _do(self, build: Callable[P, Call], *args: P.args, **named: P.kwargs) -> Answer:
        return self._transport.send(build(*args, **named))
