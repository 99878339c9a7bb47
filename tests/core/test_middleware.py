"""What every request and response gets."""

from __future__ import annotations

import zoneinfo
from types import SimpleNamespace
from typing import Any

import pytest
import structlog
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.utils import timezone

from core.logs import current_request_id
from core.middleware import (
    RequestContextMiddleware,
    SecurityHeadersMiddleware,
    TimezoneMiddleware,
)


def request(**headers: str) -> HttpRequest:
    return RequestFactory().get("/", headers=headers)


def test_a_plain_request_id_is_kept_and_bound_and_given_back() -> None:
    seen = []

    def view(_: HttpRequest) -> HttpResponse:
        seen.append(current_request_id())
        return HttpResponse()

    response = RequestContextMiddleware(view)(request(**{"X-Request-ID": "abc-12345.z"}))
    assert seen == ["abc-12345.z"] == [response.headers["X-Request-ID"]]
    assert current_request_id() is None


@pytest.mark.parametrize(
    "given", ["", "short", "a" * 65, "a b c d e f", "é" * 10, "-abcdefgh", "x\r\ny: z123"]
)
def test_any_other_request_id_is_replaced(given: str) -> None:
    middleware = RequestContextMiddleware(lambda _: HttpResponse())
    one = middleware(request(**{"X-Request-ID": given})).headers["X-Request-ID"]
    two = middleware(request(**{"X-Request-ID": given})).headers["X-Request-ID"]
    assert len(one) == 32
    assert given not in {one, two}
    assert one != two


def test_nothing_stays_bound_for_the_next_request_of_the_thread() -> None:
    def view(_: HttpRequest) -> HttpResponse:
        assert "user" not in structlog.contextvars.get_contextvars()
        structlog.contextvars.bind_contextvars(user=7)
        raise ValueError

    for _ in range(2):
        with pytest.raises(ValueError, match=r"^$"):
            RequestContextMiddleware(view)(request())
    assert structlog.contextvars.get_contextvars() == {}


def test_a_response_is_private_and_not_guessed_at() -> None:
    response = SecurityHeadersMiddleware(lambda _: HttpResponse("x"))(request())
    assert response.headers["Cache-Control"] == "private, no-store"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Referrer-Policy"] == "same-origin"
    assert response.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in response.headers["Permissions-Policy"]
    assert {"Cookie", "HX-Request"} <= set(response.headers["Vary"].split(", "))


def test_a_view_that_knows_better_is_left_alone() -> None:
    def view(_: HttpRequest) -> HttpResponse:
        return HttpResponse(headers={"Cache-Control": "public, max-age=60", "Vary": "Accept"})

    response = SecurityHeadersMiddleware(view)(request())
    assert response.headers["Cache-Control"] == "public, max-age=60"
    assert response.headers["Vary"] == "Accept, Cookie, HX-Request"


def zone_seen(user: Any) -> str:
    seen = []

    def view(_: HttpRequest) -> HttpResponse:
        seen.append(timezone.get_current_timezone_name())
        return HttpResponse()

    asked = request()
    asked.user = user
    TimezoneMiddleware(view)(asked)
    return seen[0]


def test_times_are_in_the_persons_zone_and_only_during_the_request() -> None:
    before = timezone.get_current_timezone_name()
    assert zone_seen(SimpleNamespace(time_zone="Asia/Kathmandu")) == "Asia/Kathmandu"
    assert timezone.get_current_timezone_name() == before


@pytest.mark.parametrize(
    "broken",
    ["", "Mars/Olympus", "../../etc/passwd", "/etc/passwd", "Europe", "\0", None, 7, "a" * 5000],
)
def test_a_broken_zone_falls_back_to_the_servers(settings: Any, broken: object) -> None:
    settings.TIME_ZONE = "Europe/Berlin"
    assert zone_seen(SimpleNamespace(time_zone=broken)) == "Europe/Berlin"


def test_a_stranger_sees_the_servers_zone(settings: Any) -> None:
    settings.TIME_ZONE = "Europe/Berlin"
    assert zone_seen(SimpleNamespace()) == "Europe/Berlin"
    assert zoneinfo.ZoneInfo("Europe/Berlin")
