"""Are we learning? Follow-up actions by type and in time, and causes that came back."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db.models import Q

from core import clock
from incidents.models import IncidentCause
from postmortems.models import Action
from reports.scope import COUNTED, Scope, read
from reports.shapes import (
    Answer,
    Chart,
    Column,
    Figure,
    Item,
    Report,
    Row,
    few,
    missing,
    plural,
    share,
)

REPEAT_DAYS = 90
_ON_TIME = (
    "Of the actions whose due date lies in the period and before today, without those that were "
    "decided not to be done: finished on the due date or earlier."
)
COLUMNS = (
    Column("type", "Type", "text"),
    Column(
        "proposed",
        "Taken up",
        "count",
        "Actions made in the period, of incidents that the reader may see.",
    ),
    Column(
        "due",
        "Came due",
        "count",
        "Actions whose due date lies in the period and before today, without those that were "
        "decided not to be done.",
    ),
    Column("on_time", "Done on time", "count", _ON_TIME),
    Column("late", "Done late", "count", "Came due and finished after the due date."),
    Column("overdue", "Still open", "count", "Came due and not finished yet."),
    Column("share", "On time", "share", _ON_TIME),
    Column(
        "wont_do",
        "Won't do",
        "count",
        "Came due in the period and was decided against, with a reason.",
    ),
)
REPEATS = (
    f"Of the incidents with a cause that holds (suspected, likely, confirmed): those with a cause "
    f"that another incident had in the {REPEAT_DAYS} days before. {COUNTED}"
)
_TYPES = (
    ("prevent", "Prevent"),
    ("detect", "Detect"),
    ("mitigate", "Mitigate"),
    ("process", "Process"),
)

# Counted by day first: two hundred thousand actions become some thousand rows before dates are cut
# into pieces and added up three ways.
_SQL = """
    , by_day AS (
        SELECT type, status, due_on, (done_at AT TIME ZONE %s)::date > due_on AS was_late,
               created_at >= %s AND created_at < %s AS made, count(*) AS n
          FROM actions GROUP BY 1, 2, 3, 4, 5),
    dated AS (
        SELECT *, due_on >= %s AND due_on < %s AS due,
               CASE WHEN due_on >= %s AND due_on < %s
                    THEN date_trunc(%s, due_on::timestamp) END AS bucket
          FROM by_day)
    SELECT type, bucket, grouping(type) AS no_type, grouping(bucket) AS no_bucket,
           coalesce(sum(n) FILTER (WHERE made), 0)::int AS proposed,
           coalesce(sum(n) FILTER (WHERE due AND status <> 'wont_do'), 0)::int AS due,
           coalesce(sum(n) FILTER (WHERE due AND was_late IS FALSE), 0)::int AS on_time,
           coalesce(sum(n) FILTER (WHERE due AND was_late), 0)::int AS late,
           coalesce(sum(n) FILTER (WHERE due AND status IN ('open', 'in_progress')), 0)::int
               AS overdue,
           coalesce(sum(n) FILTER (WHERE due AND status = 'wont_do'), 0)::int AS wont_do
      FROM dated
     GROUP BY GROUPING SETS ((), (type), (bucket))"""
_REPEATS = """
    , named AS (
        SELECT id, opened_at,
               lag(opened_at) OVER (PARTITION BY cause_id ORDER BY opened_at, id) AS before
          FROM (SELECT DISTINCT c.id, c.opened_at, s.cause_id
                  FROM chosen c JOIN said s ON s.incident_id = c.id) once)
    SELECT count(DISTINCT id) AS named,
           count(DISTINCT id) FILTER (
               WHERE opened_at - before <= make_interval(days => %s)) AS repeated
      FROM named WHERE opened_at >= %s"""


def answer(scope: Scope) -> Answer:
    found = _actions(scope)
    whole = next(row for row in found if row["no_type"] and row["no_bucket"])
    named, repeated = _repeats(scope)
    if not whole["proposed"] and not whole["due"] and not whole["wont_do"] and not named:
        sentence = (
            "No follow-up actions were taken up or due and no causes named in this period "
            f"({scope.period.label})."
        )
        return missing(sentence, COLUMNS)
    by_type = {row["type"]: row for row in found if not row["no_type"]}
    return Answer(
        sentence=_sentence(whole, named, repeated),
        columns=COLUMNS,
        rows=(
            *(_row(label, by_type[key]) for key, label in _TYPES if key in by_type),
            _row("All", whole),
        ),
        figures=(
            Figure(
                "on_time",
                "Done on time",
                share(whole["on_time"], whole["due"]),
                "share",
                _ON_TIME,
                whole["due"],
            ),
            Figure(
                "overdue",
                "Still open after their date",
                whole["overdue"],
                "count",
                "Came due in the period and not finished yet.",
            ),
            Figure(
                "repeats", "Causes that came back", share(repeated, named), "share", REPEATS, named
            ),
        ),
        chart=_chart(scope, found),
        warnings=few(whole["due"], "action that came due", "actions that came due"),
        notes=(
            "An action without a due date is never on time and never late: it is not counted "
            "as due.",
        ),
    )


def _actions(scope: Scope) -> list[dict[str, Any]]:
    period, (first, after) = scope.period, _days(scope)
    rows = Action.objects.filter(incident__in=scope.any_time().values("pk")).filter(
        Q(created_at__gte=period.start, created_at__lt=period.end)
        | Q(due_on__gte=first, due_on__lt=after)
    )
    return read(
        _SQL,
        period.zone_name,
        period.start,
        period.end,
        first,
        after,
        first,
        after,
        period.bucket,
        tables={"actions": rows.values("type", "status", "created_at", "due_on", "done_at")},
    )


def _days(scope: Scope) -> tuple[date, date]:
    """The due dates that lie in the period and before today, as days of the reader."""
    period = scope.period
    today = clock.now().astimezone(period.zone).date()
    return (
        period.start.astimezone(period.zone).date(),
        min(period.end.astimezone(period.zone).date(), today),
    )


def _repeats(scope: Scope) -> tuple[int, int]:
    """Incidents with a cause that holds, and those of them whose cause came back."""
    start = scope.period.start
    chosen = scope.incidents(start=start - timedelta(days=REPEAT_DAYS))
    said = IncidentCause.objects.exclude(confidence__in=("disputed", "ruled-out"))
    [row] = read(
        _REPEATS,
        REPEAT_DAYS,
        start,
        tables={
            "chosen": chosen.values("id", "opened_at"),
            "said": said.values("incident_id", "cause_id"),
        },
    )
    return row["named"], row["repeated"]


def _sentence(whole: dict[str, Any], named: int, repeated: int) -> str:
    parts = []
    if whole["due"]:
        parts.append(
            f"{whole['on_time']:,} of {plural(whole['due'], 'action')} that came due were done on "
            "time"
        )
    if named:
        parts.append(
            f"{repeated:,} of {plural(named, 'incident')} had a cause that was seen in the "
            f"{REPEAT_DAYS} days before"
        )
    if not parts:
        return f"{plural(whole['proposed'], 'action')} taken up, none of them due yet."
    return f"{'; '.join(parts)}."


def _row(name: str, row: dict[str, Any]) -> Row:
    keys = ("proposed", "due", "on_time", "late", "overdue", "wont_do")
    values = {key: row[key] for key in keys}
    return Row({"type": name, **values, "share": share(row["on_time"], row["due"])})


def _chart(scope: Scope, found: list[dict[str, Any]]) -> Chart | None:
    period = scope.period
    known = {row["bucket"].date(): row for row in found if not row["no_bucket"] and row["bucket"]}
    days = [moment.astimezone(period.zone).date() for moment in period.buckets()] or sorted(known)
    items = []
    for day in days:
        row = known.get(day, {"on_time": 0, "late": 0, "overdue": 0})
        parts = (row["on_time"], row["late"], row["overdue"])
        reading = f"{parts[0]} on time, {parts[1]} late, {parts[2]} open" if sum(parts) else "none"
        items.append(Item(period.day_name(day), tuple(map(float, parts)), reading))
    if not any(sum(part or 0 for part in item.parts) for item in items):
        return None
    return Chart("columns", "Actions by due date", tuple(items), ("on time", "late", "still open"))


REPORT = Report(
    name="learning",
    question="Are we learning?",
    about="Follow-up actions by type, how many are done on time, and causes that came back.",
    answer=answer,
)
