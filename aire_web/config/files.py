"""From the paths on a command line to the bytes of YAML files. Nothing is parsed here."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from aire_web.config.refusals import Refusal
from core.yaml import MAX_BYTES

MAX_FILES = 1_000
SUFFIXES = {".yaml", ".yml"}


@dataclass(frozen=True, slots=True)
class File:
    name: str
    data: bytes


def find_files(paths: Iterable[str]) -> tuple[list[File], list[Refusal]]:
    """The files in the order given, folders as sorted trees, each file once. `-` is the input."""
    found: list[File] = []
    refusals: list[Refusal] = []
    seen: set[Path] = set()
    for name in paths:
        if name == "-":
            found.append(File("<stdin>", sys.stdin.buffer.read(MAX_BYTES + 1)))
            continue
        path = Path(name)
        if not path.exists():
            refusals.append(Refusal(name, 1, "There is no such file or folder."))
            continue
        files = list(_tree(path)) if path.is_dir() else [path]
        if not files:
            refusals.append(Refusal(name, 1, "The folder holds no .yaml or .yml file."))
        for file in files:
            if file.resolve() not in seen:
                seen.add(file.resolve())
                _read(file, found, refusals)
    if len(found) > MAX_FILES:
        refusals.append(Refusal(found[MAX_FILES].name, 1, f"More than {MAX_FILES} files at once."))
    return found, refusals


def _tree(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if path.suffix in SUFFIXES and path.is_file() and not hidden:
            yield path


def _read(path: Path, found: list[File], refusals: list[Refusal]) -> None:
    try:
        with path.open("rb") as file:
            found.append(File(str(path), file.read(MAX_BYTES + 1)))
    except OSError as error:
        refusals.append(Refusal(str(path), 1, f"The file cannot be read: {error.strerror}."))
