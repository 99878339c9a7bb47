"""What did it cost? Hours of impact, people pulled in, pages, and business figures where known."""

from __future__ import annotations

from typing import Any, Final

from django.urls import reverse

from core import clock
from core.durations import seconds_words
from incidents.models import IncidentMember, IncidentSystem
from reports.providers import ImpactLine, impacts
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
)

SHOWN = 50
BARS = 10
BY: Final = {"system": "By system", "severity": "By severity", "owner": "By owning team"}
_TITLES: Final = {"system": "System", "severity": "Severity", "owner": "Owning team"}
IMPACT = (
    "Time from the onset (else detected, else opened) until mitigated (else resolved, else now), "
    "added up. Two incidents at once count twice; incidents whose times contradict each other are "
    "left out."
)
_GROUPS: Final = {
    "system": ("s.slug", "s.name"),
    "severity": ("i.severity", "upper(i.severity)"),
    "owner": ("t.slug", "coalesce(t.name, 'No team')"),
}
_SYSTEMS = """
    JOIN hit h ON h.incident_id = i.id JOIN catalog_system s ON s.id = h.system_id
    LEFT JOIN accounts_team t ON t.id = s.team_id"""
_SQL = """
    , i AS MATERIALIZED (
        SELECT c.id, c.severity, coalesce(m.people, 0) AS people,
               extract(epoch FROM coalesce(
                   mitigated_at, resolved_at,
                   CASE WHEN status IN ('open', 'acknowledged') THEN %s::timestamptz END)
                   - coalesce(onset_at, detected_at, opened_at)) AS lasted
          FROM chosen c
          LEFT JOIN (SELECT incident_id, count(*) AS people FROM members GROUP BY incident_id) m
            ON m.incident_id = c.id),
    whole AS (
        SELECT count(*) AS incidents, sum(lasted) FILTER (WHERE lasted >= 0) AS lasted,
               count(*) FILTER (WHERE lasted >= 0) AS timed, sum(people) AS people FROM i)
    SELECT {key} AS key, {name} AS name, count(*) AS incidents,
           sum(i.lasted) FILTER (WHERE i.lasted >= 0) AS lasted,
           percentile_cont(0.9) WITHIN GROUP (ORDER BY i.lasted)
               FILTER (WHERE i.lasted >= 0) AS p90,
           count(*) FILTER (WHERE i.lasted >= 0) AS timed, sum(i.people) AS people,
           min(w.incidents) AS all_incidents, min(w.lasted) AS all_lasted,
           min(w.timed) AS all_timed, min(w.people) AS all_people
      FROM i {joins}, whole w
     GROUP BY 1, 2 ORDER BY lasted DESC NULLS LAST, name LIMIT {shown}"""
INCIDENT = (
    "id",
    "severity",
    "status",
    "opened_at",
    "onset_at",
    "detected_at",
    "mitigated_at",
    "resolved_at",
)


def columns(by: str) -> tuple[Column, ...]:
    return (
        Column("name", _TITLES[by], "text"),
        Column("incidents", "Incidents", "count", COUNTED),
        Column("lasted", "Time with impact", "seconds", IMPACT),
        Column(
            "p90",
            "p90 of one incident",
            "seconds",
            "Nine of ten incidents had impact for this long or shorter.",
        ),
        Column("timed", "With known times", "count", "Incidents that the times are made of."),
        Column(
            "people",
            "People involved",
            "count",
            "People who belong to the incidents: opened them, worked on them or were paged. "
            "Somebody in two incidents counts twice.",
        ),
    )


def answer(scope: Scope) -> Answer:
    by = scope.by if scope.by in BY else "system"
    wanted = tuple(BY.items())
    found = _found(scope, by)
    if not found:
        total = scope.incidents().count()
        sentence = (
            f"{plural(total, 'incident')}, none of them with a {_TITLES[by].lower()}."
            if total
            else f"No incidents were opened in this period ({scope.period.label})."
        )
        return missing(sentence, columns(by), choices=wanted, chosen=by)
    whole = found[0]
    lines = [line for provider in impacts for line in provider(scope)]
    return Answer(
        sentence=_sentence(whole, lines),
        columns=columns(by),
        rows=tuple(_row(row, by) for row in found),
        figures=(
            Figure(
                "lasted",
                "Time with impact",
                whole["all_lasted"],
                "seconds",
                IMPACT,
                whole["all_timed"],
            ),
            Figure(
                "people",
                "People involved",
                whole["all_people"],
                "count",
                columns(by)[5].definition,
                whole["all_incidents"],
            ),
            *(_impact(line) for line in lines),
        ),
        chart=_chart(found, by),
        warnings=few(whole["all_incidents"], "incident"),
        notes=()
        if lines
        else (
            "No incident has a business figure yet (orders, money, customers), so none is shown.",
        ),
        choices=wanted,
        chosen=by,
    )


def _found(scope: Scope, by: str) -> list[dict[str, Any]]:
    key, name = _GROUPS[by]
    joins = "" if by == "severity" else _SYSTEMS
    tables: dict[str, Any] = {
        "chosen": scope.incidents().values(*INCIDENT),
        "members": IncidentMember.objects.filter(
            incident__in=scope.incidents().values("pk")
        ).values("incident_id"),
    }
    if joins:
        hit = IncidentSystem.objects.values("incident_id", "system_id")
        tables["hit"] = hit.filter(system__team=scope.team) if scope.team else hit
    now = min(clock.now(), scope.period.end)
    sql = _SQL.format(key=key, name=name, joins=joins, shown=SHOWN)
    return read(sql, now, tables=tables)


def _sentence(whole: dict[str, Any], lines: list[ImpactLine]) -> str:
    incidents = plural(whole["all_incidents"], "incident")
    if whole["all_lasted"] is None:
        return f"{incidents}, and of none is known how long it lasted."
    told = f"{incidents} added up to {seconds_words(float(whole['all_lasted']))} with impact"
    if lines:
        told += f" and {lines[0].amount:,.0f} {lines[0].unit}"
    return f"{told}."


def _impact(line: ImpactLine) -> Figure:
    label = f"{line.name} ({line.unit})" if line.unit else line.name
    return Figure(line.name, label, line.amount, "number", line.definition, line.incidents)


def _row(row: dict[str, Any], by: str) -> Row:
    values = {key: row[key] for key in ("name", "incidents", "p90", "timed")}
    lasted = None if row["lasted"] is None else float(row["lasted"])
    url = ""
    if row["key"]:
        field = {"system": "system", "severity": "severity", "owner": "team"}[by]
        url = f"{reverse('incidents:list')}?status=all&{field}={row['key']}"
    return Row({**values, "lasted": lasted, "people": int(row["people"])}, url)


def _chart(found: list[dict[str, Any]], by: str) -> Chart | None:
    items = tuple(
        Item(row["name"], (float(row["lasted"]),), seconds_words(float(row["lasted"])))
        for row in found[:BARS]
        if row["lasted"] is not None
    )
    return Chart("bars", f"Time with impact {BY[by].lower()}", items) if items else None


REPORT = Report(
    name="cost",
    question="What did it cost?",
    about="Time with impact, people pulled in, and business figures where incidents have them.",
    answer=answer,
    by=BY,
)
