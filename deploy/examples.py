"""Runs every example against its real library and a running AIRE: `make examples`.

The program starts in a home of its own. What an example told is then asked of the API, as anybody
would; one that told nothing, or something else, ends the run with 1. Names as arguments run some.
"""

from __future__ import annotations

import json
import secrets
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from running import ROOT, free_port, program, wait_until_ready

from tests.fakes.openai import TOKEN, FakeOpenAI

EXAMPLES = ROOT / "examples"
PYTHON = ROOT / ".venv-examples" / "bin" / "python"
KEYS = ("AIRE_API_KEY", "AIRE_SOURCE_KEY")
SHARES = "example-attributions"
HEARD_WITHIN_SECONDS = 60
RUNS_WITHIN_SECONDS = 300


@dataclass(frozen=True)
class Desk:
    """A running AIRE: where it is and what the examples and `manage.py` are run with."""

    address: str
    environment: Mapping[str, str]

    def get(self, path: str) -> list[Any]:
        request = urllib.request.Request(  # noqa: S310 - our own address
            f"{self.address}/api/v1/{path}",
            headers={"Authorization": f"Bearer {self.environment['AIRE_API_KEY']}"},
        )
        with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310
            found: list[Any] = json.load(answer)["results"]
        return found

    def counted(self, slo: str) -> tuple[float, float]:
        """(good, total). Where a version or cohort is counted beside all, only all."""
        rows = self.get(f"slos/{slo}/measurements/")
        rows = [row for row in rows if not row["cohort"]] or rows
        return sum(row["good"] for row in rows), sum(row["total"] for row in rows)

    def firing(self, system: str) -> int:
        return len(self.get(f"alerts/?status=firing&system={system}"))

    def manage(self, *arguments: str) -> str:
        return _run([sys.executable, "manage.py", *arguments], self.environment, cwd=ROOT)

    def python(self, name: str, **more: str) -> None:
        """In an empty folder: some libraries leave files where they run."""
        with tempfile.TemporaryDirectory() as folder:
            said = _run(
                [str(PYTHON), str(EXAMPLES / name)], {**self.environment, **more}, cwd=Path(folder)
            )
        lines = [line for line in said.splitlines() if line.strip()]
        sys.stdout.write("".join(f"    {line}\n" for line in lines[-1:]))


def _run(command: list[str], environment: Mapping[str, str], *, cwd: Path) -> str:
    done = subprocess.run(  # noqa: S603 - our own
        command,
        env=environment,
        cwd=cwd,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=RUNS_WITHIN_SECONDS,
        check=False,
    )
    if done.returncode:
        raise Failed(f"It ended with {done.returncode}:\n{done.stdout[-4_000:]}")
    return done.stdout


class Failed(Exception):
    """An example that did not do what it shows."""


def heard(what: str, ask: Callable[[], bool]) -> None:
    """Waits until AIRE has read what it took."""
    end = time.monotonic() + HEARD_WITHIN_SECONDS
    while not ask():
        if time.monotonic() > end:
            raise Failed(f"After {HEARD_WITHIN_SECONDS} s AIRE does not have: {what}.")
        time.sleep(0.5)
    sys.stdout.write(f"    AIRE has {what}.\n")


def evidently(desk: Desk) -> None:
    firing = desk.firing("example-scorer")
    desk.python("evidently/send_drift.py")
    heard("two columns, one of which drifted", lambda: desk.counted("example-drift") == (1, 2))
    heard("an alert of the failed test", lambda: desk.firing("example-scorer") > firing)


def fairlearn(desk: Desk) -> None:
    firing = desk.firing("example-scorer")
    desk.python("fairlearn/send_parity.py")
    heard("three groups, one of which is behind", lambda: desk.counted("example-parity") == (2, 3))
    heard("the alert of the group behind", lambda: desk.firing("example-scorer") > firing)


def shap(desk: Desk) -> None:
    firing = desk.firing("example-scorer")
    desk.python("shap/send_attributions.py")
    heard("three features, one of which stayed", lambda: desk.counted(SHARES) == (1, 3))
    heard("the alert of features that moved", lambda: desk.firing("example-scorer") > firing)


