"""What a report may look at: the reader, the period, the team. The one place that leaves out
drills and merged incidents, so that every report counts the same ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection, transaction
from django.db.models import Exists, Model, OuterRef, QuerySet

from accounts.models import Team, User
from catalog.models import System
from incidents.models import Incident, IncidentSystem
from reports.period import Period

COUNTED = (
    "Incidents opened in the period that the reader may see. Drills, incidents merged into another "
    "and false alarms (cancelled) are left out."
)


@dataclass(frozen=True)
class Scope:
    """`team`: only systems of this team. `by`: how the table is cut, where a report offers it."""

    user: User
    period: Period
    team: Team | None = None
    by: str = ""

    def incidents(
        self, *, start: datetime | None = None, end: datetime | None = None
    ) -> QuerySet[Incident]:
        """The incidents that count, opened in the period or between other times."""
        return self.any_time().filter(
            opened_at__gte=start or self.period.start, opened_at__lt=end or self.period.end
        )

    def any_time(self) -> QuerySet[Incident]:
        """The incidents that count, whenever they were opened. In no order."""
        rows = (
            Incident.objects.visible_to(self.user)
            .filter(drill=False, merged_into=None)
            .exclude(status="cancelled")
            .order_by()
        )
        return self._of_team(rows)

    def paged_about(self) -> QuerySet[Incident]:
        """The incidents that woke people: false alarms and merged ones did, too. No drills."""
        rows = Incident.objects.visible_to(self.user).filter(drill=False).order_by()
        return self._of_team(rows)

    def left_out(self) -> QuerySet[Incident]:
        """What the period holds and no report counts."""
        period = self.period
        rows = Incident.objects.visible_to(self.user).filter(
            opened_at__gte=period.start, opened_at__lt=period.end
        )
        return self._of_team(rows.exclude(pk__in=self.incidents().values("pk"))).order_by()

    def _of_team(self, rows: QuerySet[Incident]) -> QuerySet[Incident]:
        """The ids of the systems are looked up first: PostgreSQL then knows how rare they are."""
        if self.team is None:
            return rows
        ids = list(System.objects.filter(team=self.team).values_list("pk", flat=True))
        about = IncidentSystem.objects.filter(incident=OuterRef("pk"), system__in=ids)
        return rows.filter(Exists(about)) if ids else rows.none()


def read(sql: str, *params: Any, tables: Mapping[str, QuerySet[Any]]) -> list[dict[str, Any]]:
    """The rows of one statement of ours over querysets that decide what may be seen: each is a
    table of this name. `sql` is never made of input; `params` fill its %s."""
    heads: list[str] = []
    given: list[Any] = []
    for name, rows in tables.items():
        try:
            text, values = rows.query.sql_with_params()
        except EmptyResultSet:
            # Nothing can be in it: a table of the same columns without a row.
            text, values = _columns_of(rows), ()
        heads.append(f"{name} AS ({text})")
        given += values
    with transaction.atomic(), connection.cursor() as cursor:
        # Sorts and hashes of a year fit into this; the default would go to the disk.
        cursor.execute("SET LOCAL work_mem = '32MB'")
        cursor.execute(f"WITH {', '.join(heads)} {sql}", [*given, *params])
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _columns_of(rows: QuerySet[Any]) -> str:
    model: type[Model] = rows.model
    table = connection.ops.quote_name(model._meta.db_table)
    fields = {field.attname: str(field.column) for field in model._meta.concrete_fields}
    names: Sequence[str] = rows.query.values_select or tuple(fields)
    columns = [connection.ops.quote_name(fields[name]) for name in names]
    return f"SELECT {', '.join(columns)} FROM {table} WHERE false"  # noqa: S608  our own names
