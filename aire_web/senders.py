"""Everything that can send to AIRE: formats, their manners and options, and their addresses."""

from __future__ import annotations

from pathlib import Path

from alerts.extensions import takers
from alerts.formats import formats
from alerts.guides import guides
from alerts.ingest.doors import doors, manners
from alerts.options import SYSTEMS, options_of
from integrations.alertmanager.door import ALERTS
from integrations.alertmanager.source import FORMAT as ALERTMANAGER
from integrations.argocd.source import FORMAT as ARGOCD
from integrations.azureml.door import MANNERS as AZUREML_MANNERS
from integrations.azureml.source import FORMAT as AZUREML
from integrations.cloudwatch import subscriptions as sns
from integrations.cloudwatch.door import MANNERS as CLOUDWATCH_MANNERS
from integrations.cloudwatch.source import FORMAT as CLOUDWATCH
from integrations.cloudwatch.source import TOPIC
from integrations.datadog.door import MANNERS as DATADOG_MANNERS
from integrations.datadog.source import FORMAT as DATADOG
from integrations.evidently.source import FORMAT as EVIDENTLY
from integrations.flux.door import MANNERS as FLUX_MANNERS
from integrations.flux.source import FORMAT as FLUX
from integrations.generic.source import FORMAT as GENERIC
from integrations.github.door import MANNERS as GITHUB_MANNERS
from integrations.github.source import ENVIRONMENTS, WORKFLOWS
from integrations.github.source import FORMAT as GITHUB
from integrations.grafana.door import MANNERS as GRAFANA_MANNERS
from integrations.grafana.source import FORMAT as GRAFANA
from integrations.kubernetes.source import FORMAT as KUBERNETES
from integrations.langfuse.door import MANNERS as LANGFUSE_MANNERS
from integrations.langfuse.source import FORMAT as LANGFUSE
from integrations.langsmith.source import FORMAT as LANGSMITH
from integrations.mlflow.door import MANNERS as MLFLOW_MANNERS
from integrations.mlflow.source import FORMAT as MLFLOW
from integrations.nannyml.source import FORMAT as NANNYML
from integrations.oncall.door import HEARTBEAT as ONCALL_HEARTBEAT
from integrations.oncall.door import INTEGRATION as ONCALL_INTEGRATION
from integrations.oncall.source import FORMAT as ONCALL
from integrations.opentelemetry.door import OTLP
from integrations.opentelemetry.log_alerts import FINGERPRINT, MINIMUM
from integrations.opentelemetry.source import FORMAT as OPENTELEMETRY
from integrations.opik.door import MANNERS as OPIK_MANNERS
from integrations.opik.source import FORMAT as OPIK
from integrations.opsgenie.door import ACT as OPSGENIE_ACT
from integrations.opsgenie.door import CREATE as OPSGENIE_CREATE
from integrations.opsgenie.door import DELETE as OPSGENIE_DELETE
from integrations.opsgenie.door import PING as OPSGENIE_PING
from integrations.opsgenie.source import FORMAT as OPSGENIE
from integrations.pagerduty.door import CHANGE, ENQUEUE
from integrations.pagerduty.source import FORMAT as PAGERDUTY
from integrations.pagerduty.webhooks import MANNERS as PAGERDUTY_MANNERS
from integrations.report.source import FORMAT as REPORT
from integrations.sagemaker.door import MANNERS as SAGEMAKER_MANNERS
from integrations.sagemaker.source import FORMAT as SAGEMAKER
from integrations.sentry.door import MANNERS as SENTRY_MANNERS
from integrations.sentry.source import FORMAT as SENTRY

INTEGRATIONS = Path(__file__).resolve().parents[1] / "integrations"

FORMATS = (
    ALERTMANAGER, GRAFANA, GENERIC, PAGERDUTY, OPSGENIE, DATADOG, SENTRY, CLOUDWATCH, LANGFUSE,
    LANGSMITH, OPIK, MLFLOW, SAGEMAKER, AZUREML, GITHUB, ARGOCD, FLUX,
    KUBERNETES, ONCALL, REPORT, OPENTELEMETRY, EVIDENTLY,
    NANNYML,
)  # fmt: skip
"""In the order in which a person chooses among them."""


def fill_senders() -> None:
    """Called by wiring."""
    for one in FORMATS:
        formats.add(one.name, one)
        guides.add(one.name, INTEGRATIONS / one.name / "README.md")
    for name, habits in (
        (GRAFANA.name, GRAFANA_MANNERS),
        (PAGERDUTY.name, PAGERDUTY_MANNERS),
        (SENTRY.name, SENTRY_MANNERS),
        (LANGFUSE.name, LANGFUSE_MANNERS),
        (MLFLOW.name, MLFLOW_MANNERS),
        (AZUREML.name, AZUREML_MANNERS),
        (GITHUB.name, GITHUB_MANNERS),
        (FLUX.name, FLUX_MANNERS),
        (SAGEMAKER.name, SAGEMAKER_MANNERS),
        (OPIK.name, OPIK_MANNERS),
        (DATADOG.name, DATADOG_MANNERS),
        (CLOUDWATCH.name, CLOUDWATCH_MANNERS),
    ):
        manners.add(name, habits)
    for name, options in (
        (PAGERDUTY.name, (SYSTEMS,)),
        (LANGFUSE.name, (SYSTEMS,)),
        (OPIK.name, (SYSTEMS,)),
        (MLFLOW.name, (SYSTEMS,)),
        (SAGEMAKER.name, (SYSTEMS,)),
        (AZUREML.name, (SYSTEMS,)),
        (GITHUB.name, (SYSTEMS, ENVIRONMENTS, WORKFLOWS)),
        (ARGOCD.name, (SYSTEMS,)),
        (FLUX.name, (SYSTEMS,)),
        (KUBERNETES.name, (SYSTEMS,)),
        (CLOUDWATCH.name, (TOPIC,)),
        (OPENTELEMETRY.name, (MINIMUM, FINGERPRINT)),
    ):
        options_of.add(name, options)
    for name, door in (
        ("pagerduty-enqueue", ENQUEUE),
        ("pagerduty-change", CHANGE),
        ("opsgenie-create", OPSGENIE_CREATE),
        ("opsgenie-act", OPSGENIE_ACT),
        ("opsgenie-delete", OPSGENIE_DELETE),
        ("opsgenie-ping", OPSGENIE_PING),
        ("alertmanager-api", ALERTS),
        ("oncall-heartbeat", ONCALL_HEARTBEAT),
        ("oncall", ONCALL_INTEGRATION),
        ("otlp", OTLP),
    ):
        doors.add(name, door)
    takers.add("sns", sns.take)
