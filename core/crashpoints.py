"""Labelled points at which tests make a process die as `kill -9` would. Inert otherwise.

`AIRE_CRASH_AT=<label>:<file>` dies once at the label: the file is made first and a second
process that finds it there goes on, so that recovery can be watched. Several such pairs are
separated by `;`. A label has colons of its own, so the file's path must have none.
"""

from __future__ import annotations

import os
from functools import cache

from django.conf import settings


def crash_point(label: str) -> None:
    """Die here when this label is armed."""
    wanted = settings.AIRE_CRASH_AT
    if not wanted:
        return
    marker = _markers(wanted).get(label)
    if marker is None:
        return
    try:
        os.close(os.open(marker, os.O_CREAT | os.O_EXCL))
    except FileExistsError:
        return
    os._exit(137)


@cache
def _markers(wanted: str) -> dict[str, str]:
    """The file of each armed label."""
    pairs = (pair.strip().rpartition(":") for pair in wanted.split(";") if pair.strip())
    return {label: marker for label, _, marker in pairs}
