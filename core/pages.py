"""Keyset pages, shared by web pages and the API: the same cost on the first and the last page.

A cursor is a position (the sort values of one row), signed, so that it can be neither read as an
offset nor bent into a query. Totals and page numbers do not exist here on purpose.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

from django.core import signing
from django.core.exceptions import FieldDoesNotExist
from django.db.models import F, Model, Q, QuerySet
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan, TupleLessThan
from django.http import HttpRequest
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response

from core.errors import Invalid

if TYPE_CHECKING:
    # At run time DRF imports this module while it is itself being imported.
    from rest_framework.views import APIView


MAX_SIZE: Final = 200
DEFAULT_SIZE: Final = 50
MAX_CURSOR: Final = 2_000
_SALT: Final = "core.pages"
_FORWARD: Final = "n"
_BACKWARD: Final = "p"

T = TypeVar("T", bound=Model)


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of rows, and the cursors of its neighbours (None: there is none)."""

    items: list[T]
    next_cursor: str | None
    previous_cursor: str | None


@dataclass(frozen=True, slots=True)
class PageUrls:
    """Absolute addresses of the neighbouring pages."""

    next_url: str | None
    previous_url: str | None


def paginate(
    queryset: QuerySet[T], *, order: Sequence[str], cursor: str | None, size: int
) -> Page[T]:
    """The page after (or before) a cursor, with one query.

    `order` names columns or annotations of the queryset ("-opened_at", "-id"); the last one has
    to be unique. Rows whose sort value is NULL have no place in an order and are left out. Where
    all directions are equal the comparison is a row value, `(a, b) < (x, y)`, which one index
    over the same columns answers.
    """
    size = max(1, min(size, MAX_SIZE))
    order = tuple(order)
    direction, position = _read_cursor(cursor, order) if cursor else (_FORWARD, None)
    backward = direction == _BACKWARD
    rows = queryset.filter(_without_nulls(queryset, order))
    walked = tuple(_flipped(name) for name in order) if backward else order
    if position is not None:
        rows = rows.filter(_after(walked, position))
    found = list(rows.order_by(*walked)[: size + 1])
    more, items = len(found) > size, found[:size]
    if backward:
        items.reverse()
    if not items:
        return Page([], None, None)
    has_next = more if not backward else True
    has_previous = more if backward else position is not None
    return Page(
        items,
        _write_cursor(items[-1], order, _FORWARD) if has_next else None,
        _write_cursor(items[0], order, _BACKWARD) if has_previous else None,
    )


def page_urls(request: HttpRequest | Request, page: Page[Any]) -> PageUrls:
    """The neighbours' absolute addresses, with every other parameter of the address kept."""
    return PageUrls(
        next_url=_url(request, page.next_cursor),
        previous_url=_url(request, page.previous_cursor),
    )


def _url(request: HttpRequest | Request, cursor: str | None) -> str | None:
    if cursor is None:
        return None
    query = request.GET.copy()
    query["cursor"] = cursor
    url: str = request.build_absolute_uri(f"{request.path}?{query.urlencode()}")
    return url


def _bare(name: str) -> str:
    return name.removeprefix("-")


def _flipped(name: str) -> str:
    return _bare(name) if name.startswith("-") else f"-{name}"


def _without_nulls(queryset: QuerySet[T], order: tuple[str, ...]) -> Q:
    wanted = Q()
    for name in map(_bare, order):
        try:
            nullable = bool(getattr(queryset.model._meta.get_field(name), "null", False))
        except FieldDoesNotExist:
            nullable = name != "pk"  # an annotation may be NULL
        if nullable:
            wanted &= Q(**{f"{name}__isnull": False})
    return wanted


def _after(order: tuple[str, ...], position: Sequence[Any]) -> Any:
    """The condition "comes after this position" in the given order."""
    names = [_bare(name) for name in order]
    if len(names) > 1 and len({name.startswith("-") for name in order}) == 1:
        compare = TupleLessThan if order[0].startswith("-") else TupleGreaterThan
        return compare(Tuple(*map(F, names)), tuple(position))
    condition = Q()
    equal_so_far = Q()
    for name, bare, value in zip(order, names, position, strict=True):
        operator = "lt" if name.startswith("-") else "gt"
        condition |= equal_so_far & Q(**{f"{bare}__{operator}": value})
        equal_so_far &= Q(**{bare: value})
    return condition


