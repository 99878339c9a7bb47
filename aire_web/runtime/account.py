"""The system user that the private servers run as when AIRE itself runs as root."""

from __future__ import annotations

import contextlib
import os
import pwd
import stat
from pathlib import Path

from aire_web.runtime.process import Account, run
from aire_web.runtime.refusal import Refusal

USER = "pgserver"


def server_account() -> Account | None:
    """None for an ordinary user, whose servers run as that user. PostgreSQL refuses root."""
    if os.geteuid() != 0:
        return None
    entry = _entry() or _create()
    return Account(entry.pw_uid, entry.pw_gid)


def open_for(account: Account | None, folder: Path) -> None:
    """Lets the servers' user pass through every folder above `folder`, and no more than that."""
    if account is None:
        return
    for parent in folder.resolve().parents:
        mode = parent.stat().st_mode
        if not mode & stat.S_IXOTH:
            parent.chmod(mode | stat.S_IXOTH)


def open_programs(account: Account | None, folder: Path) -> None:
    """As `open_for`, and readable below: an installation made under umask 077 is not."""
    open_for(account, folder)
    if account is None or _world_readable(folder):
        return
    for path in [folder, *folder.rglob("*")]:
        mode = path.stat().st_mode
        wanted = 0o005 if path.is_dir() or mode & stat.S_IXUSR else 0o004
        path.chmod(mode | wanted)


def _world_readable(folder: Path) -> bool:
    return all(path.stat().st_mode & 0o004 for path in [folder, *folder.iterdir()])


def own_folder(account: Account | None, folder: Path) -> None:
    """Makes a private folder of the servers' user."""
    folder.mkdir(mode=0o700, exist_ok=True)
    if account is not None and folder.stat().st_uid != account.uid:
        os.chown(folder, account.uid, account.gid)


def _entry() -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(USER)
    except KeyError:
        return None


def _create() -> pwd.struct_passwd:
    command = ["useradd", "--system", "--no-create-home", "--shell", "/bin/sh", USER]
    # A failure is no matter when another start has made the user in the meantime.
    with contextlib.suppress(OSError):
        run(command, env={"PATH": f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/sbin"})
    entry = _entry()
    if entry is None:
        raise Refusal(
            f"PostgreSQL does not run as root, and the user {USER} cannot be made. "
            "Run AIRE as an ordinary user, or set DATABASE_URL."
        )
    return entry
