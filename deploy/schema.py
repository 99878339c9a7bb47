"""`make lint`: `aire_web/schema.sql` is of the migrations as they are. `--write` makes it so.

`--check` compares it with what an empty PostgreSQL has after all migrations.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from aire_web.runtime import server as servers
from aire_web.runtime.home import make_home
from aire_web.runtime.postgres import PrivatePostgres

ROOT = Path(__file__).parent.parent
FILE = ROOT / "aire_web" / "schema.sql"


def main() -> int:
    """0 when the file is current, 1 with what to do when it is not."""
    if "--write" in sys.argv:
        FILE.write_text(_made(), encoding="utf-8")
    elif "--check" in sys.argv:
        if FILE.read_text(encoding="utf-8") != _made():
            sys.stderr.write("aire_web/schema.sql is not what the migrations make: make schema\n")
            return 1
    else:
        asked = [sys.executable, "manage.py", "schema", "--is-current"]
        return subprocess.run(asked, cwd=ROOT, check=False).returncode  # noqa: S603 - ours
    return 0


def _made() -> str:
    """What the file has to be."""
    with tempfile.TemporaryDirectory(prefix="aire-schema-") as folder:
        home = Path(folder)
        make_home(home)
        server = PrivatePostgres(home, socket_dir=home / "run")
        process = servers.start(server)
        try:
            environment = {**os.environ, "DATABASE_URL": server.url}
            return subprocess.run(
                [sys.executable, "manage.py", "schema"],
                cwd=ROOT,
                env=environment,
                stdout=subprocess.PIPE,
                text=True,
                check=True,
            ).stdout
        finally:
            servers.stop(server, process)


if __name__ == "__main__":
    sys.exit(main())
