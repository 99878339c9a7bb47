"""What breaks? Incidents by cause, system, version of a change, or owning team. No people."""

from __future__ import annotations

from typing import Any, Final

from django.urls import reverse

from catalog.models import Change
from incidents.models import IncidentCause, IncidentSystem
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

SHOWN = 50
BARS = 10
BY: Final = {
    "cause": "By cause",
    "system": "By system",
    "version": "By version",
    "owner": "By owning team",
}
_TITLES: Final = {
    "cause": "Cause",
    "system": "System",
    "version": "Version that was live",
    "owner": "Owning team",
}
# Groups are numbers until the end: sorting a hundred thousand names, or carrying them through a
# sort, would take most of the time. Each incident is in a group once.
_SQL = """
    , i AS MATERIALIZED (
        SELECT id, severity, opened_at,
               extract(epoch FROM coalesce(mitigated_at, resolved_at)
                                  - coalesce(onset_at, detected_at, opened_at)) AS lasted
          FROM chosen),
    {keyed},
    grouped AS (
        SELECT g, count(*) AS incidents, count(*) FILTER (WHERE severity <= 'sev2') AS severe,
               percentile_cont(0.5) WITHIN GROUP (ORDER BY lasted) FILTER (WHERE lasted >= 0)
                   AS median,
               count(*) FILTER (WHERE lasted >= 0) AS median_count,
               count(*) FILTER (WHERE confirmed) AS confirmed
          FROM keyed JOIN i USING (id) GROUP BY g)
    SELECT {key} AS key, {name} AS name, incidents, severe, median, median_count, confirmed
      FROM grouped {named}
     ORDER BY incidents DESC, name, key LIMIT {shown}"""
_BY_CAUSE = {
    "keyed": """keyed AS (
        SELECT incident_id AS id, cause_id AS g, bool_or(confidence = 'confirmed') AS confirmed
          FROM said WHERE confidence NOT IN ('disputed', 'ruled-out')
         GROUP BY incident_id, cause_id)""",
    "named": "JOIN taxonomy_cause c ON c.id = g",
    "key": "c.slug",
    "name": "c.name",
}
_BY_SYSTEM = {
    "keyed": "keyed AS (SELECT incident_id AS id, system_id AS g, false AS confirmed FROM hit)",
    "named": "JOIN catalog_system s ON s.id = g",
    "key": "s.slug",
    "name": "s.name",
}
# The versions of a system stand in an array, where width_bucket finds the newest one before the
# incident by halving. A join over ranges of time took ten times as long.
_BY_VERSION = {
    "keyed": """live AS MATERIALIZED (
        SELECT row_number() OVER () AS n, system_id, kind,
               array_agg(occurred_at ORDER BY occurred_at, id) AS times,
               array_agg(version ORDER BY occurred_at, id) AS versions
          FROM versions WHERE version <> '' GROUP BY system_id, kind),
    keyed AS (
        SELECT i.id, live.n * 1000000 + at AS g, false AS confirmed
          FROM i JOIN hit h ON h.incident_id = i.id JOIN live ON live.system_id = h.system_id,
               LATERAL width_bucket(i.opened_at, live.times) at
         WHERE at > 0)""",
    "named": "JOIN live ON live.n = g / 1000000 JOIN catalog_system s ON s.id = live.system_id",
    "key": "s.slug",
    "name": "s.name || ', ' || live.kind || ' ' || live.versions[mod(g, 1000000)]",
}
_BY_OWNER = {
    "keyed": """keyed AS (
        SELECT DISTINCT h.incident_id AS id, coalesce(s.team_id, 0) AS g, false AS confirmed
          FROM hit h JOIN catalog_system s ON s.id = h.system_id)""",
    "named": "LEFT JOIN accounts_team t ON t.id = g",
    "key": "t.slug",
    "name": "coalesce(t.name, 'No team')",
}
_CUTS: Final = {
    "cause": _BY_CAUSE,
    "system": _BY_SYSTEM,
    "version": _BY_VERSION,
    "owner": _BY_OWNER,
}
_MEANS: Final = {
    "cause": "A cause counts where it is suspected, likely or confirmed; disputed and ruled-out "
    "ones do not. An incident with three causes counts in three rows.",
    "system": "An incident with two systems counts in both rows.",
    "version": "The newest version of each kind of change (model, prompt, index …) recorded for "
    "the system before the incident was opened. That it was live does not make it the cause.",
    "owner": "The team that owns an affected system now.",
}


