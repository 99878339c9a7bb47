"""An empty database gets in one piece what all migrations together make."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from aire_web import schema

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def bare() -> Iterator[None]:
    """The connection, with a schema that has nothing in it."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER SCHEMA public RENAME TO kept; CREATE SCHEMA public")
    yield
    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA public CASCADE; ALTER SCHEMA kept RENAME TO public")


def pending() -> list[str]:
    executor = MigrationExecutor(connection)
    return [str(one) for one, _ in executor.migration_plan(executor.loader.graph.leaf_nodes())]


def test_the_file_is_what_all_migrations_make() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "deploy.schema", "--check"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("bare")
def test_an_empty_database_has_nothing_left_to_migrate() -> None:
    assert schema.load_into_empty()
    assert pending() == []
    # What is there already is never written over.
    assert not schema.load_into_empty()


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("bare")
def test_a_database_with_a_table_of_somebody_is_migrated() -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE somebody (id int)")
    assert not schema.load_into_empty()
    assert pending() != []


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("bare")
def test_a_file_that_is_behind_is_left_alone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    behind = tmp_path / "schema.sql"
    behind.write_text(f"{schema.MARK}{'0' * 64}\nCREATE TABLE wrong (id int);\n")
    monkeypatch.setattr(schema, "FILE", behind)
    assert not schema.load_into_empty()
    behind.unlink()
    assert not schema.load_into_empty()


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("bare")
def test_a_file_that_the_server_refuses_changes_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    refused = tmp_path / "schema.sql"
    refused.write_text(
        f"{schema.MARK}{schema.fingerprint()}\nCREATE TABLE one (id int);\nNONSENSE;"
    )
    monkeypatch.setattr(schema, "FILE", refused)
    assert not schema.load_into_empty()
    with connection.cursor() as cursor:
        assert connection.introspection.table_names(cursor) == []
