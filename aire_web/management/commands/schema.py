"""`manage.py schema`: prints what `aire_web/schema.sql` has to be, from an empty database.

`make schema` starts one for it. `--is-current` only says whether the file is of these migrations.
"""

from __future__ import annotations

import subprocess
from typing import Any, Final

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from aire_web import schema
from aire_web.runtime.postgres import programs_folder

# The day on which receipts were split is no part of a new installation, whose days are made later.
NEW_ONLY: Final = """
ALTER TABLE alerts_receipt DETACH PARTITION alerts_receipt_before;
DROP TABLE alerts_receipt_before;
"""
# What a dump says to `psql`, or about the session that loads it.
LEFT_OUT: Final = ("--", "SET ", "\\", "SELECT pg_catalog.set_config(")


class Command(BaseCommand):
    help = "Migrates the empty database of DATABASE_URL and prints its schema, for `make schema`."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--is-current", action="store_true", help="only compare, no database")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["is_current"]:
            if not schema.is_current():
                raise CommandError("aire_web/schema.sql is behind the migrations: make schema")
            return
        if not schema.is_empty():
            raise CommandError("The database of DATABASE_URL is not empty.")
        executor = MigrationExecutor(connection)
        executor.migrate(executor.loader.graph.leaf_nodes())
        with connection.cursor() as cursor:
            cursor.execute(NEW_ONLY)
        self.stdout.write(f"{schema.MARK}{schema.fingerprint()}")
        self.stdout.write("-- Made by `make schema`; not to be edited.\n")
        self.stdout.write(_dump("--schema-only"))
        self.stdout.write(_dump("--data-only", "--inserts", "--exclude-table=django_migrations"))
        self.stdout.write(schema.applied())


def _dump(*how: str) -> str:
    said = subprocess.run(  # noqa: S603 - a program of ours on a database of ours
        [programs_folder() / "pg_dump", "--no-owner", "--no-privileges", *how,
         settings.DATABASE_URL or ""],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    kept, in_body = [], False
    for line in said.splitlines():
        if in_body or (line and not line.startswith(LEFT_OUT) and not _is_idle(line)):
            kept.append(line)
        # Inside of a body of a function every line counts.
        in_body ^= line.count("$$") % 2 == 1
    return "\n".join(kept) + "\n"


def _is_idle(line: str) -> bool:
    """Sets a sequence that has given nothing yet to where it is."""
    return line.startswith("SELECT pg_catalog.setval(") and line.endswith(", false);")
