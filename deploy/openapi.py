"""`make lint`: the API's schema is the one in docs/openapi.json. `--write` makes it so.

A change of the API shows in the difference of that file, where a reviewer sees it.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
SNAPSHOT = ROOT / "docs" / "openapi.json"


def main() -> int:
    """0 when the snapshot is current, 1 with what to do when it is not."""
    made = subprocess.run(
        [sys.executable, "manage.py", "spectacular", "--format", "openapi-json", "--fail-on-warn"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode:
        sys.stderr.write(made.stderr)
        return 1
    if "--write" in sys.argv:
        SNAPSHOT.write_text(made.stdout, encoding="utf-8")
    elif SNAPSHOT.read_text(encoding="utf-8") != made.stdout:
        sys.stderr.write("docs/openapi.json is not the API's schema. Run: make openapi\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
