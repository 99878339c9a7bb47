"""After a test that commits, the database is again as the migrations left it.

Django truncates every table and lets every app fill its own again: with this many tables that takes
longer than most tests. Here rows are deleted and what the migrations shipped is put back, in one
statement; the ids of shipped rows stay.
"""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import TransactionTestCase


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    with django_db_blocker.unblock():
        sql = _keep_shipped_rows()

    def _fixture_teardown(self: TransactionTestCase) -> None:
        with connection.cursor() as cursor:
            cursor.execute(sql)

    TransactionTestCase._fixture_teardown = _fixture_teardown  # type: ignore[method-assign]


def _keep_shipped_rows() -> str:
    """Copies what is there now into a schema of its own; answers the SQL that brings it back."""
    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA IF EXISTS shipped CASCADE; CREATE SCHEMA shipped")
        tables = connection.introspection.django_table_names(
            only_existing=True, include_views=False
        )
        # Neither the triggers that forbid changes nor foreign keys have a say in this.
        steps = ["SET session_replication_role = replica", *(f"DELETE FROM {t}" for t in tables)]
        for table in tables:
            cursor.execute(f"SELECT EXISTS (SELECT FROM {table})")
            if cursor.fetchone()[0]:
                cursor.execute(f"CREATE TABLE shipped.{table} AS TABLE {table}")
                columns = _columns(cursor, table)
                steps.append(
                    f"INSERT INTO {table} ({columns}) SELECT {columns} FROM shipped.{table}"
                )
    return "; ".join([*steps, "SET session_replication_role = DEFAULT"])


def _columns(cursor: Any, table: str) -> str:
    """All but those that the database computes itself."""
    cursor.execute(
        "SELECT string_agg(quote_ident(column_name), ', ') FROM information_schema.columns "
        "WHERE table_schema = 'public' AND table_name = %s AND is_generated = 'NEVER'",
        [table],
    )
    return str(cursor.fetchone()[0])
