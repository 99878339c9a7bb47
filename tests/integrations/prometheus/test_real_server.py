"""The same question put to the fake and, where it is installed, to a real Prometheus."""

from __future__ import annotations

import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from core import clock
from integrations.prometheus.measurements import ASKER
from slos.asking import Connection, NoAnswer, Question, points_of
from tests.fakes.prometheus import fake_prometheus

SERVERS = ["fake", *(["prometheus"] if shutil.which("prometheus") else [])]
STEP = timedelta(seconds=15)


class Exporter(BaseHTTPRequestHandler):
    """Counts 10 answers a scrape, one of which is not grounded."""

    scrapes = 0

    def do_GET(self) -> None:
        Exporter.scrapes += 1
        body = (
            "# TYPE answers_total counter\n"
            f'answers_total{{verdict="grounded"}} {9 * Exporter.scrapes}\n'
            f'answers_total{{verdict="ungrounded"}} {Exporter.scrapes}\n'
        ).encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/plain; version=0.0.4")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


GOOD = 'sum(rate(answers_total{verdict="grounded"}[{{.window}}])) * 15'
TOTAL = "sum(rate(answers_total[{{.window}}])) * 15"


@pytest.fixture(scope="module", params=SERVERS)
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    if request.param == "fake":
        with fake_prometheus() as fake:
            fake.series = {
                GOOD.replace("{{.window}}", "15s"): [lambda at: 135.0],
                TOTAL.replace("{{.window}}", "15s"): [lambda at: 150.0],
            }
            fake.refused = {"sum((("}
            yield fake.url
    else:
        yield from _real(tmp_path_factory.mktemp("prometheus"))


@pytest.fixture
def url(server: str, settings: Any) -> str:
    settings.AIRE_ALLOW_PRIVATE_NETWORK = "127.0.0.1"
    return server


def _real(folder: Path) -> Iterator[str]:
    exporter = ThreadingHTTPServer(("127.0.0.1", 0), Exporter)
    threading.Thread(target=exporter.serve_forever, daemon=True).start()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    (folder / "prometheus.yml").write_text(
        "global: {scrape_interval: 1s, scrape_timeout: 1s}\n"
        "scrape_configs:\n"
        "  - job_name: answers\n"
        f"    static_configs: [{{targets: ['127.0.0.1:{exporter.server_address[1]}']}}]\n"
    )
    server = subprocess.Popen(
        [
            shutil.which("prometheus") or "prometheus",
            f"--config.file={folder / 'prometheus.yml'}",
            f"--storage.tsdb.path={folder / 'data'}",
            f"--web.listen-address=127.0.0.1:{port}",
            "--log.level=error",
        ]
    )
    try:
        deadline = time.monotonic() + 60
        while Exporter.scrapes < 4 and time.monotonic() < deadline:
            time.sleep(0.2)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(timeout=20)
        exporter.shutdown()
        exporter.server_close()


def test_a_range_of_good_and_total_is_answered(url: str) -> None:
    question = Question({"good": GOOD, "total": TOTAL})
    link = Connection({"url": url})
    end = clock.now().replace(microsecond=0)
    answers = {
        part: ASKER.ask(link, question.texts[part], start=end - 4 * STEP, end=end, step=STEP)
        for part in question.parts
    }
    made = points_of(question, answers, step=STEP)
    assert made.problem == ""
    assert made.points
    assert {round(point.good / point.total, 3) for point in made.points} == {0.9}
    assert all(point.end - point.start == STEP for point in made.points)


def test_what_is_not_there_is_empty_not_zero(url: str) -> None:
    end = clock.now()
    answer = ASKER.ask(
        Connection({"url": url}), "no_such_metric", start=end - STEP, end=end, step=STEP
    )
    assert answer == {}


def test_a_query_that_is_wrong_says_why(url: str) -> None:
    end = clock.now()
    with pytest.raises(NoAnswer, match="refuses the query") as caught:
        ASKER.ask(Connection({"url": url}), "sum(((", start=end - STEP, end=end, step=STEP)
    assert not caught.value.source_wide