# How a sort value is written into a cursor and read out of it again.
_CODECS: Final[dict[str, tuple[type, Callable[[Any], str], Callable[[str], Any]]]] = {
    "t": (datetime, datetime.isoformat, datetime.fromisoformat),
    "d": (date, date.isoformat, date.fromisoformat),
    "u": (uuid.UUID, str, uuid.UUID),
    "n": (Decimal, str, Decimal),
}


def _packed(value: Any) -> Any:
    for tag, (kind, write, _) in _CODECS.items():
        if isinstance(value, kind):
            return [tag, write(value)]
    if isinstance(value, (str, int, float)):
        return value
    raise TypeError(f"a page cannot be ordered by {type(value).__name__}")


def _unpacked(value: Any) -> Any:
    return _CODECS[value[0]][2](value[1]) if isinstance(value, list) else value


def _write_cursor(row: Model, order: tuple[str, ...], direction: str) -> str:
    values = [_packed(getattr(row, _bare(name))) for name in order]
    return signing.dumps([direction, ",".join(order), values], salt=_SALT)


def _read_cursor(cursor: str, order: tuple[str, ...]) -> tuple[str, list[Any]]:
    sentence = "This page marker is damaged or belongs to another list. Start from the first page."
    refused = Invalid(sentence, errors={"cursor": [sentence]})
    if len(cursor) > MAX_CURSOR:
        raise refused
    try:
        direction, written_for, values = signing.loads(cursor, salt=_SALT)
        if direction not in (_FORWARD, _BACKWARD) or written_for != ",".join(order):
            raise refused
        return direction, [_unpacked(value) for value in values]
    except (signing.BadSignature, ValueError, TypeError, KeyError, LookupError) as error:
        raise refused from error


class KeysetPagination(BasePagination):
    """`{"next", "previous", "results"}` for the API. The order comes from the view (`ordering`)."""

    display_page_controls = False

    def paginate_queryset(
        self,
        queryset: QuerySet[Any] | Sequence[Any],
        request: Request,
        view: APIView | None = None,
    ) -> list[Any]:
        order = getattr(view, "ordering", None)
        if not isinstance(queryset, QuerySet):
            raise TypeError("only querysets can be paged by key")
        if not order:
            raise TypeError(f"{type(view).__name__} has no `ordering`, so it cannot be paged")
        self._request = request
        self._page = paginate(
            queryset,
            order=(order,) if isinstance(order, str) else tuple(order),
            cursor=request.GET.get("cursor") or None,
            size=self._size(request),
        )
        return self._page.items

    def _size(self, request: Request) -> int:
        given = request.GET.get("page_size", "")
        if not given:
            return DEFAULT_SIZE
        if not re.fullmatch("[0-9]{1,3}", given) or not 1 <= int(given) <= MAX_SIZE:
            sentence = f"Give a whole number from 1 to {MAX_SIZE}."
            raise Invalid(sentence, errors={"page_size": [sentence]})
        return int(given)

    def get_paginated_response(self, data: Any) -> Response:
        urls = page_urls(self._request, self._page)
        return Response({"next": urls.next_url, "previous": urls.previous_url, "results": data})

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        url = {"type": ["string", "null"], "format": "uri"}
        return {
            "type": "object",
            "required": ["next", "previous", "results"],
            "properties": {"next": url, "previous": url, "results": schema},
        }

    def get_schema_operation_parameters(self, view: APIView) -> list[dict[str, Any]]:
        return [
            {
                "name": "cursor",
                "in": "query",
                "required": False,
                "description": "A position in the list, taken from `next` or `previous`.",
                "schema": {"type": "string"},
            },
            {
                "name": "page_size",
                "in": "query",
                "required": False,
                "description": f"How many results to answer, {DEFAULT_SIZE} unless given.",
                "schema": {"type": "integer", "minimum": 1, "maximum": MAX_SIZE},
            },
        ]
