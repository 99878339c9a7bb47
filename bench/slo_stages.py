"""What `bench.slo_evaluate` and `bench.slo_ingest` run inside the program, by `manage.py shell`."""

from __future__ import annotations

import json
import time
from datetime import timedelta
from typing import Any

from django.db import connection

from catalog.models import System
from core import clock
from core.actor import program
from slos import services
from slos.definition import definition_to_json, standard_definition
from slos.evaluation import evaluate
from slos.models import Measurement, Sli
from slos.points import check_points
from slos.recording import record_points
from slos.rollups import refresh_stale

RAW_HOURS = 8
DAYS = 28
ROUNDS = 5

_OBJECTIVES = """
    INSERT INTO slos_sli (slug, name, description, system_id, kind, unit_event, unit, signal,
        signal_filter, query, op, sample_rate, evaluator, library, labels, enabled)
    SELECT 'sli-' || n, 'SLI ' || n, '', %(system)s, 'ratio', 'answer', '', '', '{}', '{}', '', 1,
           '', '', '{}', true FROM generate_series(1, %(count)s) n;
    INSERT INTO slos_track (sli_id, evaluator, cohort, counts)
    SELECT id, '', '', true FROM slos_sli;
    INSERT INTO slos_series (sli_id, method, slice_seconds, slice_target)
    SELECT id, 'occurrences', 0, 0 FROM slos_sli;
    INSERT INTO slos_slo (slug, name, description, system_id, sli_id, series_id, target,
        window_kind, window_seconds, calendar_unit, time_zone, rules, no_data, policy,
        at_risk_below, labels, enabled, version)
    SELECT 'slo-' || s.id, 'SLO ' || s.id, '', %(system)s, s.id, x.id, 0.98, 'rolling', 2419200, '',
           'UTC', %(rules)s::jsonb, %(no_data)s::jsonb, %(policy)s::jsonb, 0.25, '{}', true, 1
      FROM slos_sli s JOIN slos_series x ON x.sli_id = s.id;
    INSERT INTO slos_arrival (sli_id, last_end, last_span_seconds, recorded_at)
    SELECT id, now(), 60, now() FROM slos_sli"""

# As ingest leaves them: sixty measurements of a hundred answers an hour, a few of them bad.
_HOURS = """
    INSERT INTO slos_hourcount (series_id, at, good, total)
    SELECT x.id, h, 5900 + (x.id * 7 + extract(epoch FROM h)::bigint / 3600) %% 100, 6000
      FROM generate_series(date_trunc('day', now(), 'UTC') - %(days)s * interval '1 day',
                           now() - interval '1 hour', interval '1 hour') h, slos_series x;
    INSERT INTO slos_daycount (series_id, at, good, total)
    SELECT series_id, date_trunc('day', at, 'UTC'), sum(good), sum(total)
      FROM slos_hourcount GROUP BY 1, 2"""

_RAW = """
    INSERT INTO slos_measurement (track_id, started, ended, good, total, sample_rate, recorded_at)
    SELECT t.id, m, m + interval '1 minute', 98 + (t.id + extract(epoch FROM m)::bigint / 60) %% 3,
           100, 1, now()
      FROM generate_series(date_trunc('minute', now()) - %(hours)s * interval '1 hour',
                           now() - interval '1 minute', interval '1 minute') m, slos_track t"""


def main_evaluate(count: int) -> None:
    """Fill, evaluate a few times, print what it took as JSON."""
    began = time.monotonic()
    _fill(count)
    filled = time.monotonic() - began
    evaluate()  # the first one also writes every state for the first time
    rounds = []
    for _ in range(ROUNDS):
        cpu, began = time.process_time(), time.monotonic()
        assert evaluate() == count
        rounds.append((time.monotonic() - began, time.process_time() - cpu))
    print(json.dumps({"filled": filled, "rounds": rounds, "rows": _rows()}))


def _fill(count: int) -> None:
    document = definition_to_json(standard_definition(0.98))
    values: dict[str, Any] = {
        "count": count, "system": _system().pk, "days": DAYS, "hours": RAW_HOURS,
        **{name: json.dumps(document[name]) for name in ("rules", "no_data", "policy")},
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("SET synchronous_commit = off")
        for sql in (_OBJECTIVES, _HOURS, _RAW):
            for statement in sql.split(";"):
                used = {k: v for k, v in values.items() if f"%({k})s" in statement}
                cursor.execute(statement, used)
        cursor.execute("RESET session_replication_role")
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("RESET statement_timeout")


def _rows() -> dict[str, int]:
    tables = ("slos_measurement", "slos_hourcount", "slos_daycount")
    found = {}
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"SELECT count(*) FROM {table}")
            found[table] = cursor.fetchone()[0]
    return found


def _system() -> System:
    system, _ = System.objects.get_or_create(
        slug="bench", defaults={"name": "Bench", "kind": "llm"}
    )
    return system


def main_ingest(indicators: int, points: int) -> None:
    """Batches as senders make them, checked and recorded; prints points a second as JSON."""
    system = _system()
    slis = [
        services.save_sli(slug=f"in-{n}", name=f"In {n}", system=system, actor=program())
        for n in range(indicators)
    ]
    found = {
        "new": _send(slis, points, good=90),
        "again": _send(slis, points, good=90),
        "replaced": _send(slis, points, good=91),
    }
    began = time.monotonic()
    hours = refresh_stale(seconds=600)
    found["rolled_up_hours"] = hours
    found["rolled_up_seconds"] = time.monotonic() - began
    found["stored"] = Measurement.objects.count()
    print(json.dumps(found))


def _send(slis: list[Sli], points: int, *, good: float) -> float:
    base = clock.now().replace(second=0, microsecond=0) - timedelta(days=1)
    minute = timedelta(minutes=1)
    batches = [
        [
            {
                "start": (base - (n + 1) * minute).isoformat(),
                "end": (base - n * minute).isoformat(),
                "good": good, "total": 100,
            }
            for n in range(points)
        ]
        for _ in slis
    ]  # fmt: skip
    began = time.monotonic()
    for sli, rows in zip(slis, batches, strict=True):
        checked, errors = check_points(rows, now=clock.now())
        assert not errors
        recorded = record_points(sli=sli, points=checked)
        assert not recorded.refused
    return len(slis) * points / (time.monotonic() - began)
