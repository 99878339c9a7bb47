"""What a service refuses becomes a page that says why. The API has `core.problems` for the same."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from core.errors import AireError, Conflict, Forbidden, Invalid, NotFound, Unavailable

_KINDS: tuple[tuple[type[AireError], int, str], ...] = (
    (NotFound, 404, "There is nothing at this address"),
    (Forbidden, 403, "You may not see or do this"),
    (Conflict, 409, "This is not possible now"),
    (Invalid, 400, "This cannot be done as asked"),
    (Unavailable, 503, "Not available right now"),
)


class PageErrorsMiddleware:
    """The refusals that a view did not handle itself. Faults of ours stay faults (500)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, AireError):
            return None
        for kind, status, title in _KINDS:
            if isinstance(exception, kind):
                return _page(request, exception, status, title)
        return None


def _page(request: HttpRequest, error: AireError, status: int, title: str) -> HttpResponse:
    context = {"title": title, "status": status, "message": error.message}
    answer = render(request, "accounts/refused.html", context, status=status)
    if isinstance(error, Unavailable):
        answer["Retry-After"] = str(error.retry_after)
    return answer