def deepeval(desk: Desk) -> None:
    """With DeepEval's own metric; its judge is a local server that speaks OpenAI's API."""
    with FakeOpenAI() as judge:
        desk.python(
            "deepeval/send_results.py",
            OPENAI_API_KEY=TOKEN,
            OPENAI_BASE_URL=f"{judge.url}/v1",
            DEEPEVAL_TELEMETRY_OPT_OUT="YES",
            CONFIDENT_OPEN_BROWSER="NO",
        )
        if not judge.calls:
            raise Failed("DeepEval did not ask its judge.")
    heard("two verdicts, one of them bad", lambda: desk.counted("example-faithful") == (1, 2))


def fastapi(desk: Desk) -> None:
    with service(desk) as url:
        for question in ("How long may I return it?", "How long?", " "):
            _post(f"{url}/ask", {"question": question})
        _post(f"{url}/wrong", {"text": "It said a year; it is thirty days."})
    heard("three calls, one of which failed", lambda: desk.counted("example-latency") == (2, 3))
    heard("the change at its start", lambda: bool(desk.get("changes/?system=example-assistant")))
    heard("the report of a person", lambda: bool(desk.get("people-reports/")))


@contextmanager
def service(desk: Desk) -> Iterator[str]:
    """The model service under uvicorn; when it ends it has sent its telemetry."""
    port = free_port()
    command = [str(PYTHON), "-m", "uvicorn", "service:app", "--factory", "--log-level", "warning",
               "--app-dir", str(EXAMPLES / "fastapi"), "--port", str(port)]  # fmt: skip
    running = subprocess.Popen(command, env=desk.environment, cwd=ROOT)  # noqa: S603 - our own
    try:
        wait_until_ready(running, f"http://127.0.0.1:{port}", "/openapi.json")
        yield f"http://127.0.0.1:{port}"
    finally:
        running.terminate()
        running.wait(timeout=30)


def _post(url: str, body: Mapping[str, str]) -> None:
    request = urllib.request.Request(  # noqa: S310 - our own address
        url, json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    try:
        urllib.request.urlopen(request, timeout=20).close()  # noqa: S310
    except urllib.error.HTTPError as error:
        if error.code != 422:  # an empty question is refused, on purpose
            raise Failed(f"{url} answered {error.code}: {error.read()[:400]!r}") from error


def configured(folder: str) -> Callable[[Desk], None]:
    """The server itself is not started here: it needs its hardware. Its documents are applied."""

    def run(desk: Desk) -> None:
        path = str(EXAMPLES / folder / "aire.yaml")
        desk.manage("apply", path)
        if "refused" in desk.manage("apply", "--dry-run", path):
            raise Failed("Its documents are refused.")
        system = {"vllm": "vllm-chat", "triton": "triton-scorer"}[folder]
        heard("its objectives", lambda: len(desk.get(f"slos/?system={system}")) >= 2)

    return run


RUNS: Mapping[str, Callable[[Desk], None]] = {
    "evidently": evidently,
    "fairlearn": fairlearn,
    "shap": shap,
    "deepeval": deepeval,
    "fastapi": fastapi,
    "vllm": configured("vllm"),
    "triton": configured("triton"),
}


def main() -> int:
    wanted = sys.argv[1:] or list(RUNS)
    keys = {name: f"aire_{secrets.token_urlsafe(32)}" for name in KEYS}
    failed = []
    with program(DEMO="0", **keys) as (address, environment):
        client = str(ROOT / "clients/python/src")
        desk = Desk(address, {**environment, "AIRE_URL": address, "PYTHONPATH": client})
        desk.manage("apply", str(ROOT / "deploy/examples.yaml"), str(EXAMPLES / "objectives.yaml"))
        for name in wanted:
            sys.stdout.write(f"{name}\n")
            try:
                RUNS[name](desk)
            except Failed as problem:
                failed.append(name)
                sys.stdout.write(f"    Failed. {problem}\n")
            sys.stdout.flush()
    sys.stdout.write(f"Failed: {', '.join(failed)}\n" if failed else "All did what they show.\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
