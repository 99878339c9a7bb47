"""The same question put to the fake and, where it is installed, to a real Prometheus."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from core import clock
from integrations.prometheus.measurements import ASKER
from slos.asking import Connection, NoAnswer, Question, points_of
from tests import prometheus_server
from tests.fakes.prometheus import fake_prometheus

SERVERS = ["fake", *(["prometheus"] if prometheus_server.PROMETHEUS else [])]
STEP = timedelta(seconds=15)


class Answers:
    """Counts 10 answers a scrape, one of which is not grounded."""

    def __init__(self) -> None:
        self.scrapes = 0

    def text(self) -> str:
        self.scrapes += 1
        return (
            "# TYPE answers_total counter\n"
            f'answers_total{{verdict="grounded"}} {9 * self.scrapes}\n'
            f'answers_total{{verdict="ungrounded"}} {self.scrapes}\n'
        )


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
    answers = Answers()
    with (
        prometheus_server.exporter(answers.text) as target,
        prometheus_server.prometheus(folder, target=target) as address,
    ):
        deadline = time.monotonic() + 60
        while answers.scrapes < 4 and time.monotonic() < deadline:
            time.sleep(0.2)
        yield address


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
