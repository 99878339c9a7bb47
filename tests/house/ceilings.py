"""Size ceilings of the house: `python -m tests.house.ceilings` lists what is above them.

Not an average but a limit on the tail, because large files and functions are what code
bases suffer from. An exception names its own limit and its reason.
"""

from __future__ import annotations

import ast
import os
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FUNCTION_LINES = 50
FILE_LINES = {".py": 400, ".html": 150, ".css": 250, ".js": 200}
TEST_FILE_LINES = 500
# Generated, vendored, or not code.
SKIPPED_FOLDERS = {"migrations", "site", "vendor", "staticfiles", "test-artifacts", "__pycache__"}
# path -> (limit, reason)
EXCEPTIONS: dict[str, tuple[int, str]] = {}


def main() -> int:
    found = sorted(complaints(ROOT))
    for complaint in found:
        sys.stdout.write(f"{complaint}\n")
    return 1 if found else 0


def complaints(root: Path, exceptions: dict[str, tuple[int, str]] = EXCEPTIONS) -> Iterator[str]:
    seen = set()
    for path in _sources(root):
        name = path.relative_to(root).as_posix()
        seen.add(name)
        text = path.read_text()
        usual = _file_limit(name)
        limit, _ = exceptions.get(name, (usual, ""))
        lines = len(text.splitlines())
        if lines > limit:
            yield f"{name}: {lines} lines, the ceiling is {limit}"
        elif name in exceptions and lines <= usual:
            yield f"{name}: needs no exception any more"
        if path.suffix == ".py":
            yield from _long_functions(name, text)
    for name in exceptions.keys() - seen:
        yield f"{name}: has an exception and does not exist"


def _file_limit(name: str) -> int:
    if name.startswith("tests/") and name.endswith(".py"):
        return TEST_FILE_LINES
    return FILE_LINES[Path(name).suffix]


def _long_functions(name: str, text: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > FUNCTION_LINES:
                yield (
                    f"{name}:{node.lineno}: {node.name} has {lines} lines, "
                    f"the ceiling is {FUNCTION_LINES}"
                )


def _sources(root: Path) -> Iterator[Path]:
    for folder, below, files in os.walk(root):
        below[:] = sorted(
            name for name in below if name not in SKIPPED_FOLDERS and not name.startswith(".")
        )
        for name in sorted(files):
            if Path(name).suffix in FILE_LINES:
                yield Path(folder) / name


if __name__ == "__main__":
    sys.exit(main())
