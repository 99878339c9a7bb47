"""A real Prometheus and a real Alertmanager for the tests, where they are installed, and something
to scrape. Debian has them as `prometheus` and `prometheus-alertmanager`."""

from __future__ import annotations

import contextlib
import http.client
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

PROMETHEUS = shutil.which("prometheus")
ALERTMANAGER = shutil.which("prometheus-alertmanager") or shutil.which("alertmanager")
AMTOOL = shutil.which("amtool")
START_SECONDS = 60.0


@contextlib.contextmanager
def exporter(text: Callable[[], str]) -> Iterator[str]:
    """Serves what `text` answers at each scrape; gives its host and port."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = text().encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/plain; version=0.0.4")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


@contextlib.contextmanager
def prometheus(
    folder: Path, *, target: str, more: str = "", rules: str = "", arguments: Sequence[str] = ()
) -> Iterator[str]:
    """Scrapes `target` every second; `more` is added to its configuration. Gives its address."""
    (folder / "rules.yml").write_text(rules)
    (folder / "prometheus.yml").write_text(
        "global: {scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s}\n"
        f"rule_files: ['{folder / 'rules.yml'}']\n"
        "scrape_configs:\n"
        "  - job_name: answers\n"
        f"    static_configs: [{{targets: ['{target}']}}]\n{more}"
    )
    port = _free_port()
    with _running(
        [
            PROMETHEUS or "prometheus",
            f"--config.file={folder / 'prometheus.yml'}",
            f"--storage.tsdb.path={folder / 'data'}",
            f"--web.listen-address=127.0.0.1:{port}",
            "--log.level=error",
            *arguments,
        ],
        port,
    ):
        yield f"http://127.0.0.1:{port}"


@contextlib.contextmanager
def alertmanager(folder: Path, *, webhook: str = "") -> Iterator[str]:
    """Groups by name within a second and posts to `webhook`, or to nobody. Gives its address."""
    webhooks = f"\n    webhook_configs: [{{url: '{webhook}'}}]" if webhook else ""
    (folder / "alertmanager.yml").write_text(
        "route: {receiver: aire, group_by: [alertname], group_wait: 1s, group_interval: 1s}\n"
        f"receivers:\n  - name: aire{webhooks}\n"
    )
    port = _free_port()
    with _running(
        [
            ALERTMANAGER or "alertmanager",
            f"--config.file={folder / 'alertmanager.yml'}",
            f"--storage.path={folder / 'data'}",
            f"--web.listen-address=127.0.0.1:{port}",
            "--cluster.listen-address=",
            "--log.level=error",
        ],
        port,
    ):
        yield f"http://127.0.0.1:{port}"


@contextlib.contextmanager
def _running(command: Sequence[str], port: int) -> Iterator[None]:
    server = subprocess.Popen(command)
    try:
        deadline = time.monotonic() + START_SECONDS
        while not _ready(port):
            assert server.poll() is None, f"{command[0]} ended by itself"
            assert time.monotonic() < deadline, f"{command[0]} did not become ready"
            time.sleep(0.1)
        yield
    finally:
        server.terminate()
        server.wait(timeout=20)


def _ready(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", "/-/ready")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
