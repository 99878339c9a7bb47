"""A Prometheus that answers range queries in the captured shapes, or misbehaves as told."""

from __future__ import annotations

import base64
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from tests.integrations.captured import ROOT

PAYLOADS: Path = ROOT / "prometheus/payloads"
Values = Callable[[int], "float | str | None"]


def captured(case: str) -> tuple[int, bytes]:
    """(status, body) of a captured answer."""
    record = json.loads((PAYLOADS / f"{case}.http.json").read_text())
    return record["status"], base64.b64decode(record["body_base64"])


class FakePrometheus:
    """`series` maps a query to one function of time for each of its series; a query that is not
    there answers an empty matrix, one of `refused` an error. `misbehave` replaces every answer;
    `delay` is in seconds."""

    def __init__(self) -> None:
        self.series: dict[str, list[Values]] = {}
        self.refused: set[str] = set()
        self.misbehave: tuple[int, bytes] | None = None
        self.delay = 0.0
        self.asked: list[dict[str, str]] = []
        self.headers: list[dict[str, str]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length", 0)))
                form = {name: values[0] for name, values in parse_qs(body.decode()).items()}
                outer.asked.append({"path": self.path, **form})
                outer.headers.append({name.lower(): value for name, value in self.headers.items()})
                time.sleep(outer.delay)
                status, answer = outer.misbehave or outer.answer(form)
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"

    def answer(self, form: dict[str, str]) -> tuple[int, bytes]:
        if form["query"] in self.refused:
            return captured("query-bad-syntax-burning")
        start, end, step = (int(form[name]) for name in ("start", "end", "step"))
        result = []
        for number, values in enumerate(self.series.get(form["query"], [])):
            pairs = [
                [at, value if isinstance(value, str) else repr(value)]
                for at in range(start, end + 1, step)
                if (value := values(at)) is not None
            ]
            if pairs:
                result.append({"metric": {"number": str(number)}, "values": pairs})
        data = {"resultType": "matrix", "result": result}
        return 200, json.dumps({"status": "success", "data": data}).encode()


@contextmanager
def fake_prometheus() -> Iterator[FakePrometheus]:
    fake = FakePrometheus()
    thread = threading.Thread(target=fake.server.serve_forever, daemon=True)
    thread.start()
    try:
        yield fake
    finally:
        fake.server.shutdown()
        fake.server.server_close()
