"""`up` as a process of its own, with small programs in the place of AIRE's."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import psycopg
import pytest
import redis

from aire_web.runtime.home import runtime_urls
from tests.servers import bare_environment, memory_folder

ROOT = Path(__file__).resolve().parents[2]
# Far above what is ever needed: only a hang should reach it.
PATIENCE_SECONDS = 60.0

PREPARE = "print('Sign in as ada@example.org')\n"
WEB = """
import http.server, socket, subprocess, sys
class Health(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers()
    def log_message(self, *args): pass
server = http.server.HTTPServer(("", 0), Health, bind_and_activate=False)
server.socket = socket.socket(fileno=int(sys.argv[2]))
if "helper" in sys.argv:
    # As the worker processes of a web server: a child that holds the socket too.
    subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], close_fds=False)
server.serve_forever()
"""
WORKER = """
import signal, sys, time
if "stubborn" in sys.argv:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("working", flush=True)
time.sleep(600)
"""
UP = """
import sys
from pathlib import Path
from aire_web.runtime.up import Options, up
home, port, loaded, *flags = sys.argv[1:]
def programs(options, listener):
    web = [sys.executable, "web.py", "--fd", str(listener), *flags]
    return {"web": web, "worker": [sys.executable, "worker.py", *flags]}
