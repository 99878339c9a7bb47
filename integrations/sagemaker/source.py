"""Reads Model Monitor's constraint violations, and events that EventBridge forwards."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from textwrap import dedent

from alerts.changes import change_seen
from alerts.reading import (
    Notes,
    condition_key,
    inner,
    load_object,
    objects,
    one_line,
    read_annotations,
    read_labels,
    read_time,
    received_at,
    text_of,
    word_of,
)
from alerts.severity_words import severity_of
from alerts.signals import Action, Reading, Severity, Signal, Unreadable

MAX_LISTED = 100
_ALARM = {"alarm": Action.FIRE, "ok": Action.RESOLVE}
_BAD = frozenset({"failed", "outofservice", "completedwithviolations"})
_GOOD = frozenset({"inservice", "completed"})


class SageMaker:
    """The format `sagemaker`."""

    name = "sagemaker"
    title = "Amazon SageMaker"

    def read(
        self, body: bytes, *, headers: Mapping[str, str], options: Mapping[str, object]
    ) -> Reading:
        """A report is one condition: it fires while there are violations and is over when a later
        report has none."""
        document, notes = load_object(body, "SageMaker report or event")
        now = received_at(options)
        report = inner(document, "report") or document
        if isinstance(report.get("violations"), list):
            return Reading((_report(document, report, headers, notes),), notes.sentences())
        if "detail-type" in document:
            return _event(document, notes, now)
        raise Unreadable(
            "This is neither a constraint_violations.json of Model Monitor nor an event of "
            "EventBridge."
        )

    def snippet(self, *, url: str, base_url: str, key: str) -> str:
        """A report by hand or from a job; events by an API destination."""
        return dedent(
            f"""\
            # A report, after each monitoring run (for example in a Lambda on the S3 event):
            curl -X POST '{url}' -H 'Content-Type: application/json' \\
              -d "{{\\"endpoint\\": \\"fraud-scorer\\", \\"schedule\\": \\"daily\\", \\
                   \\"severity\\": \\"warning\\", \\"report\\": $(cat constraint_violations.json)}}"
            # Send the empty report as well: it says that the violations are over.

            # Events: EventBridge > API destinations > {url}
            # with a rule on {{"source": ["aws.sagemaker", "aws.cloudwatch"]}}
            """
        )

    def sample(self, *, now: datetime, system: str) -> bytes:
        """A feature drifted."""
        document = {
            "endpoint": system,
            "schedule": "daily",
            "severity": "critical",
            "report": {
                "violations": [
                    {
                        "feature_name": "amount",
                        "constraint_check_type": "baseline_drift_check",
                        "description": "Baseline drift distance: 0.37 exceeds threshold: 0.2",
                    }
                ]
            },
        }
        return json.dumps(document, ensure_ascii=False).encode()


def _report(
    document: Mapping[str, object],
    report: Mapping[str, object],
    headers: Mapping[str, str],
    notes: Notes,
) -> Signal:
    endpoint = one_line(document.get("endpoint") or headers.get("x-endpoint-name"), 120)
    schedule = one_line(document.get("schedule") or headers.get("x-schedule-name"), 120)
    raw = report["violations"]
    count = len(raw) if isinstance(raw, list) else 0
    listed = objects(raw, limit=MAX_LISTED)
    if count > len(listed):
        notes.add(f"Only {len(listed)} of {count:,} violations are listed.")
    lines = [
        f"{one_line(one.get('feature_name'), 80)}: {one_line(one.get('description'), 200)}"
        for one in listed
    ]
    checks = sorted({one_line(one.get("constraint_check_type"), 60) for one in listed})
    of = f" of {endpoint}" if endpoint else ""
    plural = "" if count == 1 else "s"
    features = ", ".join(dict.fromkeys(one_line(one.get("feature_name"), 60) for one in listed))
    return Signal(
        action=Action.FIRE if count else Action.RESOLVE,
        dedup_key=condition_key("violations", endpoint, schedule),
        title=one_line(f"{count:,} constraint violation{plural}{of}: {features}")
        if count
        else f"No constraint violations{of}",
        severity=severity_of(text_of(document.get("severity"))) or Severity.SEV2,
        labels=read_labels(
            {"alertname": "ConstraintViolations", "endpoint": endpoint, "schedule": schedule,
             "service": endpoint, "failure_class": "data-drift"}, notes
        ),
        annotations=read_annotations(
            {"description": "\n".join(lines), "checks": ", ".join(checks)}, notes
        ),
    )  # fmt: skip


def _event(document: Mapping[str, object], notes: Notes, now: datetime) -> Reading:
    kind = word_of(document.get("detail-type"))
    detail = inner(document, "detail")
    at = read_time(document.get("time"), notes, name="time", now=now)
    if "alarm" in kind:
        return Reading((_alarm(document, detail, notes, at),), notes.sentences())
    if "model package" in kind:
        group = one_line(detail.get("ModelPackageGroupName"), 200)
        version = one_line(detail.get("ModelPackageVersion"), 60)
        state = detail.get("ModelApprovalStatus") or detail.get("ModelPackageStatus")
        change = change_seen(
            "model",
            f"Model {group} version {version}: {one_line(state, 60) or 'changed'}",
            group,
            version=version,
            occurred_at=at,
        )
        return Reading((), notes.sentences(), measured=(change,))
    signal = _state_change(document, detail, notes, at)
    return Reading((signal,) if signal else (), notes.sentences())


def _alarm(
    document: Mapping[str, object],
    detail: Mapping[str, object],
    notes: Notes,
    at: datetime | None,
) -> Signal:
    name = one_line(detail.get("alarmName"), 300) or "An alarm"
    state = inner(detail, "state")
    value = word_of(state.get("value"))
    resources = document.get("resources")
    arn = text_of(resources[0]) if isinstance(resources, list) and resources else name
    metrics = objects(inner(detail, "configuration").get("metrics"), limit=1)
    metric = inner(metrics[0], "metricStat", "metric") if metrics else {}
    dimensions = inner(metric, "dimensions")
    labels = {**dimensions, "alertname": name, "metric": metric.get("name"),
              "namespace": metric.get("namespace"), "region": document.get("region"),
              "service": dimensions.get("EndpointName")}  # fmt: skip
    missing = value == "insufficient_data"
    return Signal(
        action=_ALARM.get(value, Action.FIRE),
        dedup_key=condition_key(f"no-data:{arn}" if missing else arn),
        title=f"No data for the alarm {name}" if missing else name,
        severity=Severity.SEV3 if missing else None,
        labels=read_labels(labels, notes),
        annotations=read_annotations({"description": state.get("reason")}, notes),
        occurred_at=at,
    )


def _state_change(
    document: Mapping[str, object],
    detail: Mapping[str, object],
    notes: Notes,
    at: datetime | None,
) -> Signal | None:
    words = [word_of(value) for name, value in detail.items() if name.endswith("Status")]
    words.append(word_of(detail.get("ExitMessage")).partition(":")[0])
    name = next(
        (one_line(value, 200) for key, value in detail.items()
         if key.endswith("Name") and isinstance(value, str)), "something",
    )  # fmt: skip
    kind = one_line(document.get("detail-type"), 120)
    bad = [word for word in words if word.replace("_", "") in _BAD]
    if not bad and not any(word in _GOOD for word in words):
        notes.add(f"{kind} of {name}: nothing follows from it.")
        return None
    return Signal(
        action=Action.FIRE if bad else Action.RESOLVE,
        dedup_key=condition_key(kind, name),
        title=f"{kind}: {name} {bad[0]}" if bad else f"{kind}: {name} is well",
        severity=Severity.SEV2 if "endpoint" in kind.lower() else Severity.SEV3,
        labels=read_labels(
            {"alertname": kind, "name": name, "service": detail.get("EndpointName") or name}, notes
        ),
        annotations=read_annotations({"reason": detail.get("FailureReason")}, notes),
        occurred_at=at,
    )


FORMAT = SageMaker()
