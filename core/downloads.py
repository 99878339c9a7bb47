"""Handing a kept file back: nothing in it may run or load anything."""

from __future__ import annotations

from urllib.parse import quote

from django.http import HttpResponse

from core.files import clean_name


def asleep(data: bytes, media_type: str, name: str) -> HttpResponse:
    """An answer that is kept, not opened; nothing in it may run or load anything."""
    text = media_type.startswith("text/")
    answer = HttpResponse(data, content_type=f"{media_type}; charset=utf-8" if text else media_type)
    plain = clean_name(name, "").encode("ascii", "replace").decode().replace("?", "_")
    answer["Content-Disposition"] = (
        f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
    )
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer["Cross-Origin-Resource-Policy"] = "same-origin"
    answer["Cache-Control"] = "private, no-store"
    return answer
