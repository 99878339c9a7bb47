"""The load generator, a process of its own: `python -m bench.load` prints one line of JSON."""

from __future__ import annotations

import argparse
import asyncio
import json
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass
from typing import cast

import uvloop

from bench.bodies import delivery, marked


@dataclass(frozen=True)
class Load:
    per_second: float
    p50_ms: float
    p99_ms: float
    statuses: dict[str, int]


def run_load(
    port: int, path: str, *, seconds: float, clients: int, keep_alive: bool, rate: float = 0.0
) -> Load:
    """Post distinct deliveries with `clients` at a time, in another process: as fast as they are
    answered, or `rate` a second."""
    argv = [sys.executable, "-m", "bench.load", str(port), path, "--seconds", str(seconds),
            "--clients", str(clients), "--rate", str(rate),
            *(["--keep-alive"] if keep_alive else [])]  # fmt: skip
    done = subprocess.run(argv, capture_output=True, text=True, check=True, timeout=seconds + 30)
    return Load(**json.loads(done.stdout))


class Client(asyncio.Protocol):
    """One post after the other; the next starts when the answer's head is there."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.sent_at = 0.0
        self.transport: asyncio.Transport | None = None
        self.got = b""
        self.finished = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)
        if self.run.keep_alive:
            self._send_when_due()
        else:
            self.transport.write(self.run.request())

    def _send_when_due(self) -> None:
        """Times count from when it is due, so that a server that falls behind shows."""
        due = self.run.next_due()
        self.sent_at = max(due, 0.0) or time.perf_counter()
        wait = due - time.perf_counter()
        if wait > 0:
            self.run.loop.call_later(wait, self._send)
        else:
            self._send()

    def _send(self) -> None:
        assert self.transport is not None
        if not self.transport.is_closing():
            self.transport.write(self.run.request())

    def data_received(self, data: bytes) -> None:
        self.got += data
        head, found, body = self.got.partition(b"\r\n\r\n")
        if not found:
            return
        length = next((int(line[15:]) for line in head.lower().split(b"\r\n")
                       if line.startswith(b"content-length:")), 0)  # fmt: skip
        if len(body) < length:
            return
        self.got = b""
        self.run.answered(head[9:12].decode(), time.perf_counter() - self.sent_at)
        assert self.transport is not None
        if self.run.keep_alive:
            self._send_when_due()
        else:
            self.finished = True
            self.transport.close()
            self.run.connect()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.finished:
            self.run.answered("lost", 0.0)
            self.run.connect()


class Run:
    def __init__(
        self, port: int, path: str, seconds: float, clients: int, keep: bool, rate: float = 0.0
    ) -> None:
        self.rate = rate
        self.planned = 0
        self.port = port
        self.keep_alive = keep
        self.clients = clients
        self.seconds = seconds
        self.took: list[float] = []
        self.statuses: Counter[str] = Counter()
        self.number = 0
        self.template = delivery()
        connection = "keep-alive" if keep else "close"
        self.head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: {connection}\r\n"

    async def go(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.tasks: set[asyncio.Task[None]] = set()
        self.began = time.perf_counter()
        for _ in range(self.clients):
            self.connect()
        await asyncio.sleep(self.seconds)
        self.elapsed = time.perf_counter() - self.began

    def next_due(self) -> float:
        """When the next post is due by the clock of `perf_counter`; 0 for at once."""
        if not self.rate:
            return 0.0
        self.planned += 1
        return self.began + self.planned / self.rate

    def request(self) -> bytes:
        self.number += 1
        body = marked(self.template, f"load{self.began:.3f}.{self.number}")
        return f"{self.head}Content-Length: {len(body)}\r\n\r\n".encode() + body

    def connect(self) -> None:
        task = self.loop.create_task(self._connect())
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def _connect(self) -> None:
        client = Client(self)
        client.sent_at = time.perf_counter()
        try:
            await self.loop.create_connection(lambda: client, "127.0.0.1", self.port)
        except OSError:
            self.answered("refused", 0.0)
            await asyncio.sleep(0.01)
            self.connect()

    def answered(self, status: str, took: float) -> None:
        self.statuses[status] += 1
        self.took.append(took)


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench.load")
    parser.add_argument("port", type=int)
    parser.add_argument("path")
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument("--keep-alive", action="store_true")
    parser.add_argument("--rate", type=float, default=0.0)
    given = parser.parse_args()
    run = Run(given.port, given.path, given.seconds, given.clients, given.keep_alive,
              given.rate)  # fmt: skip
    uvloop.run(run.go())
    took = sorted(run.took)
    print(json.dumps({
        "per_second": len(took) / run.elapsed,
        "p50_ms": 1000 * took[len(took) // 2],
        "p99_ms": 1000 * took[min(len(took) - 1, int(len(took) * 0.99))],
        "statuses": run.statuses,
    }))  # fmt: skip


if __name__ == "__main__":
    main()
