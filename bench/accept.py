"""Accepting: 1 KB Alertmanager posts, durable at the answer, beside what bounds and rivals it."""

from __future__ import annotations

import contextlib
import http.client
import socket
import subprocess
import sys
from collections.abc import Iterator

from bench.load import Load, run_load
from bench.program import ROOT, Program
from bench.report import Result, at_least, at_most

SECONDS = 5.0
ROUNDS = 3
CLIENTS = 16


def run() -> Result:
    result = Result("accept", "Accept: 1 KB Alertmanager posts, 16 clients, one web process")
    # What is accepted must not be absorbed meanwhile: this measures the door alone.
    with Program() as program, program.suspended("worker", "beat", "engine"):
        for keep_alive in (False, True):
            _compare(result, program, keep_alive=keep_alive)
    result.notes.append(
        "The plain handler writes nothing. A sender of AIRE waits for a commit on the disk, which "
        f"those who wait share: more than {CLIENTS} at a time are answered faster."
    )
    return result


def _compare(result: Result, program: Program, *, keep_alive: bool) -> None:
    servers = {
        "AIRE": ("aire_web.asgi:application", f"/in/{program.key}/alertmanager/", {}),
        "plain ASGI handler": ("bench.peers:plain", "/", {}),
        "Django view, one insert": (
            "django.core.asgi:get_asgi_application",
            "/insert/",
            {"DJANGO_SETTINGS_MODULE": "bench.peer_settings"},
        ),
    }
    best: dict[str, Load] = {}
    # One of each in turn, so that a slow moment of the machine meets all of them.
    for _ in range(ROUNDS):
        for name, (app, path, env) in servers.items():
            with _server(program, app, env) as port:
                run_load(port, path, seconds=0.5, clients=CLIENTS, keep_alive=keep_alive)
                load = run_load(port, path, seconds=SECONDS / ROUNDS, clients=CLIENTS,
                                keep_alive=keep_alive)  # fmt: skip
            if set(load.statuses) != {"202"}:
                result.notes.append(f"{name} answered {load.statuses}")
            if name not in best or load.per_second > best[name].per_second:
                best[name] = load
    _report(result, best, "keep-alive" if keep_alive else "new connection each")


def _report(result: Result, best: dict[str, Load], how: str) -> None:
    aire, plain, view = best.values()
    for name, load in best.items():
        result.add(f"{how}: {name}", f"{load.per_second:,.0f} /s")
    if how == "keep-alive":
        at_least(result, f"{how}: AIRE of plain ASGI", aire.per_second / plain.per_second, 0.35)
        return
    at_least(result, f"{how}: AIRE of plain ASGI", aire.per_second / plain.per_second, 0.6)
    at_least(result, f"{how}: AIRE of Django view", aire.per_second / view.per_second, 2.0)
    at_most(result, f"{how}: AIRE p99", aire.p99_ms, 25.0)


@contextlib.contextmanager
def _server(program: Program, app: str, env: dict[str, str]) -> Iterator[int]:
    """One uvicorn process with the options of the program's own."""
    with socket.create_server(("127.0.0.1", 0), backlog=2048) as listener:
        # As `up` has it: `--fd` takes the socket for one of Unix and would leave it out, and then
        # the body of an answer waits until the head is acknowledged, for 40 ms.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        process = subprocess.Popen(
            [
                sys.executable, "-m", "uvicorn", app, "--fd", str(listener.fileno()),
                "--log-level", "error", "--no-access-log", "--no-server-header", "--ws", "none",
                *(["--factory"] if app.endswith("get_asgi_application") else []),
            ],
            cwd=ROOT, env={**program.running_env(), **env}, pass_fds=(listener.fileno(),),
        )  # fmt: skip
        port: int = listener.getsockname()[1]
        try:
            # The socket listens before the program does: the answer is there when it serves.
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            connection.request("POST", "/insert/")
            connection.getresponse().read()
            connection.close()
            yield port
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
