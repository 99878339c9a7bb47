"""Writes new rows with SQL made once a model: the way of an alert writes some twenty of them.

Django's `save` and `bulk_create` build and compile every INSERT anew, four fifths of what such a
row costs this process. Like `bulk_create` this sends no signals and reads nothing back: give rows
their primary key, or do without it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from django.db import connection, models
from django.db.models.expressions import DatabaseDefault
from django.db.models.sql import Query

from core import lots
from core.pipelining import bites

DOCUMENT_FROM = 3
"""Rows from which one document is quicker than a line of values each."""

PLAIN = frozenset({
    models.BooleanField, models.CharField, models.DateTimeField, models.ForeignKey,
    models.IntegerField, models.JSONField, models.OneToOneField, models.PositiveIntegerField,
    models.PositiveSmallIntegerField, models.SlugField, models.TextField, models.UUIDField,
})  # fmt: skip
"""Fields whose value is in the row as PostgreSQL takes it."""


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
    for some in bites(rows):
        insert(*some)


def _write_once(rows: Sequence[models.Model]) -> None:
    for some in bites(rows):
        sql, params = _insert(type(some[0]), list(some))
        with connection.cursor() as cursor:
            cursor.execute(f"{sql} ON CONFLICT DO NOTHING", params)


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
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias
    if len(rows) >= DOCUMENT_FROM and (made := _as_document(model, rows)):
        return made
    head, fields = _head(model)
    lines, params = [], []
    for row in rows:
        cells = []
        for field in fields:
            cell, values = _cell(model, field, field.pre_save(row, add=True))
            cells.append(cell)
            params += values
        lines.append(f"({', '.join(cells)})")
    return head + ", ".join(lines), params


def _as_document(
    model: type[models.Model], rows: list[models.Model]
) -> tuple[str, list[Any]] | None:
    """All rows as one JSON document, which C code writes and PostgreSQL takes apart: a fifth of
    what binding each value costs. None where rows differ in what the database is to work out,
    or have a kind of field that is no plain value."""
    names, cells, plain = [], [], []
    bound: list[Any] = []
    for field in _head(model)[1]:
        values = [getattr(row, field.attname) for row in rows]
        name = connection.ops.quote_name(str(field.column))
        if any(hasattr(value, "resolve_expression") for value in values):
            cell, params = _cell(model, field, values[0])
            if any(_cell(model, field, value) != (cell, params) for value in values[1:]):
                return None
            if cell != "DEFAULT":
                names.append(name)
                cells.append(cell)
                bound += params
        elif type(field) in PLAIN and type(field) is not models.JSONField and _are_one(values):
            names.append(name)
            cells.append("%s")
            bound.append(field.get_db_prep_save(values[0], connection))
        elif type(field) in PLAIN:
            names.append(name)
            cells.append(f"given.{name}")
            plain.append((str(field.column), f"{name} {field.db_type(connection)}", values))
        else:
            return None
    if not plain:
        return None
    document = as_document([name for name, _, _ in plain], [values for _, _, values in plain])
    table = connection.ops.quote_name(model._meta.db_table)
    types = ", ".join(kind for _, kind, _ in plain)
    return (
        f"INSERT INTO {table} ({', '.join(names)}) SELECT {', '.join(cells)} "  # noqa: S608
        f"FROM json_to_recordset(%s::json) AS given({types})",
        [*bound, document],
    )


def _are_one(values: list[Any]) -> bool:
    """Whether it is the same in all rows, as half of the columns are in a storm: bound once."""
    first = values[0]
    return all(value is first or value == first for value in values)


def as_document(names: Sequence[str], columns: Sequence[list[Any]]) -> str:
    """Rows for `json_to_recordset`, out of a list of values for each column."""
    lines = zip(*map(_texts, columns), strict=True)
    return as_json([dict(zip(names, line, strict=True)) for line in lines])


def _texts(values: list[Any]) -> list[Any]:
    """Ids and times as text: a third of what it costs to be asked for each while writing."""
    kind = type(next((value for value in values if value is not None), None))
    if kind is UUID:
        return [value.hex if isinstance(value, UUID) else value for value in values]
    if kind is datetime:
        texts = {value: str(value) for value in set(values) if value is not None}
        return [texts.get(value) for value in values]
    return values


def as_json(document: Any) -> str:
    """With times and ids as the text that PostgreSQL reads them from."""
    return json.dumps(document, default=str, check_circular=False)


def _cell(
    model: type[models.Model], field: models.Field[Any, Any], value: Any
) -> tuple[str, list[Any]]:
    if isinstance(value, DatabaseDefault):
        return "DEFAULT", []
    if hasattr(value, "resolve_expression"):
        query = Query(model)
        resolved = value.resolve_expression(query, allow_joins=False, for_save=True)
        sql, params = query.get_compiler(connection=connection).compile(resolved)
        return sql, list(params)
    return "%s", [field.get_db_prep_save(value, connection)]
