"""Errors of the API as RFC 9457 problem details, and the reader of its request bodies.

Every refusal under /api/ has one shape: type, title, status, detail, `errors` by field, and what
helps to go on (the moves that are allowed, the seconds to wait). No stack trace ever.
"""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import IO, Any, Final

from django.core.exceptions import (
    BadRequest,
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
)
from django.core.exceptions import ValidationError as DjangoValidationError
from django.db import DataError, InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.request import RawPostDataException, UnreadablePostError
from django.http.response import HttpResponseBase
from django.views import defaults
from rest_framework.exceptions import APIException, ParseError, ValidationError
from rest_framework.parsers import BaseParser
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response

from core import errors
from core.logs import current_request_id, get_logger
from core.payload import MAX_NODES, PayloadError, load_json

log = get_logger(__name__)
CONTENT_TYPE: Final = "application/problem+json"
MAX_BODY_BYTES: Final = 1024 * 1024
API_PREFIX: Final = "/api/"
_TYPE: Final = "urn:aire:problem:"
_TITLES: Final = {
    "not-found": "Not found",
    "forbidden": "Not allowed",
    "conflict": "Not possible in the present state",
    "invalid": "The input is not valid",
    "unavailable": "Not available right now",
    "too-large": "The body is too large",
    "server-error": "AIRE failed to answer",
}


class BodyTooLarge(APIException):
    """The request's body is longer than the API reads."""

    status_code = 413
    default_detail = f"The body is longer than {MAX_BODY_BYTES // 1024} KiB."
    default_code = "too-large"


class ProblemResponse(Response):
    """Always JSON: a view that renders CSV still refuses in JSON."""

    @property
    def rendered_content(self) -> bytes:  # type: ignore[override]  # as DRF's own does
        self.headers["Content-Type"] = CONTENT_TYPE
        rendered: bytes = JSONRenderer().render(self.data)
        return rendered


def problem(
    status: int, slug: str, detail: str, *, errors: Mapping[str, Any] | None = None, **extra: Any
) -> dict[str, Any]:
    """The members of a problem. `extra` adds members, such as `allowed`."""
    title = _TITLES.get(slug) or HTTPStatus(status).phrase
    body = {"type": f"{_TYPE}{slug}", "title": title, "status": status, "detail": detail}
    return {**body, **({"errors": dict(errors)} if errors else {}), **extra}


def exception_handler(exc: Exception, context: Mapping[str, Any]) -> Response | None:
    """What DRF calls for every exception of a view. None: a fault of ours, answered as 500."""
    found = _described(exc)
    if found is None:
        return None
    body, headers = found
    return ProblemResponse(body, status=body["status"], headers=headers)


Described = tuple[dict[str, Any], dict[str, str]]


def _described(exc: Exception) -> Described | None:
    if isinstance(exc, errors.AireError):
        return _of_aire(exc)
    if isinstance(exc, APIException):
        return _of_drf(exc)
    return _of_django(exc)


def _of_aire(exc: errors.AireError) -> Described:
    message = exc.message
    match exc:
        case errors.NotFound():
            return problem(404, "not-found", message), {}
        case errors.Forbidden():
            return problem(403, "forbidden", message), {}
        case errors.Conflict():
            return problem(409, "conflict", message, allowed=exc.allowed), {}
        case errors.Invalid():
            return problem(400, "invalid", message, errors=exc.errors), {}
        case errors.Unavailable():
            wait = {"Retry-After": str(exc.retry_after)}
            return problem(503, "unavailable", message, retry_after=exc.retry_after), wait
        case _:
            return problem(400, "invalid", message), {}


def _of_drf(exc: APIException) -> Described:
    headers: dict[str, str] = {}
    if challenge := getattr(exc, "auth_header", None):
        headers["WWW-Authenticate"] = str(challenge)
    if (wait := getattr(exc, "wait", None)) is not None:
        headers["Retry-After"] = str(max(1, round(wait)))
    if isinstance(exc, ValidationError):
        fields = by_field(exc.detail)
        return problem(400, "invalid", _summary(fields), errors=fields), headers
    detail = exc.detail if isinstance(exc.detail, str) else _summary(by_field(exc.detail))
    code = exc.get_codes()
    slug = code.replace("_", "-") if isinstance(code, str) else "invalid"
    return problem(exc.status_code, slug, str(detail)), headers


