"""Reads Azure Machine Learning's events, in Event Grid's own schema and as CloudEvents."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from textwrap import dedent

from alerts.changes import ChangeSeen, change_seen
from alerts.reading import (
    Notes,
    condition_key,
    inner,
    load_body,
    one_line,
    read_annotations,
    read_labels,
    read_time,
    received_at,
    text_of,
    word_of,
)
from alerts.signals import Action, Reading, Severity, Signal, Unreadable

MAX_EVENTS = 1000
_PREFIX = "microsoft.machinelearningservices."
_BREACH = "azureml_modelmonitor_threshold_breached"


class AzureML:
    """The format `azureml`."""

    name = "azureml"
    title = "Azure Machine Learning"

    def read(
        self, body: bytes, *, headers: Mapping[str, str], options: Mapping[str, object]
    ) -> Reading:
        """Signals and changes of a batch of events. An event that is not read costs no other."""
        loaded = load_body(body)
        notes = Notes(loaded.notes)
        events = loaded.value if isinstance(loaded.value, list) else [loaded.value]
        if len(events) > MAX_EVENTS:
            notes.add(f"Only the first {MAX_EVENTS:,} of {len(events):,} events were read.")
        now = received_at(options)
        found = [
            what for event in events[:MAX_EVENTS] if (what := _event(event, notes, now)) is not None
        ]
        if not found and not notes.sentences():
            raise Unreadable("This holds no event of Azure Machine Learning.")
        return Reading(
            tuple(what for what in found if isinstance(what, Signal)),
            notes.sentences(),
            measured=tuple(what for what in found if isinstance(what, ChangeSeen)),
        )

    def snippet(self, *, url: str, base_url: str, key: str) -> str:
        """The event subscription, by Azure's command line."""
        return dedent(
            f"""\
            az eventgrid event-subscription create --name aire \\
              --source-resource-id <resource id of the workspace> \\
              --endpoint '{url}' \\
              --event-delivery-schema cloudeventschemav1_0 \\
              --included-event-types \\
                Microsoft.MachineLearningServices.ModelRegistered \\
                Microsoft.MachineLearningServices.ModelDeployed \\
                Microsoft.MachineLearningServices.DatasetDriftDetected \\
                Microsoft.MachineLearningServices.RunStatusChanged \\
                Microsoft.MachineLearningServices.RunCompleted
            # AIRE answers Event Grid's validation by itself. Azure never says that drift is over:
            # set "Resolve by itself after silence" in this source's settings.
            """
        )

    def sample(self, *, now: datetime, system: str) -> bytes:
        """A dataset drifted."""
        event = {
            "source": f"/workspaces/{system}",
            "type": "Microsoft.MachineLearningServices.DatasetDriftDetected",
            "time": now.isoformat(),
            "id": "831e1650-0000-4000-8000-000000000004",
            "data": {
                "DataDriftName": system,
                "DriftCoefficient": 0.63,
                "StartTime": now.isoformat(),
                "EndTime": now.isoformat(),
            },
            "specversion": "1.0",
        }
        return json.dumps([event], ensure_ascii=False).encode()


def _event(event: object, notes: Notes, now: datetime) -> Signal | ChangeSeen | None:
    if not isinstance(event, dict):
        notes.add("An event that is no object was left out.")
        return None
    kind = word_of(event.get("type") or event.get("eventType")).removeprefix(_PREFIX)
    data = inner(event, "data")
    at = read_time(event.get("time") or event.get("eventTime"), notes, name="time", now=now)
    if kind == "modelregistered":
        return _registered(data, at)
    if kind == "modeldeployed":
        return _deployed(data, at)
    if kind == "datasetdriftdetected":
        return _drift(data, notes, at)
    if kind in ("runstatuschanged", "runcompleted"):
        return _run(kind, data, notes, at)
    notes.add(f"The event {one_line(event.get('type') or event.get('eventType'), 80)!r} "
              "is not read.")  # fmt: skip
    return None


def _registered(data: Mapping[str, object], at: datetime | None) -> ChangeSeen:
    name, version = one_line(data.get("ModelName"), 200), one_line(data.get("ModelVersion"), 60)
    return change_seen(
        "model",
        f"Model {name} version {version} registered",
        inner(data, "ModelTags").get("system"),
        name,
        version=version,
        occurred_at=at,
    )


def _deployed(data: Mapping[str, object], at: datetime | None) -> ChangeSeen:
    service = one_line(data.get("ServiceName"), 200)
    models = [one_line(part, 120) for part in text_of(data.get("ModelIds"))[:2000].split(",")]
    newest = models[-1] if models else ""
    return change_seen(
        "model",
        f"Deployed to {service}: {', '.join(model for model in models if model)}",
        inner(data, "ServiceTags").get("system"),
        service,
        *(model.partition(":")[0] for model in models),
        version=newest.partition(":")[2],
        occurred_at=at,
    )


def _drift(data: Mapping[str, object], notes: Notes, at: datetime | None) -> Signal:
    name = one_line(data.get("DataDriftName") or data.get("DataDriftId"), 200) or "a dataset"
    coefficient = data.get("DriftCoefficient")
    shown = f"{coefficient:.2f}" if isinstance(coefficient, float) else one_line(coefficient, 20)
    return Signal(
        action=Action.FIRE,
        dedup_key=condition_key("drift", text_of(data.get("DataDriftId")) or name),
        title=f"Data of {name} drifted (coefficient {shown})",
        severity=Severity.SEV2,
        labels=read_labels(
            {"alertname": "DatasetDrift", "monitor": name, "service": name,
             "failure_class": "data-drift"}, notes
        ),
        annotations=read_annotations(
            {"coefficient": coefficient, "from": data.get("StartTime"), "to": data.get("EndTime")},
            notes,
        ),
        occurred_at=at,
    )  # fmt: skip


def _run(kind: str, data: Mapping[str, object], notes: Notes, at: datetime | None) -> Signal | None:
    """A failed run fires under its experiment's name, a completed one of that name ends it."""
    experiment = one_line(data.get("experimentName") or data.get("experimentId"), 200)
    status = "completed" if kind == "runcompleted" else word_of(data.get("runStatus"))
    if status not in ("failed", "completed"):
        notes.add(f"A run of {experiment} is {status or 'in an unknown state'}.")
        return None
    breach = one_line(inner(data, "runTags").get(_BREACH), 500)
    title = f"A run of {experiment} {status}"
    return Signal(
        action=Action.RESOLVE if status == "completed" and not breach else Action.FIRE,
        dedup_key=condition_key("run", experiment or text_of(data.get("runId"))),
        title=f"{experiment}: threshold breached, {breach}" if breach else title,
        severity=Severity.SEV2 if breach else Severity.SEV3,
        labels=read_labels(
            {"alertname": "ModelMonitor" if breach else "RunFailed", "experiment": experiment,
             "service": inner(data, "runTags").get("system") or experiment}, notes
        ),
        annotations=read_annotations({"run": data.get("runId"), "breach": breach}, notes),
        occurred_at=at,
    )  # fmt: skip


FORMAT = AzureML()
