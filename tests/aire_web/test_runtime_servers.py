"""The private servers: their data survives, whatever ended them."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from aire_web.runtime import server as servers
from aire_web.runtime.home import development_secret, make_home
from aire_web.runtime.postgres import PrivatePostgres
from aire_web.runtime.refusal import Refusal
from aire_web.runtime.valkey import PrivateValkey
from tests.servers import memory_folder


@pytest.fixture
def home() -> Iterator[Path]:
    """A short path, as pytest's own are too long for a socket."""
    folder = Path(tempfile.mkdtemp(prefix="aire-home-", dir=memory_folder()))
    make_home(folder)
    yield folder
    shutil.rmtree(folder)


def postgres(home: Path) -> PrivatePostgres:
    return PrivatePostgres(home, socket_dir=home / "run")


@contextmanager
def running(server: servers.Server) -> Iterator[int]:
    process = servers.start(server)
    try:
        yield process.pid
    finally:
        servers.stop(server, process)


def remember(url: str, text: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE kept (line text)")
        connection.execute("INSERT INTO kept VALUES (%s)", [text])


def recall(url: str) -> str:
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT line FROM kept").fetchone()
    assert row is not None
    return str(row[0])


def test_a_second_start_finds_the_same_data(home: Path) -> None:
    server = postgres(home)
    with running(server):
        remember(server.url, "still here")
    again = postgres(home)
    with running(again):
        assert recall(again.url) == "still here"


def test_a_killed_postgres_starts_again_with_what_it_had_committed(home: Path) -> None:
    server = postgres(home)
    process = servers.start(server)
    remember(server.url, "committed")
    process.kill()
    process.wait()
    with running(postgres(home)):
        assert recall(server.url) == "committed"


def test_a_postgres_left_running_is_ended_by_the_next_start(home: Path) -> None:
    server = postgres(home)
    orphan = servers.start(server)
    remember(server.url, "from before")
    with running(postgres(home)) as pid:
        assert orphan.wait(10) == 0
        assert pid != orphan.pid
        assert recall(server.url) == "from before"


def test_a_pid_file_that_names_another_program_is_not_believed(home: Path) -> None:
    with running(postgres(home)):
        pid_file = (home / "postgres" / "postmaster.pid").read_text()
    _, rest = pid_file.split("\n", 1)
    (home / "postgres" / "postmaster.pid").write_text(f"{os.getpid()}\n{rest}")
    server = postgres(home)
    with running(server), psycopg.connect(server.url) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_a_set_up_that_was_cut_short_is_done_again(home: Path) -> None:
    half = home / "postgres.new"
    half.mkdir()
    (half / "PG_VERSION").write_text("18\n")
    server = postgres(home)
    with running(server), psycopg.connect(server.url) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_data_of_another_postgres_is_refused_in_words(home: Path) -> None:
    (home / "postgres").mkdir()
    (home / "postgres" / "PG_VERSION").write_text("16\n")
    with pytest.raises(Refusal, match="made by PostgreSQL 16"):
        servers.start(postgres(home))


def test_postgres_waits_for_the_disk_and_listens_on_its_socket_only(home: Path) -> None:
    server = postgres(home)
    with running(server), psycopg.connect(server.url) as connection:
        shown = {
            name: connection.execute("SELECT current_setting(%s)", [name]).fetchone()
            for name in ("fsync", "synchronous_commit", "listen_addresses", "max_connections")
        }
    assert shown == {
        "fsync": ("on",),
        "synchronous_commit": ("on",),
        "listen_addresses": ("",),
        "max_connections": ("100",),
    }


def test_valkey_keeps_its_data_and_wants_its_password(home: Path) -> None:
    server = PrivateValkey(home)
    with running(server):
        client = redis.Redis.from_url(server.url)
        client.set("hint", "kept")
        port = client.connection_pool.connection_kwargs["port"]
        with pytest.raises(redis.AuthenticationError):
            redis.Redis(port=port, retry=Retry(NoBackoff(), 0)).get("hint")
    again = PrivateValkey(home)
    with running(again):
        client = redis.Redis.from_url(again.url)
        assert client.get("hint") == b"kept"
        assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}


def test_valkey_starts_although_its_dump_is_broken(home: Path) -> None:
    (home / "valkey").mkdir()
    (home / "valkey" / "dump.rdb").write_bytes(b"not a dump")
    server = PrivateValkey(home)
    with running(server):
        assert redis.Redis.from_url(server.url).ping() is True


def test_an_ordinary_user_needs_no_other_user(home: Path) -> None:
    def start_and_ask() -> None:
        server, broker = postgres(home), PrivateValkey(home)
        with running(server), running(broker), psycopg.connect(server.url) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
            assert (home / "postgres").stat().st_uid == os.geteuid()

    as_ordinary_user(start_and_ask, owning=home)


def as_ordinary_user(work: Callable[[], None], *, owning: Path) -> None:
    """Runs `work` in a process that has no privileges, also when the tests run as root."""
    nobody = pwd.getpwnam("nobody")
    if os.geteuid() == 0:
        os.chown(owning, nobody.pw_uid, nobody.pw_gid)
    child = os.fork()
    if child == 0:
        code = 1
        try:
            signal.alarm(60)
            if os.geteuid() == 0:
                os.setgroups([])
                os.setgid(nobody.pw_gid)
                os.setuid(nobody.pw_uid)
            work()
            code = 0
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0


def test_the_development_secret_is_made_once_and_private(tmp_path: Path) -> None:
    home = tmp_path / "home"
    found: list[str] = []
    threads = [
        threading.Thread(target=lambda: found.append(development_secret(home))) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(found)) == 1
    assert len(found[0]) >= 50
    assert (home / "secret_key").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in home.iterdir()] == ["secret_key"]