def _of_django(exc: Exception) -> Described | None:
    match exc:
        case Http404():
            return problem(404, "not-found", "There is nothing at this address."), {}
        case PermissionDenied():
            return problem(403, "forbidden", str(exc) or "You may not do this."), {}
        case DjangoValidationError():
            fields = by_field(exc.message_dict if hasattr(exc, "error_dict") else exc.messages)
            return problem(400, "invalid", _summary(fields), errors=fields), {}
        case RequestDataTooBig():
            return problem(413, "too-large", str(BodyTooLarge.default_detail)), {}
        case SuspiciousOperation() | BadRequest() | UnreadablePostError() | RawPostDataException():
            return problem(400, "bad-request", "The request could not be read."), {}
        case DataError():
            # What passed the serializer but not the database: a NUL in a filter, a huge number.
            detail = "A value cannot be stored: it is too large or holds a forbidden character."
            return problem(400, "invalid", detail), {}
        case OperationalError() | InterfaceError():
            log.warning("database_unavailable", error=type(exc.__cause__ or exc).__name__)
            detail = "The database does not answer. Try again in a few seconds."
            return problem(503, "unavailable", detail, retry_after=3), {"Retry-After": "3"}
        case _:
            return None


def by_field(detail: Any, path: str = "") -> dict[str, list[str]]:
    """Nested errors as one flat map: `{"spec.owners.0": ["…"]}`. "" holds what has no field."""
    if isinstance(detail, Mapping):
        entries = [(str(key), value) for key, value in detail.items()]
    elif isinstance(detail, (list, tuple)) and any(isinstance(e, (dict, list)) for e in detail):
        entries = [(str(index), value) for index, value in enumerate(detail) if value]
    else:
        lines = detail if isinstance(detail, (list, tuple)) else [detail]
        return {path: [str(line) for line in lines]}
    fields: dict[str, list[str]] = {}
    for key, value in entries:
        inner = path if key in ("non_field_errors", "__all__") else f"{path}.{key}".lstrip(".")
        for name, lines in by_field(value, inner).items():
            fields.setdefault(name, []).extend(lines)
    return fields


def _summary(fields: Mapping[str, list[str]]) -> str:
    """One sentence that names the first thing to mend."""
    for name, lines in fields.items():
        if lines:
            return f"{name}: {lines[0]}" if name else lines[0]
    return _TITLES["invalid"]


class BoundedJSONParser(BaseParser):
    """JSON within bounds of size, depth and nodes; anything else is a polite 400 or 413.

    The declared charset is not looked at: JSON is UTF-8, and a codec named by a stranger is code
    chosen by a stranger.
    """

    media_type = "application/json"
    max_bytes = MAX_BODY_BYTES
    max_nodes = MAX_NODES
    """Values in all. A parser of documents that are many numbers may have more."""

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        body: bytes = stream.read(self.max_bytes + 1)
        if len(body) > self.max_bytes:
            raise BodyTooLarge(f"The body is longer than {self.max_bytes // 1024} KiB.")
        if not body.strip():
            return {}
        try:
            loaded = load_json(body, max_nodes=self.max_nodes)
        except PayloadError as error:
            raise ParseError(str(error)) from error
        if loaded.notes:
            # A person's client is told; only alerts are read leniently.
            raise ParseError(" ".join(loaded.notes))
        return loaded.value


def _is_api(request: HttpRequest) -> bool:
    return request.path.startswith(API_PREFIX)


def _answer(status: int, slug: str, detail: str, **extra: Any) -> HttpResponse:
    body = problem(status, slug, detail, **extra)
    return JsonResponse(body, status=status, content_type=CONTENT_TYPE)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """`handler400`."""
    if _is_api(request):
        return _answer(400, "bad-request", "The request could not be read.")
    return defaults.bad_request(request, exception)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """`handler403`."""
    if _is_api(request):
        return _answer(403, "forbidden", "You may not do this.")
    return defaults.permission_denied(request, exception)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """`handler404`."""
    if _is_api(request):
        return _answer(404, "not-found", "There is nothing at this address.")
    return defaults.page_not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponseBase:
    """`handler500`. Names the request, so that an operator finds the log line."""
    if _is_api(request):
        detail = "Something went wrong on our side. It was logged under the request id."
        return _answer(500, "server-error", detail, request_id=current_request_id())
    return defaults.server_error(request)
