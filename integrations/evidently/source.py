"""The format `evidently`: a report's numbers and tests are measured; tests that failed alert."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from textwrap import dedent

from alerts.reading import Notes, condition_key, load_body, received_at
from alerts.signals import Action, Reading, Severity, Signal, Unreadable
from integrations.evidently.report import Test, numbers, tests
from slos.intake import Window
from slos.reports import Subject, read_subject

TEST = "evidently.test"
MAX_SIGNALS = 500


class Evidently:
    """The format `evidently`."""

    name = "evidently"
    title = "Evidently"

    def read(
        self, body: bytes, *, headers: Mapping[str, str], options: Mapping[str, object]
    ) -> Reading:
        """Each test is one alert condition: it fires when the test failed or could not run, and is
        over when it passed. A report that holds neither numbers nor tests is unreadable."""
        loaded = load_body(body)
        notes = Notes(loaded.notes)
        subject = read_subject(loaded.value, headers, notes, received_at=received_at(options))
        report = subject.body
        if not isinstance(report, dict) or not {"metrics", "tests"} & report.keys():
            raise Unreadable("This is no Evidently report: it has neither metrics nor tests.")
        found = list(tests(report))
        windows = _windows(report, found, subject)
        signals = [_signal(test, subject) for test in found if test.status != "SKIPPED"]
        if len(signals) > MAX_SIGNALS:
            notes.add(f"Only the first {MAX_SIGNALS} of {len(signals):,} tests became alerts.")
        if not found:
            notes.add("It holds no tests, so it can alert nobody; its numbers are measured.")
        return Reading(tuple(signals[:MAX_SIGNALS]), notes.sentences(), measured=windows)

    def snippet(self, *, url: str, base_url: str, key: str) -> str:
        return dedent(
            f"""\
            # After report.run(...), which returns the result (Evidently 0.7):
            import json, urllib.request
            body = {{
                "system": "fraud-scorer",
                "version": "2026.11.0",
                "start": "2026-11-20T00:00:00Z",
                "end": "2026-11-21T00:00:00Z",
                "report": json.loads(result.json()),
            }}
            urllib.request.urlopen(urllib.request.Request(
                {json.dumps(url)},
                data=json.dumps(body).encode(),
                headers={{"Content-Type": "application/json"}},
            ))
            """
        )

    def sample(self, *, now: datetime, system: str) -> bytes:
        """One column that drifted."""
        end = now.replace(minute=0, second=0, microsecond=0)
        params = {
            "type": "evidently:metric_v2:ValueDrift", "column": "amount",
            "method": "Wasserstein distance (normed)", "threshold": 0.1,
        }  # fmt: skip
        report = {
            "metrics": [{"id": "1", "metric_name": "ValueDrift", "config": params, "value": 0.81}],
            "tests": [
                {
                    "id": "drift",
                    "name": f"Value Drift for column amount of {system}",
                    "description": "Drift score is 0.81. The drift threshold is 0.10.",
                    "metric_config": {"metric_id": "1", "params": params},
                    "status": "FAIL",
                }
            ],
        }
        start = end - timedelta(hours=1)
        document = {"system": system, "start": start.isoformat(), "end": end.isoformat()}
        return json.dumps({**document, "report": report}, ensure_ascii=False).encode()


def _windows(
    report: Mapping[str, object], found: list[Test], subject: Subject
) -> tuple[Window, ...]:
    if subject.span is None:
        return ()
    start, end = subject.span
    shared = {"system": subject.system, "version": subject.version}
    windows = [
        Window(
            number.signal, start, end, {**shared, **number.attributes}, subject.about,
            number.ok, number.value, cohort=subject.version,
        )
        for number in numbers(report)
    ]  # fmt: skip
    windows += [
        Window(
            TEST, start, end, {**shared, "name": test.name, **test.attributes}, subject.about,
            test.ok, cohort=subject.version,
        )
        for test in found
    ]  # fmt: skip
    return tuple(windows)


def _signal(test: Test, subject: Subject) -> Signal:
    labels = {"check": test.name[:200], **test.attributes}
    for name, value in (("system", subject.system), ("version", subject.version)):
        if value:
            labels[name] = value
    return Signal(
        action=Action.RESOLVE if test.ok else Action.FIRE,
        dedup_key=_key(test, subject),
        title=_title(test),
        severity=None if test.ok else _severity(test),
        labels=labels,
        annotations={"description": test.text} if test.text else {},
        occurred_at=subject.span[1] if subject.span else None,
    )


def _key(test: Test, subject: Subject) -> str:
    """What the test is about. Its name only where nothing else is said: since 0.7 bounds, which
    are taken from the reference data, stand in the name."""
    parts = [test.attributes.get(name, "") for name in ("metric", "column", "test")]
    named = parts if parts[0] else [*parts, test.name]
    return condition_key("evidently", subject.system, *named)


def _title(test: Test) -> str:
    if test.ok is None:
        return f"Evidently could not run: {test.name}"
    return f"Evidently: {test.name}"


def _severity(test: Test) -> Severity:
    if test.ok is None:
        return Severity.SEV3
    return Severity.SEV2 if test.critical else Severity.SEV4


FORMAT = Evidently()
