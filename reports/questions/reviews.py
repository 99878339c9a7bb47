"""Which reviews wait, for whom? Postmortems that are not published yet, by whom they wait for."""

from __future__ import annotations

from typing import Any, Final

from core import clock
from core.durations import seconds_words
from postmortems.models import Postmortem, Review
from reports.scope import Scope, read
from reports.shapes import Answer, Chart, Column, Figure, Item, Report, Row, missing, plural, share

BARS = 10
_WHAT: Final = {
    "write": "To write",
    "change": "To change after review",
    "review": "To review",
    "ask": "In review, nobody left to review",
    "publish": "Approved, to publish",
}
COLUMNS = (
    Column(
        "who",
        "Waits for",
        "text",
        "The reviewer who has not answered, else the owner. Nobody: it has no owner, and needs "
        "one.",
    ),
    Column("what", "What is to do", "text"),
    Column(
        "waiting",
        "Waiting",
        "count",
        "Postmortems that are neither published nor set aside, of incidents that the reader "
        "may see. With two reviewers left it waits for both.",
    ),
    Column("overdue", "Overdue", "count", "Those whose due date has passed."),
    Column(
        "oldest",
        "Longest wait",
        "seconds",
        "Since the draft was made, the review asked for, or the approval given.",
    ),
)
ON_TIME = "Of the postmortems published in the period that had a due date: published by then."
TOOK = (
    "From the end of the incident (resolved) to publishing, of those published in the period; "
    "the middle case."
)
_SQL = """
    , waits AS (
        SELECT owner_id AS user_id, due_at, CASE status WHEN 'draft' THEN 'write'
                   WHEN 'approved' THEN 'publish' ELSE 'change' END AS what,
               CASE status WHEN 'approved' THEN approved_at ELSE created_at END AS since
          FROM docs WHERE status <> 'in_review'
        UNION ALL
        SELECT r.user_id, d.due_at, 'review', r.asked_at
          FROM docs d JOIN asked r ON r.postmortem_id = d.id WHERE d.status = 'in_review'
        UNION ALL
        SELECT owner_id, due_at, 'ask', coalesce(submitted_at, created_at)
          FROM docs d WHERE status = 'in_review'
           AND NOT EXISTS (SELECT 1 FROM asked r WHERE r.postmortem_id = d.id))
    SELECT u.name AS who, u.is_active, what, count(*) AS waiting,
           count(*) FILTER (WHERE due_at < %s) AS overdue,
           extract(epoch FROM %s - min(since)) AS oldest
      FROM waits LEFT JOIN accounts_user u ON u.id = waits.user_id
     GROUP BY u.id, u.name, u.is_active, what
     ORDER BY overdue DESC, oldest DESC NULLS LAST, who LIMIT 100"""
_DONE = """
    SELECT count(*) AS published, count(due_at) AS with_date,
           count(*) FILTER (WHERE published_at <= due_at) AS on_time,
           count(*) FILTER (WHERE took >= 0) AS timed,
           percentile_cont(0.5) WITHIN GROUP (ORDER BY took) FILTER (WHERE took >= 0) AS took
      FROM (SELECT d.due_at, d.published_at,
                   extract(epoch FROM d.published_at - i.resolved_at) AS took
              FROM done d JOIN incidents_incident i ON i.id = d.incident_id) timed"""


def answer(scope: Scope) -> Answer:
    now = clock.now()
    docs = Postmortem.objects.active().filter(incident__in=scope.any_time().values("pk")).order_by()
    fields = ("id", "status", "owner_id", "due_at", "created_at", "submitted_at", "approved_at")
    found = read(
        _SQL,
        now,
        now,
        tables={
            "docs": docs.exclude(status="published").values(*fields),
            "asked": Review.objects.filter(state="waiting")
            .order_by()
            .values("postmortem_id", "user_id", "asked_at"),
        },
    )
    period = scope.period
    published = docs.filter(published_at__gte=period.start, published_at__lt=period.end)
    [done] = read(_DONE, tables={"done": published.values("incident_id", "due_at", "published_at")})
    if not found and not done["published"]:
        return missing("No postmortem waits, and none was published in this period.", COLUMNS)
    return Answer(
        sentence=_sentence(found, done),
        columns=COLUMNS,
        rows=tuple(_row(row) for row in found),
        figures=_figures(found, done),
        chart=_chart(found),
        notes=("What waits is as of now; what was published is of the period.",),
    )


def _figures(found: list[dict[str, Any]], done: dict[str, Any]) -> tuple[Figure, ...]:
    return (
        Figure(
            "waiting",
            "Waiting now",
            sum(row["waiting"] for row in found),
            "count",
            COLUMNS[2].definition,
        ),
        Figure(
            "overdue",
            "Overdue now",
            sum(row["overdue"] for row in found),
            "count",
            COLUMNS[3].definition,
        ),
        Figure(
            "on_time",
            "Published in time",
            share(done["on_time"], done["with_date"]),
            "share",
            ON_TIME,
            done["with_date"],
        ),
        Figure(
            "took", "Resolved to published, median", done["took"], "seconds", TOOK, done["timed"]
        ),
    )


def _sentence(found: list[dict[str, Any]], done: dict[str, Any]) -> str:
    if not found:
        return f"Nothing waits; {plural(done['published'], 'postmortem')} published in the period."
    waiting = sum(row["waiting"] for row in found)
    overdue = sum(row["overdue"] for row in found)
    late = f"{overdue:,} of them overdue" if overdue else "none of them overdue"
    verb = "waits" if waiting == 1 else "wait"
    oldest = max(float(row["oldest"] or 0) for row in found)
    tail = f"; the longest has waited {seconds_words(oldest)}"
    return f"{plural(waiting, 'step')} of postmortems {verb} for somebody, {late}{tail}."


def _row(row: dict[str, Any]) -> Row:
    who = row["who"] or "Nobody"
    if row["who"] and not row["is_active"]:
        who = f"{who} (deactivated: hand it over)"
    oldest = None if row["oldest"] is None else float(row["oldest"])
    kept = {key: row[key] for key in ("waiting", "overdue")}
    return Row({"who": who, "what": _WHAT[row["what"]], **kept, "oldest": oldest})


def _chart(found: list[dict[str, Any]]) -> Chart | None:
    """By what is to do, not by person: it is a queue, not a ranking."""
    if not found:
        return None
    items = []
    for what, words in _WHAT.items():
        rows = [row for row in found if row["what"] == what]
        late = sum(row["overdue"] for row in rows)
        rest = sum(row["waiting"] for row in rows) - late
        if rows:
            items.append(
                Item(words, (float(late), float(rest)), f"{late + rest:,}, {late:,} overdue")
            )
    return Chart("bars", "Waiting by what is to do", tuple(items), ("overdue", "in time"))


REPORT = Report(
    name="reviews",
    question="Which reviews wait, for whom?",
    about="Postmortems that wait for a writer, a reviewer or a publisher, and how old they are.",
    answer=answer,
)
