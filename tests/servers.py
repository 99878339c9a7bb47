"""Pytest plugin: one private PostgreSQL and Valkey for a test run, as `manage.py up` makes them.

Started before the settings are read. Servers that the environment already names are used
instead. Processes of pytest-xdist share the servers; each has its own databases on them.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from aire_web.runtime import server as servers
from aire_web.runtime.home import make_home
from aire_web.runtime.postgres import PrivatePostgres
from aire_web.runtime.valkey import PrivateValkey

# Files in memory: a sync costs nothing there, and nothing else differs.
MEMORY = Path("/dev/shm")
MEMORY_NEEDED_BYTES = 2 * 1024**3
# What the developer's shell says about AIRE must not decide what a test sees.
KEPT = {"AIRE_CHROME"}
NOT_HANDED_ON = {
    "DATABASE_URL",
    "REDIS_URL",
    "DJANGO_SETTINGS_MODULE",
    "DJANGO_ALLOW_ASYNC_UNSAFE",
}


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None]:
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    if worker:
        # Database 0 belongs to a run without workers; gw0 has 1, gw1 has 2, …
        number = int(worker.removeprefix("gw")) + 1
        os.environ["REDIS_URL"] = (
            urlsplit(os.environ["REDIS_URL"])._replace(path=f"/{number}").geturl()
        )
    else:
        stack = ExitStack()
        early_config.add_cleanup(stack.close)
        os.environ.update(stack.enter_context(_environment()))
    return (yield)


def bare_environment() -> dict[str, str]:
    """The environment as a fresh shell has it, for tests that start the program themselves."""
    return {
        name: value
        for name, value in os.environ.items()
        if name not in NOT_HANDED_ON
        and (name in KEPT or not name.startswith("AIRE_"))
        and not name.startswith("PYTEST_")
    }


@contextmanager
def _environment() -> Iterator[dict[str, str]]:
    for name in [name for name in os.environ if name.startswith("AIRE_") and name not in KEPT]:
        del os.environ[name]
    home = Path(tempfile.mkdtemp(prefix="aire-test-", dir=memory_folder()))
    make_home(home)
    found = {"AIRE_HOME": str(home), "AIRE_SECRET_KEY": "only-for-tests-" * 4}
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, home, ignore_errors=True)
        wanted: dict[str, Callable[[], servers.Server]] = {
            "DATABASE_URL": lambda: PrivatePostgres(home, socket_dir=home / "run"),
            "REDIS_URL": lambda: PrivateValkey(home),
        }
        for name, make in wanted.items():
            if not os.environ.get(name):
                server = make()
                stack.callback(servers.stop, server, servers.start(server))
                found[name] = server.url
        yield found


def memory_folder() -> Path | None:
    """Where data that no test needs afterwards may lie; None is the ordinary place."""
    if os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > MEMORY_NEEDED_BYTES:
        return MEMORY
    return None
