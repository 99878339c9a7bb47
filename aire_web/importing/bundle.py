"""Reading an export: JSON files, a folder or a zip of them, as lists by name. Everything in it may
be hostile: sizes are bounded, nothing is unpacked to the disk."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from aire_web.importing.converted import rows
from core.errors import Invalid

MAX_BYTES = 10 * 1_048_576
MAX_UNPACKED = 50 * 1_048_576
MAX_FILES = 500
MAX_ITEMS = 5_000
_ENVELOPES = ("data", "results")


def read_path(path: Path) -> dict[str, list[dict[str, Any]]]:
    """A JSON file, a zip, or a folder with JSON files."""
    if path.is_dir():
        files = sorted(path.rglob("*.json"))[: MAX_FILES + 1]
        return _lists((file.stem, file.read_bytes()) for file in files)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise Invalid(f"{path} cannot be read: {error.strerror}.") from error
    return read_bytes(path.name, data)


def read_bytes(name: str, data: bytes) -> dict[str, list[dict[str, Any]]]:
    if len(data) > MAX_BYTES:
        raise _refused("The export is larger than 10 MiB.")
    if data[:4] == b"PK\x03\x04":
        return _lists(_of_zip(data))
    return _lists([(Path(name).stem, data)])


def _of_zip(data: bytes) -> Iterator[tuple[str, bytes]]:
    unpacked = 0
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = [item for item in archive.infolist() if item.filename.endswith(".json")]
            if len(entries) > MAX_FILES:
                raise _refused(f"The zip has more than {MAX_FILES} files.")
            for entry in entries:
                with archive.open(entry) as file:
                    content = file.read(MAX_UNPACKED - unpacked + 1)
                unpacked += len(content)
                if unpacked > MAX_UNPACKED:
                    raise _refused("The zip unpacks to more than 50 MiB.")
                yield Path(entry.filename).stem, content
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise _refused("The zip cannot be read.") from error


def _lists(files: Any) -> dict[str, list[dict[str, Any]]]:
    """Each file is an answer of the API (a list, or an object with it inside), or an object that
    has several lists by their names."""
    found: dict[str, list[dict[str, Any]]] = {}
    for name, data in files:
        try:
            value = json.loads(data)
        except (ValueError, RecursionError) as error:
            raise _refused(f"{name}.json is not JSON.") from error
        for key, items in _named(name, value):
            kept = found.setdefault(key, [])
            kept += items
            if len(kept) > MAX_ITEMS:
                raise _refused(f"More than {MAX_ITEMS:,} {key} are in the export.")
    if not any(found.values()):
        raise _refused("Nothing that is known was found: users, schedules, policies.")
    return found


def _named(name: str, value: object) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    if isinstance(value, list):
        yield name, rows(value)
    elif isinstance(value, dict):
        for key, items in value.items():
            if isinstance(items, list):
                yield (name if key in _ENVELOPES else str(key)), rows(items)
            elif isinstance(items, dict) and len(value) == 1:
                yield f"{key}s", [items]


def _refused(sentence: str) -> Invalid:
    return Invalid(sentence, errors={"file": [sentence]})
