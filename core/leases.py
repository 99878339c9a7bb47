"""Claiming due rows straight from PostgreSQL: SKIP LOCKED, a lease, a fencing token."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db import connection, models
from django.db.models.functions import Now

from core.ids import new_id

M = TypeVar("M", bound=models.Model)


class Leased(models.Model):
    """A row that is worked off by whoever claims it. Finishing needs the claimer's token."""

    due_at = models.DateTimeField(db_default=Now())
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    lease_token = models.UUIDField(null=True, blank=True)

    class Meta:
        abstract = True


@dataclass(frozen=True, slots=True)
class Claim(Generic[M]):
    """The rows claimed, in due order, and the token that finishing them takes."""

    token: uuid.UUID
    rows: list[M]


# What a worker may take: due, and not in another's hands.
_DUE = (
    "state = %s AND due_at <= statement_timestamp() "
    "AND (lease_until IS NULL OR lease_until < statement_timestamp())"
)


def any_due(model: type[models.Model], *, pending: str) -> bool:
    """Whether there is anything to claim: one look for those who would claim by kinds."""
    table = connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT EXISTS (SELECT 1 FROM {table} WHERE {_DUE})", [pending])  # noqa: S608
        return bool(cursor.fetchone()[0])


def claim_due(
    model: type[M],
    *,
    pending: str,
    limit: int,
    lease_seconds: int,
    extra: str = "",
    params: tuple[Any, ...] = (),
) -> Claim[M]:
    """Lease up to `limit` rows whose state is `pending`, that are due and not leased by another.

    One statement, one commit; an attempt is counted before the work starts, so that a row that
    kills its worker is found out. `extra` is SQL of ours (never input) added to the condition.
    Times are the database's. Rows come back oldest due first.
    """
    table = connection.ops.quote_name(model._meta.db_table)
    token = new_id()
    # Names come from the model's own table, values are bound.
    sql = f"""
        UPDATE {table} SET lease_until = statement_timestamp() + %s * interval '1 second',
               lease_token = %s, attempts = attempts + 1
         WHERE id = ANY(ARRAY(
            SELECT id FROM {table}
             WHERE {_DUE} {extra}
             ORDER BY due_at LIMIT %s FOR UPDATE SKIP LOCKED))
        RETURNING *"""  # noqa: S608
    rows = list(model._base_manager.raw(sql, [lease_seconds, token, pending, *params, limit]))
    rows.sort(key=lambda row: (getattr(row, "due_at"), row.pk))  # noqa: B009 - generic row
    return Claim(token=token, rows=rows)


def finish(model: type[M], *, pk: Any, token: uuid.UUID, **changes: Any) -> bool:
    """Write the outcome if the lease is still ours; False for a late finisher, who changes
    nothing."""
    quote = connection.ops.quote_name
    sets, params = ["lease_token = NULL", "lease_until = NULL"], []
    for name, value in changes.items():
        if isinstance(value, Now):
            sets.append(f"{quote(name)} = statement_timestamp()")
        elif hasattr(value, "resolve_expression"):
            return _finish_slowly(model, pk, token, changes)
        else:
            sets.append(f"{quote(name)} = %s")
            params.append(value)
    # Names come from the model's own table, values are bound. Not through the ORM, which needs
    # four times as long to write the same statement: every stage of an alert's way ends here.
    sql = f"UPDATE {quote(model._meta.db_table)} SET {', '.join(sets)} WHERE id = %s "  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(f"{sql} AND lease_token = %s", [*params, pk, token])
        return bool(cursor.rowcount > 0)


def _finish_slowly(
    model: type[models.Model], pk: Any, token: uuid.UUID, changes: dict[str, Any]
) -> bool:
    """With an expression among the changes."""
    done = model._base_manager.filter(pk=pk, lease_token=token).update(
        lease_token=None, lease_until=None, **changes
    )
    return bool(done)
