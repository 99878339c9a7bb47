"""The schema of an empty database, as the migrations make it, loaded in a second.

Django draws the state of every model again at every step of every migration: with this many models
an empty database takes half a minute of processor time, at each first start and each test run. So
`make schema` migrates once and writes `schema.sql`; a database without any table gets it in one
transaction, with the migrations it stands for recorded as applied. Any other database is migrated.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Final

from django.apps import apps
from django.conf import settings
from django.db import Error, connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from core.logs import get_logger

log = get_logger(__name__)
FILE: Final = Path(__file__).with_name("schema.sql")
MARK: Final = "-- migrations: "


def fingerprint() -> str:
    """SHA-256, as hex, of what a whole migration would run: the names of all migrations, and the
    files of AIRE's own."""
    names = MigrationLoader(None).disk_migrations
    found = hashlib.sha256(repr(sorted(names)).encode())
    for label in sorted({label for label, _ in names}):
        folder = Path(apps.get_app_config(label).path)
        if folder.is_relative_to(settings.BASE_DIR) and "site-packages" not in folder.parts:
            for file in sorted((folder / "migrations").glob("[0-9]*.py")):
                found.update(file.read_bytes())
    return found.hexdigest()


def is_current() -> bool:
    """Whether `schema.sql` stands for the migrations as they are on disk."""
    if not FILE.exists():
        return False
    with FILE.open(encoding="utf-8") as lines:
        return lines.readline().removeprefix(MARK).strip() == fingerprint()


def load_into_empty() -> bool:
    """Gives a database that has no tables the whole schema; False, and nothing done, when it has
    some, when `schema.sql` is behind, or when this server does not take it: migrating is right
    then."""
    if not is_empty() or not is_current():
        return False
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            # It comes from a file of ours and has no parameters: a `%` in it means itself.
            cursor.execute(FILE.read_text(encoding="utf-8"))
    except Error as error:
        log.warning("schema_not_loaded", error=str(error)[:200])
        return False
    return True


def is_empty() -> bool:
    """No table of anybody where the schema would go, which is `public`."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_schema() = 'public'")
        public = bool(cursor.fetchone()[0])
        return public and not connection.introspection.table_names(cursor, include_views=True)


def applied() -> str:
    """The rows of the migrations that this database has, as SQL."""
    rows = sorted(MigrationRecorder(connection).applied_migrations())
    values = ",\n".join(f"  ('{app}', '{name}', now())" for app, name in rows)
    return f"INSERT INTO public.django_migrations (app, name, applied) VALUES\n{values};\n"
