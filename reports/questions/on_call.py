"""Is on-call humane? Pages by week, at night and on weekends, nights broken. Names nobody."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.db import connection

from accounts.models import User
from oncall.models import Page
from reports.scope import Scope, read
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

NIGHT = "Between 22:00 and 07:00 in the paged person's own time zone."
PAGES = (
    "Pages to people about incidents that the reader may see; repeated steps count each. Drills "
    "and pages to channels are left out; false alarms are in it, because they wake as well."
)
COLUMNS = (
    Column("stretch", "From", "text"),
    Column("pages", "Pages", "count", PAGES),
    Column("night", "At night", "count", NIGHT),
    Column(
        "weekend",
        "On a weekend day",
        "count",
        "Saturday or Sunday outside the night, in the paged person's own time zone.",
    ),
    Column(
        "nights",
        "Nights broken",
        "count",
        "A person and a night with at least one page. Ten pages in one night are one broken night.",
    ),
    Column("people", "People paged", "count", "Different people with at least one page."),
    Column(
        "busiest",
        "Most in a week",
        "count",
        "The most pages that one person had in one week. It names nobody: the schedule is what "
        "can be changed.",
    ),
    Column(
        "acknowledged",
        "Acknowledged",
        "share",
        "Pages that the paged person acknowledged themselves; of the others somebody else was "
        "faster, or nobody.",
    ),
    Column(
        "median",
        "Time to acknowledge, median",
        "seconds",
        "From the page to its acknowledgement by that person, the middle case.",
    ),
    Column(
        "p90",
        "Time to acknowledge, p90",
        "seconds",
        "Nine of ten acknowledged pages were acknowledged this fast or faster.",
    ),
)

_SQL = """
    , zones AS MATERIALIZED (
        SELECT id, CASE WHEN time_zone = ANY(%s) THEN time_zone ELSE 'UTC' END AS zone
          FROM accounts_user),
    paged AS MATERIALIZED (
        SELECT user_id, took, bucket, date_trunc('week', at) AS week,
               hour >= 22 OR hour < 7 AS night, extract(isodow FROM at) >= 6 AS weekend,
               (at - interval '12 hours')::date AS night_of
          FROM (SELECT *, extract(hour FROM at) AS hour
                  FROM (SELECT p.user_id, p.created_at AT TIME ZONE z.zone AS at,
                               date_trunc(%s, p.created_at, %s) AS bucket,
                               extract(epoch FROM p.acknowledged_at - p.created_at) AS took
                          FROM pages p
                          JOIN oncall_escalation e ON e.id = p.escalation_id
                          JOIN seen s ON e.subject_key = 'incident:' || s.id
                          JOIN zones z ON z.id = p.user_id
                        -- OFFSET 0 keeps each of these from being worked out again and again.
                        OFFSET 0) local
                OFFSET 0) hours),
    a_week AS (
        SELECT bucket, user_id, count(*) AS pages FROM paged GROUP BY bucket, user_id, week),
    people AS (
        SELECT bucket, grouping(bucket) AS no_bucket, max(pages) AS busiest,
               count(DISTINCT user_id) AS people
          FROM a_week GROUP BY GROUPING SETS ((), (bucket))),
    a_night AS (
        SELECT min(bucket) AS bucket FROM paged WHERE night GROUP BY user_id, night_of),
    nights AS (
        SELECT bucket, grouping(bucket) AS no_bucket, count(*) AS nights
          FROM a_night GROUP BY GROUPING SETS ((), (bucket))),
    counted AS (
        SELECT bucket, grouping(bucket) AS no_bucket, count(*) AS pages,
               count(*) FILTER (WHERE night) AS night,
               count(*) FILTER (WHERE weekend AND NOT night) AS weekend, count(took) AS taken,
               percentile_cont(ARRAY[0.5, 0.9]::float8[]) WITHIN GROUP (ORDER BY took)
                   FILTER (WHERE took >= 0) AS took
          FROM paged GROUP BY GROUPING SETS ((), (bucket)))
    SELECT c.*, p.busiest, p.people, coalesce(n.nights, 0) AS nights FROM counted c
      JOIN people p ON p.no_bucket = c.no_bucket AND p.bucket IS NOT DISTINCT FROM c.bucket
      LEFT JOIN nights n ON n.no_bucket = c.no_bucket AND n.bucket IS NOT DISTINCT FROM c.bucket
     ORDER BY c.bucket"""


def answer(scope: Scope) -> Answer:
    found = _counted(scope)
    whole = next((row for row in found if row["no_bucket"]), None)
    if whole is None or not whole["pages"]:
        return missing(f"Nobody was paged in this period ({scope.period.label}).", COLUMNS)
    pieces = {row["bucket"]: row for row in found if not row["no_bucket"]}
    period = scope.period
    moments = period.buckets() or sorted(pieces)
    rows = [_row(period.name_of(m), pieces[m]) for m in moments if m in pieces]
    return Answer(
        sentence=(
            f"{plural(whole['pages'], 'page')}, {whole['night']:,} of them at night; "
            f"{plural(whole['nights'], 'night')} broken."
        ),
        columns=COLUMNS,
        rows=(*rows, _row("All", whole)),
        figures=(
            Figure(
                "night",
                "Pages at night",
                share(whole["night"], whole["pages"]),
                "share",
                NIGHT,
                whole["pages"],
            ),
            Figure("nights", "Nights broken", whole["nights"], "count", COLUMNS[4].definition),
            Figure("busiest", "Most in a week", whole["busiest"], "count", COLUMNS[6].definition),
        ),
        chart=_chart(scope, pieces, moments),
        warnings=few(whole["pages"], "page"),
    )


def _counted(scope: Scope) -> list[dict[str, Any]]:
    period = scope.period
    pages = Page.objects.filter(
        user__isnull=False, created_at__gte=period.start, created_at__lt=period.end
    ).order_by()
    fields = ("user_id", "escalation_id", "created_at", "acknowledged_at")
    return read(
        _SQL,
        _zones(),
        period.bucket,
        period.zone_name,
        tables={"pages": pages.values(*fields), "seen": scope.paged_about().values("id")},
    )


def _zones() -> list[str]:
    """The zones of people that the database knows, too; others are read as UTC."""
    used = User.objects.order_by().values_list("time_zone", flat=True).distinct()
    return sorted(set(used) & _known_zones())


@lru_cache(maxsize=1)
def _known_zones() -> frozenset[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM pg_timezone_names")
        return frozenset(name for (name,) in cursor.fetchall())


def _row(name: str, row: dict[str, Any]) -> Row:
    median, p90 = row["took"] or (None, None)
    kept = ("pages", "night", "weekend", "nights", "people", "busiest")
    values: dict[str, Any] = {key: row[key] for key in kept}
    taken = share(row["taken"], row["pages"])
    return Row({"stretch": name, **values, "acknowledged": taken, "median": median, "p90": p90})


def _chart(scope: Scope, pieces: dict[Any, dict[str, Any]], moments: list[Any]) -> Chart:
    items = []
    for moment in moments:
        row = pieces.get(moment, {"pages": 0, "night": 0, "weekend": 0})
        rest = row["pages"] - row["night"] - row["weekend"]
        reading = f"{row['pages']:,}, {row['night']:,} at night, {row['weekend']:,} on weekend days"
        parts = (float(row["night"]), float(row["weekend"]), float(rest))
        items.append(Item(scope.period.name_of(moment), parts, reading))
    legend = ("at night", "on a weekend day", "on a weekday")
    return Chart("columns", "Pages by when they came", tuple(items), legend)


REPORT = Report(
    name="on-call",
    question="Is on-call humane?",
    about="Pages by week, at night and on weekends, nights broken, time to acknowledge.",
    answer=answer,
)
