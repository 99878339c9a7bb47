"""One log of many processes: each line begins with the name of the process that wrote it."""

from __future__ import annotations

import contextlib
import os
import sys

# Readable on dark and on light terminals alike.
COLOURS = (36, 33, 35, 32, 34, 31)
RESET = b"\x1b[0m"
NAME_WIDTH = 8
# A line that never ends is cut, so that a broken child cannot fill the memory.
LINE_LIMIT_BYTES = 64 * 1024


class Log:
    """Writes whole lines to standard output; a reader that went away is not an error."""

    def __init__(self, *, colour: bool | None = None) -> None:
        self._colour = wants_colour() if colour is None else colour
        self._prefixes: dict[str, bytes] = {}

    def line(self, name: str, text: bytes | str) -> None:
        if isinstance(text, str):
            text = text.encode()
        with contextlib.suppress(BrokenPipeError, ValueError):
            sys.stdout.buffer.write(self._prefix(name) + text.rstrip(b"\r") + b"\n")
            sys.stdout.buffer.flush()

    def _prefix(self, name: str) -> bytes:
        if name not in self._prefixes:
            prefix = f"{name:<{NAME_WIDTH}}| ".encode()
            if self._colour:
                number = COLOURS[len(self._prefixes) % len(COLOURS)]
                prefix = f"\x1b[{number}m".encode() + prefix + RESET
            self._prefixes[name] = prefix
        return self._prefixes[name]


class Lines:
    """Cuts what arrives from one process into lines."""

    def __init__(self, log: Log, name: str) -> None:
        self._log = log
        self._name = name
        self._rest = b""

    def feed(self, data: bytes) -> None:
        *lines, self._rest = (self._rest + data).split(b"\n")
        if len(self._rest) > LINE_LIMIT_BYTES:
            lines.append(self._rest)
            self._rest = b""
        for line in lines:
            self._log.line(self._name, line)

    def finish(self) -> None:
        if self._rest:
            self._log.line(self._name, self._rest)
            self._rest = b""


def wants_colour() -> bool:
    """A terminal, unless NO_COLOR is set (https://no-color.org)."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR")