def columns(by: str) -> tuple[Column, ...]:
    found = [
        Column("name", _TITLES[by], "text", _MEANS[by]),
        Column("incidents", "Incidents", "count", COUNTED),
        Column("share", "Share", "share", "Of all incidents that count in the period."),
        Column("severe", "SEV1 and SEV2", "count", "Of these incidents, by their last severity."),
        Column(
            "median",
            "Median time to mitigate",
            "seconds",
            "From the onset (else detected, else opened) to mitigated (else resolved), the middle "
            "case; in brackets how many cases are known.",
            cases="median_count",
        ),
        Column(
            "median_count",
            "Cases in the median",
            "count",
            "Incidents whose times are known.",
            beside=True,
        ),
    ]
    if by == "cause":
        told = "Incidents in which somebody has confirmed this cause."
        found.insert(3, Column("confirmed", "Confirmed", "count", told))
    return tuple(found)


def answer(scope: Scope) -> Answer:
    by = scope.by if scope.by in BY else "cause"
    wanted = tuple(BY.items())
    total = scope.incidents().count()
    if not total:
        sentence = f"No incidents were opened in this period ({scope.period.label})."
        return missing(sentence, columns(by), choices=wanted, chosen=by)
    sql = _SQL.format(shown=SHOWN, **_CUTS[by])
    found = read(sql, tables=_tables(scope, by))
    if not found:
        sentence = f"{plural(total, 'incident')}, none of them with a {_TITLES[by].lower()} yet."
        return missing(sentence, columns(by), choices=wanted, chosen=by)
    named = _named(scope, by)
    return Answer(
        sentence=_sentence(found[0], total, by),
        columns=columns(by),
        rows=tuple(_row(row, total, by) for row in found),
        figures=(
            Figure("incidents", "Incidents", total, "count", COUNTED),
            Figure(
                "named",
                f"With a {_TITLES[by].lower()}",
                share(named, total),
                "share",
                "Share of the incidents that appear in the table at all.",
                named,
            ),
        ),
        chart=_chart(found, by),
        warnings=few(total, "incident"),
        notes=(f"The {SHOWN} most frequent are shown.",) if len(found) == SHOWN else (),
        choices=wanted,
        chosen=by,
    )


def _tables(scope: Scope, by: str) -> dict[str, Any]:
    chosen = scope.incidents().values(
        "id", "severity", "opened_at", "onset_at", "detected_at", "mitigated_at", "resolved_at"
    )
    said = IncidentCause.objects.order_by().values("incident_id", "cause_id", "confidence")
    hit = IncidentSystem.objects.values("incident_id", "system_id")
    if scope.team is not None:
        # Of an incident with systems of two teams only this team's count.
        hit = hit.filter(system__team=scope.team)
    versions = Change.objects.order_by().values("id", "system_id", "kind", "version", "occurred_at")
    more: dict[str, dict[str, Any]] = {
        "cause": {"said": said},
        "version": {"hit": hit, "versions": versions},
    }
    return {"chosen": chosen, **more.get(by, {"hit": hit})}


def _named(scope: Scope, by: str) -> int:
    if by == "cause":
        said = IncidentCause.objects.exclude(confidence__in=("disputed", "ruled-out"))
        return scope.incidents().filter(pk__in=said.values("incident")).count()
    return scope.incidents().filter(pk__in=IncidentSystem.objects.values("incident")).count()


def _sentence(first: dict[str, Any], total: int, by: str) -> str:
    most = first["incidents"]
    if most == 1:
        return f"{plural(total, 'incident')}, and no {_TITLES[by].lower()} appears twice."
    verb = "is behind" if by == "cause" else "was affected by"
    return f"{first['name']} {verb} {most:,} of {plural(total, 'incident')}."


def _row(row: dict[str, Any], total: int, by: str) -> Row:
    kept = ("name", "incidents", "severe", "median", "median_count", "confirmed")
    values = {name: row[name] for name in kept if row.get(name) is not None}
    return Row({**values, "share": share(row["incidents"], total)}, _url(row["key"], by))


def _url(key: str | None, by: str) -> str:
    if not key:
        return ""
    listed = reverse("incidents:list")
    if by == "cause":
        return reverse("taxonomy:cause", args=[key])
    return f"{listed}?status=all&{'team' if by == 'owner' else 'system'}={key}"


def _chart(found: list[dict[str, Any]], by: str) -> Chart:
    items = tuple(
        Item(
            row["name"],
            (float(row["severe"]), float(row["incidents"] - row["severe"])),
            f"{row['incidents']:,} ({row['severe']:,} SEV1 or SEV2)",
        )
        for row in found[:BARS]
    )
    title = f"Incidents {BY[by].lower()}"
    return Chart("bars", title, items, ("SEV1 and SEV2", "SEV3 and SEV4"))


REPORT = Report(
    name="breakage",
    question="What breaks?",
    about="Incidents by cause, by system, by the version that was live, by owning team.",
    answer=answer,
    by=BY,
)
