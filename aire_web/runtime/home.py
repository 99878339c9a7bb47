"""AIRE_HOME: what lies in that folder, who may run on it, and what runs there now."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Self

from aire_web.runtime.refusal import Refusal

# A reader that looks whether the lock is held holds it for an instant itself.
LOCK_PATIENCE_SECONDS = 1.0


@dataclass(kw_only=True)
class State:
    """`runtime.json`: the running `up`, its private servers and its children.

    `births` are the start times that tell a recorded pid from a later process with the
    same number; `boot` tells one start of the machine from another.
    """

    pid: int = 0
    address: str = ""
    boot: str = ""
    socket_dir: str = ""
    database_url: str | None = None
    redis_url: str | None = None
    processes: dict[str, int] = field(default_factory=dict)
    births: dict[str, float] = field(default_factory=dict)

    @classmethod
    def read(cls, home: Path) -> Self | None:
        """What the file says, or None when it is missing, unreadable or not of this form."""
        try:
            return cls(**json.loads(_state_file(home).read_bytes()))
        except (OSError, ValueError, TypeError):
            return None

    def write(self, home: Path) -> None:
        """Replaces the file at once: a reader sees the old or the new one, never half."""
        _write_private(_state_file(home), json.dumps(asdict(self), indent=1))


def runtime_urls(home: Path) -> tuple[str | None, str | None]:
    """DATABASE_URL and REDIS_URL of the private servers that run on `home` now.

    None stands for a server that is not running, or is not a private one. A file left
    behind by an `up` that was killed is not believed: its lock is free.
    """
    if not _is_locked(home):
        return None, None
    state = State.read(home)
    return (state.database_url, state.redis_url) if state else (None, None)


def forget_state(home: Path) -> None:
    _state_file(home).unlink(missing_ok=True)


def make_home(home: Path) -> None:
    """Creates the folder; root lets others pass through it, as its servers have their own user."""
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        if os.geteuid() == 0:
            home.chmod(home.stat().st_mode | 0o011)
        usable = os.access(home, os.W_OK | os.X_OK)
    except OSError as error:
        raise Refusal(f"AIRE_HOME {home} cannot be made: {error.strerror}.") from error
    if not usable:
        raise Refusal(
            f"AIRE_HOME {home} is not writable for you. Set AIRE_HOME to a folder of your own."
        )


class HomeLock:
    """One `up` on one AIRE_HOME. The system frees the lock however the holder ends."""

    def __init__(self, home: Path) -> None:
        self._path = _lock_file(home)
        self._home = home
        self._fd = -1

    def acquire(self, *, address: str) -> None:
        fd = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        deadline = time.monotonic() + LOCK_PATIENCE_SECONDS
        while not _try_lock(fd, fcntl.LOCK_EX):
            if time.monotonic() > deadline:
                holder = os.read(fd, 400).decode(errors="replace").strip()
                os.close(fd)
                raise Refusal(
                    f"AIRE is already running on {self._home}: {holder or 'it is starting'}. "
                    "Stop it first, or set AIRE_HOME to another folder."
                )
            time.sleep(0.05)
        os.ftruncate(fd, 0)
        os.write(fd, f"process {os.getpid()} at {address}\n".encode())
        self._fd = fd

    def release(self) -> None:
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1


def development_secret(home: Path) -> str:
    """The signing secret of a development installation, made once and kept in `home`."""
    path = home / "secret_key"
    if not path.exists():
        make_home(home)
        candidate = home / f"secret_key.{os.getpid()}.{secrets.token_hex(4)}"
        _write_private(candidate, secrets.token_urlsafe(60) + "\n")
        try:
            # A link appears complete or not at all, and the first of several writers wins.
            path.hardlink_to(candidate)
        except FileExistsError:
            pass
        finally:
            candidate.unlink()
    try:
        return path.read_text().strip()
    except PermissionError as error:
        raise Refusal(
            f"{path} belongs to another user. Set AIRE_HOME to a folder of your own."
        ) from error


def _state_file(home: Path) -> Path:
    return home / "runtime.json"


def _lock_file(home: Path) -> Path:
    return home / "up.lock"


def _is_locked(home: Path) -> bool:
    try:
        fd = os.open(_lock_file(home), os.O_RDONLY)
    except OSError:
        return False
    try:
        return not _try_lock(fd, fcntl.LOCK_SH)
    finally:
        os.close(fd)


def _try_lock(fd: int, kind: int) -> bool:
    try:
        fcntl.flock(fd, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _write_private(path: Path, text: str) -> None:
    draft = path.with_name(f"{path.name}.draft")
    fd = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(fd, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
