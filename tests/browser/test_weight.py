"""What a first visit loads, packed as a browser gets it."""

from __future__ import annotations

import gzip

import pytest
from playwright.sync_api import Response

from tests.browser.desk import PHONE, WIDE, Desk

pytestmark = pytest.mark.browser
KB = 1024
LIMITS = {"script": 35 * KB, "stylesheet": 20 * KB}


def loaded(desk: Desk, path: str, size: tuple[int, int]) -> dict[str, int]:
    """Bytes by kind of what a browser that knows nothing yet loads for this page."""
    answers: list[Response] = []
    weights: dict[str, int] = {}
    with desk.open(size=size) as watched:
        watched.page.on("response", lambda answer: answers.append(answer))
        watched.go(path)
        watched.page.wait_for_timeout(300)
        for answer in answers:
            kind = answer.request.resource_type
            # A stream has no end, an answer 304 no body, and a part that something moved meanwhile
            # is no first visit.
            moved = "fragment=live" in answer.url
            if answer.status == 200 and kind != "eventsource" and not moved:
                weights[kind] = weights.get(kind, 0) + weight_of(answer)
    return weights


def weight_of(answer: Response) -> int:
    """Static files are packed where AIRE runs for real; what is drawn was packed on its way."""
    if "/static/" in answer.url:
        return len(gzip.compress(answer.body(), 6))
    if answer.headers.get("content-encoding") == "gzip":
        return int(answer.headers["content-length"])
    return len(answer.body())


def leave_one_page(desk: Desk) -> None:
    """Other tests had people paged as well; a page that waits is drawn whole."""
    open_ones = "SELECT id FROM incidents_incident WHERE status = 'open' AND title NOT LIKE %s"
    for (pk,) in desk.rows(open_ones, ["Browser burns%"]):
        desk.api("POST", f"incidents/INC-{pk}/transition/", {"to": "acknowledged"})


@pytest.mark.parametrize(
    ("path", "size", "limit"),
    [("/", WIDE, 120 * KB), ("/on-call/", PHONE, 60 * KB)],
    ids=["now", "on-call"],
)
def test_a_first_visit_is_light(desk: Desk, path: str, size: tuple[int, int], limit: int) -> None:
    leave_one_page(desk)
    weights = loaded(desk, path, size)
    assert sum(weights.values()) <= limit, weights
    for kind, most in LIMITS.items():
        assert 0 < weights[kind] <= most, weights
