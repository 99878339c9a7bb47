"""How fast do we notice and recover? Medians and p90 with counts, never a bare mean."""

from __future__ import annotations

from typing import Any, Final

from core.durations import seconds_words
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

QUANTILES = (
    "The median is the middle case; of ten cases nine are as fast as the p90 or faster. In "
    "brackets stands how many cases it is made of: those whose times are known and do not "
    "contradict each other."
)
STEPS: Final = (
    (
        "detect",
        "Detect",
        "onset to detected",
        "From the onset of harm until something or somebody noticed it.",
    ),
    (
        "acknowledge",
        "Acknowledge",
        "opened to acknowledged",
        "From opening the incident until a person took it.",
    ),
    (
        "mitigate",
        "Mitigate",
        "onset to mitigated",
        "From the onset (else detected, else opened) until people were no longer harmed.",
    ),
    (
        "resolve",
        "Resolve",
        "onset to resolved",
        "From the onset (else detected, else opened) until it was resolved.",
    ),
)
COLUMNS = (
    Column("severity", "Severity", "text"),
    Column("incidents", "Incidents", "count", COUNTED),
    *(
        column
        for key, label, span, told in STEPS
        for column in (
            Column(f"{key}_median", f"{label}, median", "seconds", told, f"{key}_count"),
            Column(f"{key}_p90", f"{label}, p90", "seconds", told),
            Column(
                f"{key}_count",
                f"{label}, cases",
                "count",
                f"Incidents of which the time from {span} is known.",
                beside=True,
            ),
        )
    ),
)

_SQL = """
    , timed AS (
        SELECT severity, date_trunc(%s, opened_at, %s) AS bucket,
               extract(epoch FROM detected_at - onset_at) AS detect,
               extract(epoch FROM acknowledged_at - opened_at) AS acknowledge,
               extract(epoch FROM mitigated_at - coalesce(onset_at, detected_at, opened_at))
                   AS mitigate,
               extract(epoch FROM resolved_at - coalesce(onset_at, detected_at, opened_at))
                   AS resolve
          FROM chosen)
    SELECT severity, bucket, grouping(severity) AS no_severity, grouping(bucket) AS no_bucket,
           count(*) AS incidents, {measures}
      FROM timed
     GROUP BY GROUPING SETS ((), (severity), (bucket))
     ORDER BY severity, bucket"""
_SHARES = "ARRAY[0.5, 0.9]::float8[]"
_MEASURES = ", ".join(
    f"percentile_cont({_SHARES}) WITHIN GROUP (ORDER BY {key}) FILTER (WHERE {key} >= 0) AS {key}, "
    f"count(*) FILTER (WHERE {key} >= 0) AS {key}_count"
    for key, *_ in STEPS
)
TIMES = (
    "severity",
    "opened_at",
    "onset_at",
    "detected_at",
    "acknowledged_at",
    "mitigated_at",
    "resolved_at",
)


def answer(scope: Scope) -> Answer:
    found = read(
        _SQL.format(measures=_MEASURES),
        scope.period.bucket,
        scope.period.zone_name,
        tables={"chosen": scope.incidents().values(*TIMES)},
    )
    whole = next((row for row in found if row["no_severity"] and row["no_bucket"]), None)
    if whole is None or not whole["incidents"]:
        return missing(f"No incidents were opened in this period ({scope.period.label}).", COLUMNS)
    levels = [row for row in found if not row["no_severity"]]
    left = scope.left_out().count()
    return Answer(
        sentence=_sentence(whole),
        columns=COLUMNS,
        rows=(_row("All", whole), *(_row(str(r["severity"]).upper(), r) for r in levels)),
        figures=_figures(whole),
        chart=_chart(scope, found),
        warnings=few(whole["incidents"], "incident"),
        notes=(
            QUANTILES,
            *((f"Left out as drill, merged or false alarm: {left:,}.",) if left else ()),
        ),
    )


def _sentence(whole: dict[str, Any]) -> str:
    parts = []
    for key, words in (("detect", "noticed after"), ("mitigate", "mitigated after")):
        if whole[key]:
            parts.append(f"{words} {seconds_words(whole[key][0])}")
    if not parts:
        return (
            f"{plural(whole['incidents'], 'incident')}, and of none is known when it was noticed "
            "or mitigated."
        )
    return f"Half of the incidents were {' and '.join(parts)} or sooner."


def _figures(whole: dict[str, Any]) -> tuple[Figure, ...]:
    return tuple(
        Figure(
            f"{key}_median",
            f"{label}, median",
            whole[key][0] if whole[key] else None,
            "seconds",
            told,
            whole[f"{key}_count"],
        )
        for key, label, _, told in STEPS
    )


def _row(name: str, row: dict[str, Any]) -> Row:
    values: dict[str, Any] = {"severity": name, "incidents": row["incidents"]}
    for key, *_ in STEPS:
        median, p90 = row[key] or (None, None)
        values |= {f"{key}_median": median, f"{key}_p90": p90, f"{key}_count": row[f"{key}_count"]}
    return Row(values)


def _chart(scope: Scope, found: list[dict[str, Any]]) -> Chart | None:
    period = scope.period
    known = {row["bucket"]: row for row in found if not row["no_bucket"]}
    items = []
    for moment in period.buckets() or sorted(known):
        row = known.get(moment)
        pair = tuple(row["mitigate"]) if row and row["mitigate"] else (None, None)
        reading = "no case"
        if row and pair[0] is not None:
            cases = plural(row["mitigate_count"], "case")
            reading = f"{seconds_words(pair[0])}, p90 {seconds_words(pair[1])}, {cases}"
        items.append(Item(period.name_of(moment), pair, reading))
    if not any(item.parts[0] is not None for item in items):
        return None
    title = "Time to mitigate, by when the incident was opened"
    return Chart("columns", title, tuple(items), ("median", "p90"), overlay=True)


REPORT = Report(
    name="response",
    question="How fast do we notice and recover?",
    about="Detection, acknowledgement, mitigation and resolution: medians and p90 with counts.",
    answer=answer,
)
