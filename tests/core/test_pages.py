"""Keyset pages over a real table, in both directions."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core import signing
from django.db import connection
from django.db.models import CharField, F, UUIDField, Value
from django.db.models.functions import Cast, Left, NullIf
from django.test import RequestFactory
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory
from rest_framework.views import APIView

from core.errors import Invalid
from core.models import JobRun
from core.pages import KeysetPagination, Page, page_urls, paginate

pytestmark = pytest.mark.django_db
NEWEST_FIRST = ("-slot", "-id")
START = datetime(2026, 3, 29, 1, 0, 0, 123456, tzinfo=UTC)


@pytest.fixture
def rows(db: None) -> list[JobRun]:
    """Twenty rows, four to each slot, so that most pages end between equal values."""
    made = [JobRun(job=f"job-{n:02}", slot=START + timedelta(hours=n // 4)) for n in range(20)]
    return JobRun.objects.bulk_create(made)


def walk(order: tuple[str, ...], size: int, queryset: Any = None) -> list[list[JobRun]]:
    pages, cursor = [], None
    while True:
        page = paginate(
            JobRun.objects.all() if queryset is None else queryset,
            order=order,
            cursor=cursor,
            size=size,
        )
        pages.append(page.items)
        cursor = page.next_cursor
        if cursor is None:
            return pages


@pytest.mark.parametrize("size", [1, 3, 7, 19, 20, 21])
@pytest.mark.parametrize(
    "order", [NEWEST_FIRST, ("slot", "id"), ("-slot", "id"), ("slot", "-id"), ("-id",)]
)
def test_the_pages_together_are_the_list(
    rows: list[JobRun], order: tuple[str, ...], size: int
) -> None:
    pages = walk(order, size)
    assert [row for page in pages for row in page] == list(JobRun.objects.order_by(*order))
    assert all(len(page) == size for page in pages[:-1])


@pytest.mark.parametrize("order", [NEWEST_FIRST, ("-slot", "id")])
def test_going_back_shows_the_pages_that_were_seen(
    rows: list[JobRun], order: tuple[str, ...]
) -> None:
    seen: list[Page[JobRun]] = [paginate(JobRun.objects.all(), order=order, cursor=None, size=6)]
    while seen[-1].next_cursor:
        seen.append(
            paginate(JobRun.objects.all(), order=order, cursor=seen[-1].next_cursor, size=6)
        )
    page = seen.pop()
    while seen:
        page = paginate(JobRun.objects.all(), order=order, cursor=page.previous_cursor, size=6)
        assert page.items == seen.pop().items
        assert page.next_cursor
    assert page.previous_cursor is None


def test_a_row_that_arrives_in_between_moves_nothing(rows: list[JobRun]) -> None:
    first = paginate(JobRun.objects.all(), order=NEWEST_FIRST, cursor=None, size=5)
    JobRun.objects.create(job="new", slot=START + timedelta(days=1))
    second = paginate(JobRun.objects.all(), order=NEWEST_FIRST, cursor=first.next_cursor, size=5)
    assert [*first.items, *second.items] == sorted(rows, key=lambda row: -row.id)[:10]


def test_the_first_page_has_nothing_before_it_and_an_empty_list_nothing_at_all() -> None:
    page = paginate(JobRun.objects.all(), order=NEWEST_FIRST, cursor=None, size=5)
    assert page == Page([], None, None)


def test_rows_whose_sort_value_is_null_are_left_out(rows: list[JobRun]) -> None:
    some = JobRun.objects.annotate(name=NullIf(F("job"), Value("job-03", CharField())))
    found = [row.job for page in walk(("name", "id"), 4, some) for row in page]
    assert len(found) == 19
    assert "job-03" not in found


def test_annotations_and_uuids_can_be_sorted_by(rows: list[JobRun]) -> None:
    same = "0190f5e2-0000-7000-8000-000000000000"
    some = JobRun.objects.annotate(
        key=Cast(Value(same), UUIDField()), begin=Left("job", 5, output_field=CharField())
    )
    found = [row for page in walk(("key", "begin", "id"), 3, some) for row in page]
    assert found == list(some.order_by("begin", "id"))


def test_a_page_costs_one_query(rows: list[JobRun], django_assert_num_queries: Any) -> None:
    cursor = paginate(JobRun.objects.all(), order=NEWEST_FIRST, cursor=None, size=5).next_cursor
    with django_assert_num_queries(1) as seen:
        paginate(JobRun.objects.all(), order=NEWEST_FIRST, cursor=cursor, size=5)
    assert "LIMIT 6" in seen.captured_queries[0]["sql"]


def test_the_position_is_found_by_the_index(
    rows: list[JobRun], django_assert_num_queries: Any
) -> None:
    order = ("job", "slot")
    cursor = paginate(JobRun.objects.all(), order=order, cursor=None, size=5).next_cursor
    with django_assert_num_queries(1) as seen:
        paginate(JobRun.objects.all(), order=order, cursor=cursor, size=5)
    with connection.cursor() as database:
        database.execute("SET LOCAL enable_seqscan = off")
        database.execute("EXPLAIN " + seen.captured_queries[0]["sql"])
        plan = "\n".join(line for (line,) in database.fetchall())
    assert "Index Cond: (ROW(" in plan
    assert "Sort" not in plan


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "a:b:c",
        "\x00",
        "é" * 10,
        "a" * 100_000,
        signing.dumps(["n", "-slot,-id", ["now", 1]], salt="another"),
        signing.dumps(["n", "slot,id", [["t", START.isoformat()], 1]], salt="core.pages"),
        signing.dumps(["n", "-slot,-id", [["?", "x"], 1]], salt="core.pages"),
        signing.dumps("n", salt="core.pages"),
    ],
    # Signed cursors hold the time: the names of the tests must not.
    ids=["letter", "colons", "nul", "accents", "long", "salt", "order", "type", "shape"],
)
def test_a_damaged_or_foreign_cursor_is_refused_in_a_sentence(cursor: str) -> None:
    with pytest.raises(Invalid, match="Start from the first page") as refused:
        paginate(JobRun.objects.all(), order=NEWEST_FIRST, cursor=cursor, size=5)
    assert list(refused.value.errors) == ["cursor"]


def test_a_cursor_changed_by_one_letter_is_refused(rows: list[JobRun]) -> None:
    cursor = paginate(JobRun.objects.all(), order=NEWEST_FIRST, cursor=None, size=5).next_cursor
    assert cursor
    bent = ("A" if cursor[0] != "A" else "B") + cursor[1:]
    with pytest.raises(Invalid):
        paginate(JobRun.objects.all(), order=NEWEST_FIRST, cursor=bent, size=5)


def test_the_size_has_a_ceiling(rows: list[JobRun], django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1) as seen:
        paginate(JobRun.objects.all(), order=NEWEST_FIRST, cursor=None, size=10**9)
    assert "LIMIT 201" in seen.captured_queries[0]["sql"]


def test_the_urls_of_the_neighbours_keep_the_filters() -> None:
    request = RequestFactory().get("/alerts/", {"q": "a&b", "status": ["x", "y"], "cursor": "old"})
    urls = page_urls(request, Page([], "new", None))
    assert urls.previous_url is None
    assert urls.next_url
    parts = urlsplit(urls.next_url)
    assert (parts.scheme, parts.netloc, parts.path) == ("http", "testserver", "/alerts/")
    assert parse_qs(parts.query) == {"q": ["a&b"], "status": ["x", "y"], "cursor": ["new"]}


class RunsView(APIView):
    authentication_classes = ()
    permission_classes = ()
    ordering = NEWEST_FIRST

    def get(self, request: Any) -> Response:
        pager = KeysetPagination()
        found = pager.paginate_queryset(JobRun.objects.all(), request, self)
        return pager.get_paginated_response([row.job for row in found])


def get(url: str) -> Response:
    response: Response = RunsView.as_view()(APIRequestFactory().get(url))
    return response


def test_the_api_answers_next_previous_and_results(rows: list[JobRun]) -> None:
    first = get("/runs/?page_size=15").data
    assert set(first) == {"next", "previous", "results"}
    assert first["previous"] is None
    second = get(first["next"]).data
    assert first["results"] + second["results"] == [f"job-{n:02}" for n in range(19, -1, -1)]
    assert second["next"] is None
    assert get(second["previous"]).data["results"] == first["results"]


@pytest.mark.parametrize("size", ["0", "201", "-1", "abc", "9" * 5000, "１"])
def test_a_page_size_out_of_bounds_is_a_400(size: str) -> None:
    response = get(f"/runs/?page_size={size}")
    assert response.status_code == 400
    assert list(response.data["errors"]) == ["page_size"]
