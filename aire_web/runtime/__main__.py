"""`python -m aire_web.runtime`: what `manage.py up` becomes, small because Django stays out."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from aire_web.runtime.up import Options, up


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="aire_web.runtime")
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--host", required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--workers", type=int, required=True)
    given = parser.parse_args(arguments)
    options = Options(
        home=given.home.resolve(),
        project=Path.cwd(),
        host=given.host,
        port=given.port,
        workers=given.workers,
    )
    return up(options)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
