"""A real Prometheus that has AIRE as its Alertmanager, and a real amtool, where they are installed
(Debian: `prometheus`, `prometheus-alertmanager`)."""

from __future__ import annotations

import json
import subprocess
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests import prometheus_server
from tests.program.checker import settle
from tests.program.harness import Program
from tests.prometheus_server import ALERTMANAGER, AMTOOL, PROMETHEUS

pytestmark = [
    pytest.mark.program,
    pytest.mark.skipif(PROMETHEUS is None, reason="needs prometheus"),
]

SEND_TO_AIRE = """
alerting:
  alertmanagers:
    - authorization: {{credentials: '{key}'}}
      static_configs: [{{targets: ['127.0.0.1:{port}']}}]
"""
RULES = """
groups:
  - name: answers
    rules:
      - alert: AnswersUngrounded
        expr: answers_grounded_ratio < 0.95
        for: 2s
        labels: {severity: critical, system: support-assistant}
        annotations: {summary: "Answers are not grounded: {{ $value }}"}
"""


class Answers:
    def __init__(self) -> None:
        self.grounded = 0.99

    def text(self) -> str:
        return f"# TYPE answers_grounded_ratio gauge\nanswers_grounded_ratio {self.grounded}\n"


@pytest.fixture(scope="module")
def answers() -> Answers:
    return Answers()


@pytest.fixture(scope="module")
def program(answers: Answers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    """AIRE, and a Prometheus that repeats what fires every two seconds instead of every minute."""
    with (
        Program() as running,
        prometheus_server.exporter(answers.text) as target,
        prometheus_server.prometheus(
            tmp_path_factory.mktemp("prometheus"),
            target=target,
            more=SEND_TO_AIRE.format(key=running.keys["prod"], port=running.port),
            rules=RULES,
            arguments=["--rules.alert.resend-delay=2s"],
        ),
    ):
        yield running


def amtool(program: Program, folder: Path, *arguments: str) -> str:
    """What a real amtool prints, with an API key as its operator would give it."""
    config = folder / "http.yml"
    config.write_text(f"authorization: {{credentials: '{program.api_key}'}}\n")
    done = subprocess.run(
        [AMTOOL or "amtool", "--alertmanager.url", f"http://127.0.0.1:{program.port}",
         "--http.config.file", str(config), *arguments],
        capture_output=True, text=True, timeout=30, check=False,
    )  # fmt: skip
    assert done.returncode == 0, f"{arguments}: {done.stdout}{done.stderr}"
    return done.stdout


def alerts(program: Program) -> list[tuple[Any, ...]]:
    return program.rows(
        "SELECT status, count, title FROM alerts_alert"
        " WHERE labels ->> 'alertname' = 'AnswersUngrounded' ORDER BY first_seen_at"
    )


def states(program: Program) -> list[str]:
    return [str(row[0]) for row in alerts(program)]


def test_a_rule_that_fires_pages_once_and_its_end_resolves_the_incident(
    program: Program, answers: Answers
) -> None:
    answers.grounded = 0.9
    program.until(lambda: states(program) == ["firing"], "Prometheus told nothing", seconds=30)
    program.until(lambda: alerts(program)[0][1] > 2, "nothing was repeated", seconds=30)
    settle(program)
    pages = program.inboxes.about("Answers are not grounded: 0.9", channel="email")
    assert [page.to for page in pages] == ["ana@example.org"]
    answers.grounded = 0.99
    program.until(lambda: states(program) == ["resolved"], "its end was not told", seconds=30)
    settle(program)
    _, incident = program.api("GET", f"incidents/INC-{pages[0].incident}/")
    assert incident["status"] == "resolved"
    assert len(alerts(program)) == 1


def test_what_ends_while_aire_is_away_is_over_when_it_is_back(
    program: Program, answers: Answers
) -> None:
    """Prometheus tells an end for 15 minutes, unlike Alertmanager."""
    answers.grounded = 0.5
    program.until(lambda: states(program)[1:] == ["firing"], "it did not fire", seconds=30)
    settle(program)
    program.stop()
    answers.grounded = 0.99
    program.start()
    program.until(lambda: states(program)[1:] == ["resolved"], "its end was lost", seconds=60)


@pytest.mark.skipif(ALERTMANAGER is None, reason="needs prometheus-alertmanager")
def test_alertmanager_tells_by_webhook_what_fires_and_what_is_over(
    program: Program, tmp_path: Path
) -> None:
    webhook = f"http://127.0.0.1:{program.port}/in/{program.keys['prod']}/alertmanager/"
    with prometheus_server.alertmanager(tmp_path, webhook=webhook) as url:
        began = datetime.now(UTC)

        def post(**more: str) -> None:
            told = {"labels": {"alertname": "Told"}, "startsAt": began.isoformat(), **more}
            headers = {"Content-Type": "application/json"}
            request = urllib.request.Request(
                f"{url}/api/v2/alerts", json.dumps([told]).encode(), headers
            )
            urllib.request.urlopen(request, timeout=5).close()

        def told() -> list[tuple[Any, ...]]:
            return program.rows(
                "SELECT status FROM alerts_alert WHERE labels ->> 'alertname' = 'Told'"
            )

        post()
        program.until(lambda: told() == [("firing",)], "it was not told", seconds=30)
        post(endsAt=datetime.now(UTC).isoformat())
        program.until(lambda: told() == [("resolved",)], "its end was not told", seconds=30)


@pytest.mark.skipif(AMTOOL is None, reason="needs amtool")
def test_amtool_reads_what_fires_and_silences_it(
    program: Program, answers: Answers, tmp_path: Path
) -> None:
    answers.grounded = 0.8
    before = len(alerts(program))
    program.until(lambda: states(program)[before:] == ["firing"], "it did not fire", seconds=30)
    listed = json.loads(amtool(program, tmp_path, "alert", "query", "-o", "json"))
    assert [one["labels"]["alertname"] for one in listed] == ["AnswersUngrounded"]
    assert "AnswersUngrounded" in amtool(program, tmp_path, "alert", "query", "severity=critical")
    assert "AnswersUngrounded" not in amtool(program, tmp_path, "alert", "query", "severity=info")
    made = amtool(program, tmp_path, "silence", "add", "-a", "ana", "-c", "planned work",
                  "-d", "2h", "alertname=~Answers.*").strip()  # fmt: skip
    program.until(lambda: states(program)[before:] == ["silenced"], "not silenced", seconds=30)
    assert json.loads(amtool(program, tmp_path, "alert", "query", "-o", "json")) == []
    held = json.loads(amtool(program, tmp_path, "alert", "query", "--silenced", "-o", "json"))
    assert [one["status"]["silencedBy"] for one in held] == [[made]]
    assert made in amtool(program, tmp_path, "silence", "query")
    amtool(program, tmp_path, "silence", "update", "-d", "3h", "-c", "longer", made)
    amtool(program, tmp_path, "silence", "expire", made)
    program.until(lambda: states(program)[before:] == ["firing"], "still silenced", seconds=30)
    assert made not in amtool(program, tmp_path, "silence", "query")
    assert "receiver: aire" in amtool(program, tmp_path, "config", "show")
    assert "aire" in amtool(program, tmp_path, "config", "routes", "show")
    assert amtool(program, tmp_path, "cluster", "show")
    answers.grounded = 0.99
    program.until(lambda: states(program)[before:] == ["resolved"], "not over", seconds=30)