options = Options(
    home=Path(home), project=Path.cwd(), host="127.0.0.1", port=int(port), workers=1
)
sys.exit(up(options, programs=programs, loaded=loaded.strip()))
"""


class Running:
    """One `up` and everything it has said."""

    def __init__(
        self, project: Path, home: Path, port: int, *flags: str, loaded: str = "", **env: str
    ) -> None:
        self.home, self.port, self.said = home, port, ""
        self.process = subprocess.Popen(
            [sys.executable, "up.py", str(home), str(port), loaded, *flags],
            cwd=project,
            env={**bare_environment(), "PYTHONPATH": str(ROOT), **env},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said += line

    def wait_for(self, text: str) -> None:
        until(lambda: text in self.said, lambda: f"never said {text!r}:\n{self.said}")

    def ready(self) -> Running:
        self.wait_for("Ctrl-C stops it.")
        return self

    def state(self) -> dict[str, Any]:
        read: dict[str, Any] = json.loads((self.home / "runtime.json").read_text())
        return read

    def family(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)

    def code(self) -> int:
        return self.process.wait(PATIENCE_SECONDS)


def until(fact: Callable[[], bool], otherwise: Callable[[], str]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not fact():
        assert time.monotonic() < deadline, otherwise()
        time.sleep(0.05)


def alive(processes: list[psutil.Process]) -> list[psutil.Process]:
    return [p for p in processes if p.is_running() and p.status() != psutil.STATUS_ZOMBIE]


def all_gone(processes: list[psutil.Process]) -> None:
    until(lambda: not alive(processes), lambda: f"still there: {alive(processes)}")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name, text in {
        "manage.py": PREPARE,
        "web.py": WEB,
        "worker.py": WORKER,
        "up.py": UP,
    }.items():
        (tmp_path / name).write_text(text)
    return tmp_path


@pytest.fixture
def home() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="aire-home-", dir=memory_folder()))
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def start(project: Path, home: Path, port: int) -> Iterator[Callable[..., Running]]:
    started: list[Running] = []

    def run(*flags: str, loaded: str = "", **env: str) -> Running:
        started.append(Running(project, home, port, *flags, loaded=loaded, **env))
        return started[-1]

    yield run
    for running in started:
        if running.process.poll() is None:
            running.process.terminate()
            running.code()


Start = Callable[..., Running]


@pytest.mark.parametrize(("signum", "flags"), [(signal.SIGTERM, ["stubborn"]), (signal.SIGINT, [])])
def test_it_runs_until_told_to_stop_and_leaves_no_process(
    start: Start, home: Path, port: int, signum: int, flags: list[str]
) -> None:
    running = start(*flags).ready()
    assert f"AIRE is ready at http://127.0.0.1:{port}" in running.said
    assert running.said.index("is ready") < running.said.index("Sign in as ada@example.org")
    # The web process is what `up` waits for; the worker may say it a moment later.
    running.wait_for("worker  | working")
    family = running.family()
    names = {"postgres", "valkey", "web", "worker"}
    assert set(running.state()["processes"]) == names
    assert set(running.state()["processes"].values()) <= {process.pid for process in family}
    began = time.monotonic()
    running.process.send_signal(signum)
    assert running.code() == 0
    assert time.monotonic() - began < 10
    assert not alive(family)
    assert runtime_urls(home) == (None, None)


def test_other_commands_find_the_servers_and_a_next_start_finds_the_data(
    start: Start, home: Path
) -> None:
    first = start().ready()
    database, broker = runtime_urls(home)
    assert database is not None
    assert broker is not None
    assert redis.Redis.from_url(broker).ping() is True
    with psycopg.connect(database) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 'still here' AS line")
    first.process.terminate()
    assert first.code() == 0
    start().ready()
    database, _ = runtime_urls(home)
    assert database is not None
    with psycopg.connect(database) as connection:
        assert connection.execute("SELECT line FROM kept").fetchone() == ("still here",)


def test_a_second_up_on_the_same_home_refuses_and_names_the_first(
    start: Start, home: Path, port: int
) -> None:
    first = start().ready()
    second = start()
    assert second.code() == 1
    second.wait_for(f"process {first.process.pid} at http://127.0.0.1:{port}")
    assert "AIRE is already running on" in second.said
    assert runtime_urls(home)[0] is not None


def test_a_port_in_use_is_said_before_anything_starts(start: Start, home: Path, port: int) -> None:
    with socket.create_server(("127.0.0.1", port)):
        refused = start()
        assert refused.code() == 1
    refused.wait_for(
        f"Port {port} is in use by another program. "
        "Stop it, or choose another with --port (or AIRE_PORT).\n"
    )
    assert not (home / "postgres").exists()


def test_after_a_kill_of_up_itself_the_next_start_works(start: Start, home: Path) -> None:
    first = start("helper", "stubborn").ready()
    family = first.family()
    first.process.kill()
    first.process.wait()
    assert runtime_urls(home) == (None, None)
    second = start().ready()
    all_gone(family)
    assert second.state()["pid"] == second.process.pid


def test_after_a_kill_of_everything_at_once_the_next_start_works(start: Start) -> None:
    first = start("helper").ready()
    recorded = [*first.state()["processes"].values(), first.process.pid]
    family = first.family()
    for pid in recorded:
        os.kill(pid, signal.SIGKILL)
    first.process.wait()
    start().ready()
    all_gone(family)


def test_a_child_that_dies_is_started_again_with_what_it_had_started_gone(start: Start) -> None:
    running = start("helper").ready()
    web = running.state()["processes"]["web"]
    helpers = psutil.Process(web).children()
    assert len(helpers) == 1
    os.kill(web, signal.SIGKILL)
    running.wait_for("aire    | web was ended by signal 9; starting it again in 0.5 s")
    all_gone(helpers)
    until(
        lambda: running.state()["processes"].get("web", web) != web,
        lambda: f"web was not started again:\n{running.said}",
    )


def fork_server(running: Running) -> psutil.Process | None:
    return next((p for p in running.family() if p.cmdline()[:1] == ["aire: fork server"]), None)


linux_only = pytest.mark.skipif(sys.platform != "linux", reason="processes are forked on Linux")


@linux_only
def test_programs_are_forked_yet_outlive_the_process_that_forked_them(start: Start) -> None:
    running = start().ready()
    processes = running.state()["processes"]
    web = psutil.Process(processes["web"])
    assert web.cmdline()[0].startswith("aire: web (web.py --fd ")
    assert web.ppid() == running.process.pid
    forks = fork_server(running)
    assert forks is not None
    forks.kill()
    os.kill(processes["worker"], signal.SIGKILL)
    running.wait_for("aire    | worker was ended by signal 9; starting it again in 0.5 s")
    until(lambda: running.said.count("| working") == 2, lambda: running.said)
    assert web.is_running()
    assert "web was ended" not in running.said
    until(lambda: fork_server(running) not in (None, forks), lambda: "no new fork server")
    all_gone([forks])


@linux_only
def test_what_orphans_leave_is_buried(start: Start) -> None:
    running = start("helper").ready()
    web = psutil.Process(running.state()["processes"]["web"])
    helpers = web.children()
    web.kill()
    all_gone(helpers)
    until(lambda: not any(h.is_running() for h in helpers), lambda: f"not buried: {helpers}")


LATE = """
import json, os, socket, sys
from pathlib import Path
from aire_web.runtime.forkserver import ForkServer
from aire_web.runtime.process import Adopted, adopt_orphans
assert adopt_orphans()
server = ForkServer("", env=os.environ, cwd=Path.cwd())
server.start()
server.wait()
argv = [sys.executable, "mark.py"]
waits, go = os.pipe()
os.close(go)
order = json.dumps({"name": "late", "argv": argv}).encode()
socket.send_fds(server._channel, [order], [waits, 1, 2])
print("late", Adopted(int(server._channel.recv(100))).wait(30), Path("mark").exists())
print("meant", server.fork("meant", argv, [1, 2]).wait(30), Path("mark").exists())
server.stop()
"""


@linux_only
def test_a_process_that_nobody_waits_for_any_more_does_not_begin(tmp_path: Path) -> None:
    (tmp_path / "mark.py").write_text("open('mark', 'w').close()\n")
    done = subprocess.run(
        [sys.executable, "-c", LATE], cwd=tmp_path, capture_output=True, text=True, timeout=60,
        env={**bare_environment(), "PYTHONPATH": str(ROOT)}, check=False,
    )  # fmt: skip
    assert done.stdout.splitlines() == ["late 0 False", "meant 0 True"], done.stderr


def test_what_cannot_be_loaded_beforehand_is_started_by_its_command_line(
    start: Start, project: Path
) -> None:
    (project / "broken.py").write_text("raise ImportError('nothing here')\n")
    running = start(loaded="broken").ready()
    web = psutil.Process(running.state()["processes"]["web"])
    assert web.cmdline()[:2] == [sys.executable, "web.py"]


@pytest.mark.parametrize("name", ["postgres", "valkey"])
def test_a_private_server_that_dies_comes_back_at_the_same_address(
    start: Start, home: Path, name: str
) -> None:
    running = start().ready()
    urls = runtime_urls(home)
    os.kill(running.state()["processes"][name], signal.SIGKILL)
    running.wait_for(f"{name} was ended by signal 9")
    assert runtime_urls(home) == urls
    until(lambda: answers(name, *urls), lambda: f"{name} did not come back:\n{running.said}")


def answers(name: str, database: str | None, broker: str | None) -> bool:
    assert database is not None
    assert broker is not None
    try:
        if name == "postgres":
            psycopg.connect(database).close()
        else:
            redis.Redis.from_url(broker).ping()
    except (psycopg.OperationalError, redis.ConnectionError):
        return False
    return True


def test_a_second_ctrl_c_does_not_wait_for_the_stubborn(start: Start) -> None:
    running = start("stubborn").ready()
    family = running.family()
    running.process.send_signal(signal.SIGINT)
    running.wait_for("aire    | stopping")
    time.sleep(0.7)
    began = time.monotonic()
    running.process.send_signal(signal.SIGINT)
    assert running.code() == 0
    assert time.monotonic() - began < 4
    all_gone(family)


def test_with_addresses_given_it_starts_no_server(start: Start, home: Path) -> None:
    running = start(DATABASE_URL="postgresql://elsewhere/aire", REDIS_URL="redis://elsewhere/0")
    assert set(running.ready().state()["processes"]) == {"web", "worker"}
    assert runtime_urls(home) == (None, None)


def test_with_one_address_given_it_starts_only_the_other_server(start: Start, home: Path) -> None:
    running = start(DATABASE_URL="postgresql://elsewhere/aire").ready()
    assert set(running.state()["processes"]) == {"valkey", "web", "worker"}
    assert runtime_urls(home)[0] is None
    assert str(runtime_urls(home)[1]).startswith("redis://:")


def test_a_preparation_that_fails_stops_the_start_and_the_servers(
    start: Start, project: Path
) -> None:
    (project / "manage.py").write_text("raise SystemExit('no such migration')\n")
    running = start()
    assert running.code() == 1
    running.wait_for("The database could not be prepared.")
    assert "no such migration" in running.said


def test_a_long_home_has_its_socket_elsewhere(project: Path, tmp_path: Path, port: int) -> None:
    home = tmp_path / ("long" * 30)
    running = Running(project, home, port).ready()
    try:
        folder = Path(running.state()["socket_dir"])
        assert folder.parent == Path(tempfile.gettempdir())
    finally:
        running.process.terminate()
        assert running.code() == 0
    assert not folder.exists()
