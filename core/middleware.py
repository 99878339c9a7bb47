"""What every request gets: an id, headers that keep it private, the viewer's clock. No rules.

All three are synchronous on purpose: under ASGI Django then runs the chain in one thread, and
reading `request.user` there is allowed and is read once.
"""

from __future__ import annotations

import re
import zoneinfo
from collections.abc import Callable
from typing import Final

import structlog
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.cache import patch_vary_headers

from core.ids import new_id

GetResponse = Callable[[HttpRequest], HttpResponseBase]
_REQUEST_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,63}")
_PERMISSIONS: Final = ", ".join(
    f"{feature}=()"
    for feature in (
        "accelerometer", "autoplay", "camera", "display-capture", "geolocation", "gyroscope",
        "hid", "magnetometer", "microphone", "midi", "payment", "serial", "usb",
    )
)  # fmt: skip
_HEADERS: Final = {
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": _PERMISSIONS,
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    # One user's page must never come out of a cache for another. Whoever may be cached says so.
    "Cache-Control": "private, no-store",
}


class RequestContextMiddleware:
    """Binds a request id to every log line and gives it back in `X-Request-ID`.

    A caller's id is kept when it is short and plain; anything else is replaced, since it ends in
    logs and in a header.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        given = request.headers.get("X-Request-ID", "")
        request_id = given if _REQUEST_ID.fullmatch(given) else new_id().hex
        # Threads are reused: nothing of the request before may stay bound.
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        if "chunked" in request.headers.get("Transfer-Encoding", "").lower():
            # Under ASGI the whole body is here already; what reads by length must learn of it.
            request.META.setdefault("CONTENT_LENGTH", str(len(request.body)))
        try:
            response = self.get_response(request)
        finally:
            structlog.contextvars.clear_contextvars()
        response.headers["X-Request-ID"] = request_id
        return response


class SecurityHeadersMiddleware:
    """The headers that are right unless a view knows better."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        for name, value in _HEADERS.items():
            response.headers.setdefault(name, value)
        # A fragment and its page share one address, so a cache has to tell them apart.
        patch_vary_headers(response, ("Cookie", "HX-Request"))
        return response


class TimezoneMiddleware:
    """Shows times in the signed-in person's zone; a broken name falls back to the server's."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        name = getattr(getattr(request, "user", None), "time_zone", None)
        with timezone.override(zone_or_default(name)):
            return self.get_response(request)


def zone_or_default(name: object) -> zoneinfo.ZoneInfo:
    """The named zone, or the server's own when there is no such zone."""
    try:
        return zoneinfo.ZoneInfo(str(name))
    except (KeyError, ValueError, OSError):
        # Unknown, empty, a directory or a path out of the database: ZoneInfo names all of these.
        return zoneinfo.ZoneInfo(settings.TIME_ZONE)
