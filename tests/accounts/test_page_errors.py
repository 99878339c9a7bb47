"""Refusals that no view handles become pages with their sentence; faults stay faults."""

from __future__ import annotations

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from accounts.page_errors import PageErrorsMiddleware
from core.errors import AireError, Conflict, Forbidden, Invalid, NotFound, Unavailable

EVIL = "No <script>alert(1)</script> here"


def refusal(error: Exception) -> HttpResponse | None:
    middleware = PageErrorsMiddleware(lambda request: HttpResponse())
    return middleware.process_exception(RequestFactory().get("/x/"), error)


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (NotFound(EVIL), 404),
        (Forbidden(EVIL), 403),
        (Conflict(EVIL), 409),
        (Invalid(EVIL), 400),
        (Unavailable(EVIL, retry_after=7), 503),
    ],
)
def test_each_refusal_has_its_status_and_its_sentence_escaped(
    error: AireError, status: int
) -> None:
    answer = refusal(error)
    assert answer is not None
    assert answer.status_code == status
    assert "No &lt;script&gt;" in answer.content.decode()
    assert "<script>alert" not in answer.content.decode()


def test_a_refusal_that_passes_says_when_to_come_back() -> None:
    answer = refusal(Unavailable("Later.", retry_after=7))
    assert answer is not None
    assert answer["Retry-After"] == "7"


def test_a_fault_of_ours_is_left_to_be_a_fault() -> None:
    assert refusal(ValueError("x")) is None
