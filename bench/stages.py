"""The stages of an alert's way, run one after the other by `manage.py shell` for `bench.cost`."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path

from django.db import connection

from alerts import absorb
from alerts.models import Receipt, Source
from bench.bodies import delivery, marked
from core import outbox
from notifications import delivery as deliveries
from oncall import stepping


class Meter:
    """CPU time of this process and of its database connection's server process."""

    def __init__(self, backend: int) -> None:
        self._stat = Path(f"/proc/{backend}/schedstat")
        self.stages: list[dict[str, object]] = []

    def _database(self) -> float:
        return int(self._stat.read_text().split()[0]) / 1e6

    def measure(self, name: str, work: Callable[[], int]) -> int:
        python, database = time.process_time(), self._database()
        count = 0
        while had := work():
            count += had
        if count:
            self.stages.append({
                "name": name,
                "count": count,
                "python_ms": 1000 * (time.process_time() - python),
                "database_ms": self._database() - database,
            })  # fmt: skip
        return count


def main(alerts: int) -> None:
    """Runs the stages one after the other in this process and prints what they cost."""
    source, template = Source.objects.get(), delivery()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        backend = cursor.fetchone()[0]
    for name, count in (("warm", 10), ("cost", alerts)):
        meter = Meter(backend)
        _receive(source, template, name, count)
        meter.measure("absorb", absorb.absorb_due)
        meter.measure("open incidents", _hear(urgent=True))
        meter.measure("take escalation steps", stepping.run_due_steps)
        meter.measure("deliver pages", deliveries.deliver_due)
        meter.measure("hear the other events", _hear(urgent=False))
    print(json.dumps(meter.stages))


def _receive(source: Source, template: str, name: str, count: int) -> None:
    Receipt.objects.bulk_create(
        Receipt(source=source, format="alertmanager", body=marked(template, f"{name}{number}"),
                state="new")
        for number in range(count)
    )  # fmt: skip


def _hear(urgent: bool) -> Callable[[], int]:
    names = [name for name, one in outbox._by_name.items() if one.event.urgent is urgent]
    kept = dict(outbox._by_name)

    def work() -> int:
        outbox._by_name = {name: kept[name] for name in names}
        try:
            return outbox.run_due()
        finally:
            outbox._by_name = kept

    return work
