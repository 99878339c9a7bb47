"""Labelled points at which tests make a process die as `kill -9` would. Inert otherwise.

`AIRE_CRASH_AT=<label>:<file>` dies once at the label: the file is made first and a second
process that finds it there goes on, so that recovery can be watched.
"""

from __future__ import annotations

import os

from django.conf import settings


def crash_point(label: str) -> None:
    """Die here when this label is armed."""
    wanted = settings.AIRE_CRASH_AT
    if not wanted:
        return
    name, _, marker = wanted.partition(":")
    if name != label:
        return
    try:
        os.close(os.open(marker, os.O_CREAT | os.O_EXCL))
    except FileExistsError:
        return
    os._exit(137)
