"""Writes new rows with SQL made once a model: the way of an alert writes some twenty of them.

Django's `save` and `bulk_create` build and compile every INSERT anew, four fifths of what such a
row costs this process. Like `bulk_create` this sends no signals and reads nothing back: give rows
their primary key, or do without it.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from django.db import connection, models
from django.db.models.expressions import DatabaseDefault
from django.db.models.sql import Query

from core import lots

STATEMENT_ROWS = 500


@cache
def _head(model: type[models.Model]) -> tuple[str, tuple[models.Field[Any, Any], ...]]:
    quote = connection.ops.quote_name
    fields = tuple(
        field
        for field in model._meta.concrete_fields
        if not isinstance(field, models.AutoField | models.GeneratedField)
    )
    names = ", ".join(quote(str(field.column)) for field in fields)
    table = quote(model._meta.db_table)
    return f"INSERT INTO {table} ({names}) VALUES ", fields  # noqa: S608 - names are our models'


def insert(*rows: models.Model) -> None:
    """Write new rows of one or several models, in this order, in one round trip; within a lot
    later, with others of theirs."""
    if lots.gathers(rows, _write_many):
        return
    groups: list[tuple[type[models.Model], list[models.Model]]] = []
    for row in rows:
        if not groups or groups[-1][0] is not type(row):
            groups.append((type(row), []))
        groups[-1][1].append(row)
    parts, params = [], []
    for model, same in groups:
        sql, values = _insert(model, same)
        parts.append(sql)
        params += values
    if parts:
        with connection.cursor() as cursor:
            cursor.execute(";\n".join(parts), params)


def insert_once(*rows: models.Model) -> None:
    """Write those rows that break no unique constraint; within a lot later, with others."""
    if not lots.gathers(rows, _write_once):
        _write_once(rows)


def _write_many(rows: Sequence[models.Model]) -> None:
    for start in range(0, len(rows), STATEMENT_ROWS):
        insert(*rows[start : start + STATEMENT_ROWS])


def _write_once(rows: Sequence[models.Model]) -> None:
    for start in range(0, len(rows), STATEMENT_ROWS):
        insert_new(*rows[start : start + STATEMENT_ROWS])


def insert_new(*rows: models.Model, returning: str = "id") -> set[Any]:
    """Write those rows of one model that break no unique constraint; answers the `returning`
    column of the ones that were written."""
    if not rows:
        return set()
    sql, params = _insert(type(rows[0]), list(rows))
    column = connection.ops.quote_name(returning)
    with connection.cursor() as cursor:
        cursor.execute(f"{sql} ON CONFLICT DO NOTHING RETURNING {column}", params)
        return {found for (found,) in cursor.fetchall()}


def _insert(model: type[models.Model], rows: list[models.Model]) -> tuple[str, list[Any]]:
    head, fields = _head(model)
    lines, params = [], []
    for row in rows:
        cells = []
        for field in fields:
            cell, values = _cell(model, field, row)
            cells.append(cell)
            params += values
        lines.append(f"({', '.join(cells)})")
        row._state.adding, row._state.db = False, connection.alias
    return head + ", ".join(lines), params


def _cell(
    model: type[models.Model], field: models.Field[Any, Any], row: models.Model
) -> tuple[str, list[Any]]:
    value = field.pre_save(row, add=True)
    if isinstance(value, DatabaseDefault):
        return "DEFAULT", []
    if hasattr(value, "resolve_expression"):
        query = Query(model)
        resolved = value.resolve_expression(query, allow_joins=False, for_save=True)
        sql, params = query.get_compiler(connection=connection).compile(resolved)
        return sql, list(params)
    return "%s", [field.get_db_prep_save(value, connection)]
