"""Writes many rows in one statement, as one document. Only absorbing uses it; the rules are
elsewhere.

Django's `bulk_update` builds a CASE of every row for every column: measured at 9 of 10 parts of the
time that repeats took to absorb.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from alerts.models import Alert
from core import lots
from core.ids import new_id
from core.inserts import as_document, as_json

_COLUMNS = {
    "id": "uuid",
    "status": "text",
    "severity": "text",
    "title": "text",
    "annotations": "jsonb",
    "links": "jsonb",
    "last_seen_at": "timestamptz",
    "listed_at": "timestamptz",
    "last_event_at": "timestamptz",
    "acknowledged_at": "timestamptz",
    "resolved_at": "timestamptz",
    "auto_resolve_at": "timestamptz",
    "count": "int",
    "last_receipt_id": "uuid",
}
# The names are the ones above; values are bound.
_UPDATE = f"""
    UPDATE alerts_alert a
       SET {", ".join(f"{name} = given.{name}" for name in _COLUMNS if name != "id")}
      FROM json_to_recordset(%s::json)
        AS given({", ".join(f"{name} {kind}" for name, kind in _COLUMNS.items())})
     WHERE a.id = given.id"""  # noqa: S608


def write_changed(rows: Collection[Alert]) -> None:
    """Write what absorbing may change of an alert. Call inside a transaction."""
    if not rows:
        return
    with connection.cursor() as cursor:
        columns = [[getattr(row, name) for row in rows] for name in _COLUMNS]
        cursor.execute(_UPDATE, [as_document(list(_COLUMNS), columns)])


@dataclass(frozen=True, slots=True)
class NewStep:
    """A line of an alert's trace that is still to be written."""

    alert_id: UUID
    at: datetime
    kind: str
    text: str
    detail: dict[str, Any]


_INSERT_STEPS = """
    INSERT INTO alerts_alertstep (id, alert_id, at, kind, text, detail)
    SELECT id, alert_id, at, kind, text, detail FROM json_to_recordset(%s::json)
        AS given(id uuid, alert_id uuid, at timestamptz, kind text, text text, detail jsonb)"""


def write_steps(steps: Sequence[NewStep]) -> None:
    """Append the lines in this order. Call inside a transaction, after their alerts; within a lot
    (`core.lots`) they are written with its other lines."""
    if steps and not lots.gathers(steps, _write_steps):
        _write_steps(steps)


def _write_steps(steps: Sequence[NewStep]) -> None:
    document = [
        {"id": new_id().hex, "alert_id": step.alert_id.hex, "at": step.at, "kind": step.kind,
         "text": step.text, "detail": step.detail}
        for step in steps
    ]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_INSERT_STEPS, [as_json(document)])
