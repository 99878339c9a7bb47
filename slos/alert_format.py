"""Reads the receipts that `slos.alerting` writes, as any source format reads its sender's."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime

from django.conf import settings

from alerts.reading import Notes, condition_key, load_body, one_line, read_time, received_at
from alerts.signals import Action, Link, Reading, Severity, Signal, Unreadable
from slos.alerting import FORMAT as NAME


class SloFormat:
    """The format `slo`."""

    name = NAME
    title = "AIRE's SLOs"

    def read(
        self, body: bytes, *, headers: Mapping[str, str], options: Mapping[str, object]
    ) -> Reading:
        loaded = load_body(body)
        document = loaded.value
        rows = document.get("rules") if isinstance(document, Mapping) else None
        if not isinstance(rows, list):
            raise Unreadable("It has no list of rules.")
        notes = Notes(loaded.notes)
        now = received_at(options)
        signals = [_signal(row, notes, now) for row in rows if isinstance(row, Mapping)]
        return Reading(tuple(signals), notes.sentences())

    def snippet(self, *, url: str, base_url: str, key: str) -> str:
        return "SLOs send by themselves; there is nothing to configure.\n"

    def sample(self, *, now: datetime, system: str) -> bytes:
        row = {
            "slo": "sample-slo", "name": "A sample objective", "system": system, "rule": "fast",
            "severity": "sev3", "pages": False, "fires": True,
            "title": "A sample objective burns its error budget (fast)",
            "reason": "This is what the alert of an objective looks like.",
            "since": now.isoformat(),
        }  # fmt: skip
        return json.dumps({"version": 1, "at": now.isoformat(), "rules": [row]}).encode()


def _signal(row: Mapping[str, object], notes: Notes, now: datetime) -> Signal:
    slo = one_line(row.get("slo"), 63)
    rule = one_line(row.get("rule"), 63)
    severity = row.get("severity")
    stands_for = one_line(row.get("failure_class"), 80)
    return Signal(
        action=Action.FIRE if row.get("fires") else Action.RESOLVE,
        dedup_key=condition_key(slo, rule),
        title=one_line(row.get("title")) or f"{slo} burns its error budget",
        severity=Severity(str(severity)) if severity in list(Severity) else None,
        labels={
            "alertname": f"slo:{slo}",
            "slo": slo,
            "system": one_line(row.get("system"), 63),
            "tier": rule,
            **({"failure_class": stands_for} if stands_for else {}),
        },
        annotations={"summary": one_line(row.get("reason"), 500)},
        starts_at=read_time(row.get("since"), notes, name="since", now=now),
        occurred_at=now,
        links=(Link("The objective", f"{settings.AIRE_BASE_URL}/slos/{slo}/"),),
    )


FORMAT = SloFormat()
