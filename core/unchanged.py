"""Fragments that have not changed are answered 304 before they are drawn. No rules of any room."""

from __future__ import annotations

import hashlib
from typing import Any

from django.http import HttpRequest, HttpResponse


def tag_of(*facts: Any) -> str:
    """A short name for what a fragment shows: other facts have another name. Facts are values
    whose `repr` says all of them."""
    return hashlib.blake2b(repr(facts).encode(), digest_size=9).hexdigest()


def unchanged(request: HttpRequest, tag: str) -> HttpResponse | None:
    """The 304 for a reader whose fragment has this tag already (`data-tag` of the region; see
    static/js/live.js), else None."""
    quoted = f'"{tag}"'
    # What was packed on its way has a weak tag.
    if request.headers.get("If-None-Match", "").removeprefix("W/") != quoted:
        return None
    return HttpResponse(status=304, headers={"ETag": quoted})
