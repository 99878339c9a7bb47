"""A sender as Alertmanager is one: it keeps a log of what was accepted and retries the rest."""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime

RETRY_SECONDS = 0.2
PATIENCE_SECONDS = 60.0


@dataclass(frozen=True)
class Accepted:
    """An answer 202: from this moment the delivery must not be lost."""

    source: str
    body: bytes
    receipt: str
    at: datetime
    tries: int


@dataclass(frozen=True)
class Refused:
    """An answer or failure after which the sender comes again. 0 stands for no answer."""

    status: int
    words: str
    at: datetime


@dataclass
class Sender:
    """Posts to `/in/<key>/alertmanager/`; safe to use from several threads."""

    port: int
    keys: dict[str, str]
    accepted: list[Accepted] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def post(self, source: str, body: bytes) -> Accepted:
        """Tries until it is accepted; anything but 202, 5xx and a broken connection is a fault."""
        deadline, tries = time.monotonic() + PATIENCE_SECONDS, 0
        while True:
            tries += 1
            status, said = self._try(f"/in/{self.keys[source]}/alertmanager/", body)
            now = datetime.now(UTC)
            if status == 202:
                one = Accepted(source, body, json.loads(said)["receipt"], now, tries)
                with self._lock:
                    self.accepted.append(one)
                return one
            with self._lock:
                self.refused.append(Refused(status, said[:200], now))
            assert status in (0, 503), (
                f"a sender would give up, or it is our fault: {status} {said}"
            )
            assert time.monotonic() < deadline, f"not accepted in time: {status} {said}"
            time.sleep(RETRY_SECONDS)

    def post_all(self, posts: Iterable[tuple[str, bytes]], *, threads: int = 4) -> None:
        """All of them, several at a time; returns when each is accepted."""
        with ThreadPoolExecutor(threads) as pool:
            for done in [pool.submit(self.post, source, body) for source, body in posts]:
                done.result()

    def _try(self, path: str, body: bytes) -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            headers = {"Content-Type": "application/json", "User-Agent": "Alertmanager/0.25.0"}
            connection.request("POST", path, body, headers)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        except (OSError, http.client.HTTPException) as error:
            return 0, type(error).__name__
        finally:
            connection.close()
