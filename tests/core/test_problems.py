"""Every refusal of the API has one shape."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.core.exceptions import ValidationError as DjangoValidationError
from django.db import DataError, OperationalError
from django.http import Http404, UnreadablePostError
from django.test import RequestFactory
from rest_framework import exceptions, serializers
from rest_framework.renderers import BaseRenderer
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory
from rest_framework.views import APIView

from core import errors, problems


class Csv(BaseRenderer):
    media_type = "text/csv"
    format = "csv"

    def render(self, data: Any, *_: Any, **__: Any) -> bytes:
        return b"csv"


def raising(error: Exception, **attributes: Any) -> Response:
    class View(APIView):
        authentication_classes = ()
        permission_classes = ()

        def get(self, request: Any) -> Response:
            raise error

    view = type("Raising", (View,), attributes).as_view()
    response: Response = view(APIRequestFactory().get("/api/v1/x/"))
    return response.render()


def body(response: Any) -> dict[str, Any]:
    assert response.headers["Content-Type"] == "application/problem+json"
    found: dict[str, Any] = json.loads(response.content)
    assert {"type", "title", "status", "detail"} <= set(found)
    assert found["status"] == response.status_code
    assert found["type"].startswith("urn:aire:problem:")
    return found


STATUSES = [
    (errors.NotFound("No such incident."), 404),
    (errors.Forbidden("Only the lead may do this."), 403),
    (errors.Conflict("It is closed."), 409),
    (errors.Invalid("Wrong."), 400),
    (errors.Unavailable("Later.", retry_after=3), 503),
    (errors.AireError("No."), 400),
    (exceptions.NotAuthenticated(), 403),
    (exceptions.MethodNotAllowed("PUT"), 405),
    (exceptions.UnsupportedMediaType("text/csv"), 415),
    (exceptions.Throttled(wait=30), 429),
    (exceptions.ParseError("Bad."), 400),
    (Http404(), 404),
    (PermissionDenied(), 403),
    (DjangoValidationError("Wrong."), 400),
    (RequestDataTooBig(), 413),
    (SuspiciousOperation("/etc/passwd"), 400),
    (UnreadablePostError(), 400),
    (DataError("secret detail"), 400),
    (OperationalError("host=db.internal"), 503),
]


@pytest.mark.parametrize(("error", "status"), STATUSES)
def test_each_error_has_its_status_and_the_one_shape(error: Exception, status: int) -> None:
    response = raising(error)
    assert response.status_code == status
    found = body(response)
    assert found["detail"]
    assert "internal" not in found["detail"]
    assert "/etc" not in found["detail"]


def test_a_conflict_says_which_moves_are_allowed() -> None:
    found = body(raising(errors.Conflict("It is resolved.", allowed=["closed", "open"])))
    assert found["allowed"] == ["closed", "open"]
    assert found["detail"] == "It is resolved."


def test_errors_are_by_field() -> None:
    found = body(raising(errors.Invalid("Wrong.", errors={"title": ["Too long."]})))
    assert found["errors"] == {"title": ["Too long."]}


def test_when_to_come_back_is_in_the_header_and_the_body() -> None:
    response = raising(errors.Unavailable("Later.", retry_after=7))
    assert response.headers["Retry-After"] == "7"
    assert body(response)["retry_after"] == 7
    assert raising(exceptions.Throttled(wait=29.2)).headers["Retry-After"] == "30"


def test_a_challenge_is_kept() -> None:
    error = exceptions.AuthenticationFailed()
    error.auth_header = 'Bearer realm="AIRE"'  # type: ignore[attr-defined]
    assert raising(error).headers["WWW-Authenticate"] == 'Bearer realm="AIRE"'


class Window(serializers.Serializer[Any]):
    start = serializers.IntegerField()


class Form(serializers.Serializer[Any]):
    title = serializers.CharField(max_length=3)
    windows = Window(many=True)

    def validate(self, attrs: Any) -> Any:
        raise serializers.ValidationError("The whole is wrong.")


def test_nested_serializer_errors_become_paths() -> None:
    form = Form(data={"title": "long", "windows": [{"start": 1}, {"start": "x"}]})
    form.is_valid()
    found = body(raising(exceptions.ValidationError(form.errors)))
    assert set(found["errors"]) == {"title", "windows.1.start"}
    assert found["detail"].startswith("title: ")


def test_errors_of_no_field_have_an_empty_name() -> None:
    form = Form(data={"title": "a", "windows": []})
    form.is_valid()
    found = body(raising(exceptions.ValidationError(form.errors)))
    assert found["errors"] == {"": ["The whole is wrong."]}
    assert found["detail"] == "The whole is wrong."


def test_django_validation_errors_are_by_field_too() -> None:
    found = body(raising(DjangoValidationError({"name": ["Taken."], "__all__": ["Odd."]})))
    assert found["errors"] == {"name": ["Taken."], "": ["Odd."]}


def test_a_view_that_writes_csv_refuses_in_json() -> None:
    body(raising(errors.NotFound("No such report."), renderer_classes=[Csv]))


def test_a_fault_of_ours_is_not_dressed_as_a_refusal() -> None:
    with pytest.raises(KeyError):
        raising(KeyError("x"))


class Echo(APIView):
    authentication_classes = ()
    permission_classes = ()
    parser_classes = (problems.BoundedJSONParser,)

    def post(self, request: Any) -> Response:
        return Response({"got": request.data})


def post(content: bytes, content_type: str = "application/json") -> Any:
    request = APIRequestFactory().generic("POST", "/api/v1/x/", content, content_type)
    return Echo.as_view()(request).render()


@pytest.mark.parametrize(
    ("content", "got"), [(b'{"a": [1, "\xc3\xbc"]}', {"a": [1, "ü"]}), (b"", {}), (b" ", {})]
)
def test_json_is_read(content: bytes, got: object) -> None:
    assert json.loads(post(content).content) == {"got": got}


BAD_BODIES = [
    b"{", b"nope", b"'a'", b'{"a": NaN}', b'{"a": 1e400}', b'{"a": Infinity}', b"[" * 100_000,
    b'{"a":' * 1_000 + b"1" + b"}" * 1_000, b"\xff\xfe{", b'{"a": "\xff"}', b'{"a": 1, "a": 2}',
    b'{"a": 1}{"b": 2}', b"9" * 5_000, b"[" + b"1," * 60_000 + b"1]", b"<a/>", b"a: b",
]  # fmt: skip


@pytest.mark.parametrize("content", BAD_BODIES)
def test_what_is_not_plain_json_is_a_400(content: bytes) -> None:
    response = post(content)
    assert response.status_code == 400
    assert body(response)["detail"]


def test_a_body_beyond_the_limit_is_a_413() -> None:
    response = post(b'"' + b"a" * problems.MAX_BODY_BYTES + b'"')
    assert response.status_code == 413
    assert body(response)["type"] == "urn:aire:problem:too-large"


@pytest.mark.parametrize("charset", ["bz2_codec", "rot13", "idna", "nonsense", "utf-16"])
def test_a_declared_charset_chooses_no_codec(charset: str) -> None:
    response = post(b'{"a": 1}', f"application/json; charset={charset}")
    assert json.loads(response.content) == {"got": {"a": 1}}


def test_another_media_type_is_a_415() -> None:
    assert post(b"a=1", "application/x-www-form-urlencoded").status_code == 415


HANDLERS = [
    (lambda request: problems.bad_request(request, ValueError("secret")), 400),
    (lambda request: problems.permission_denied(request, PermissionDenied("secret")), 403),
    (lambda request: problems.page_not_found(request, Http404("secret")), 404),
    (problems.server_error, 500),
]


@pytest.mark.parametrize(("handler", "status"), HANDLERS)
def test_the_last_resort_answers_json_under_api_and_a_page_elsewhere(
    handler: Any, status: int
) -> None:
    under_api = handler(RequestFactory().get("/api/v1/nope/"))
    assert under_api.status_code == status
    assert "secret" not in body(under_api)["detail"]
    elsewhere = handler(RequestFactory().get("/nope/"))
    assert elsewhere.status_code == status
    assert elsewhere.headers["Content-Type"].startswith("text/html")
