"""What each sender's deliveries are read as."""

from __future__ import annotations

import json

import pytest

from alerts.changes import ChangeSeen
from alerts.signals import Action, Severity, Unreadable
from integrations.azureml.source import FORMAT as AZUREML
from integrations.cloudwatch.certificates import NotFetched
from integrations.cloudwatch.source import CloudWatch, SubscriptionAsked
from integrations.datadog.source import FORMAT as DATADOG
from integrations.github.source import FORMAT as GITHUB
from integrations.langfuse.source import FORMAT as LANGFUSE
from integrations.langsmith.source import FORMAT as LANGSMITH
from integrations.mlflow.source import FORMAT as MLFLOW
from integrations.oncall.source import FORMAT as ONCALL
from integrations.opik.source import FORMAT as OPIK
from integrations.opsgenie.identity import alias_of, id_of
from integrations.opsgenie.source import FORMAT as OPSGENIE
from integrations.pagerduty.source import FORMAT as PAGERDUTY
from integrations.report.source import FORMAT as REPORT
from integrations.sagemaker.source import FORMAT as SAGEMAKER
from integrations.sentry.source import FORMAT as SENTRY
from tests.integrations.captured import ROOT
from tests.integrations.senders.deliveries import NOW, one, read

PEM = (ROOT / "cloudwatch/payloads/test-signing-cert.pem").read_bytes()
TOPIC = "arn:aws:sns:eu-central-1:111122223333:aire-alarms"
SNS = CloudWatch(fetch=lambda url: _certificate(url))


def _certificate(url: object) -> bytes:
    from_aws = isinstance(url, str) and url.startswith("https://sns.eu-central-1.amazonaws.com/")
    assert from_aws or "evil" not in str(url)
    return PEM


def change(source: object, folder: str, case: str, **options: object) -> ChangeSeen:
    (found,) = read(source, folder, case, options).measured  # type: ignore[arg-type]
    assert isinstance(found, ChangeSeen)
    return found


def test_a_datadog_recovery_has_the_key_of_its_trigger() -> None:
    signal = one(DATADOG, "datadog", "recovered")
    assert signal.action is Action.RESOLVE
    assert signal.dedup_key == "5821734490016254711"
    assert (signal.severity, signal.labels["system"]) == (Severity.SEV2, "support-assistant")
    assert signal.annotations["description"] == "Groundedness is 0.961\n@webhook-aire"


def test_variables_that_datadog_left_are_missing_and_said_so() -> None:
    reading = read(DATADOG, "datadog", "unreplaced-variables")
    (signal,) = reading.signals
    assert signal.action is Action.FIRE
    assert signal.dedup_key == "9c1e4d0f5a"
    assert "$" not in signal.title
    assert any("alert_cycle_key" in note for note in reading.notes)


@pytest.mark.parametrize(
    ("case", "action", "severity", "key"),
    [
        ("metric-alert-critical", Action.FIRE, Severity.SEV1, "metric-alert/9031"),
        ("metric-alert-warning", Action.FIRE, Severity.SEV3, "metric-alert/9031"),
        ("issue-unresolved-regressed", Action.FIRE, Severity.SEV2, "issue/5566778899"),
        ("issue-archived", Action.RESOLVE, Severity.SEV2, "issue/5566778899"),
        ("issue-assigned", Action.NOTE, Severity.SEV2, "issue/5566778899"),
    ],
)
def test_sentry(case: str, action: Action, severity: Severity, key: str) -> None:
    signal = one(SENTRY, "sentry", case)
    assert (signal.action, signal.severity, signal.dedup_key) == (action, severity, key)


def test_sentrys_metric_alert_says_the_service_that_its_rule_names() -> None:
    signal = one(SENTRY, "sentry", "metric-alert-critical")
    assert signal.labels["service"] == "fraud-scorer"
    assert signal.labels["environment"] == "production"


@pytest.mark.parametrize("case", ["notification-alarm", "notification-alarm-signature-v1"])
def test_an_alarm_that_sns_signed_fires(case: str) -> None:
    signal = one(SNS, "cloudwatch", case)
    assert signal.action is Action.FIRE
    assert signal.dedup_key.startswith("arn:aws:cloudwatch:eu-central-1:111122223333:alarm:")
    assert signal.labels["service"] == "fraud-scorer"


def test_the_ok_of_an_alarm_resolves_it() -> None:
    fired = one(SNS, "cloudwatch", "notification-alarm")
    ended = one(SNS, "cloudwatch", "notification-ok")
    assert (ended.action, ended.dedup_key) == (Action.RESOLVE, fired.dedup_key)


@pytest.mark.parametrize(
    "case", ["notification-forged-bad-signature", "notification-forged-cert-host"]
)
def test_what_sns_did_not_sign_is_set_aside(case: str) -> None:
    with pytest.raises(Unreadable, match="no genuine SNS message"):
        read(CloudWatch() if "host" in case else SNS, "cloudwatch", case)


def test_a_certificate_that_cannot_be_had_sets_the_message_aside() -> None:
    def away(url: object) -> bytes:
        raise NotFetched

    with pytest.raises(Unreadable, match="could not be fetched"):
        read(CloudWatch(fetch=away), "cloudwatch", "notification-alarm")


def test_a_topic_asks_for_its_confirmation() -> None:
    reading = read(SNS, "cloudwatch", "subscription-confirmation")
    (asked,) = reading.measured
    assert isinstance(asked, SubscriptionAsked)
    assert asked.topic == TOPIC
    assert asked.url.startswith("https://sns.eu-central-1.amazonaws.com/?Action=Confirm")


def test_a_pinned_source_takes_no_other_topic_and_no_raw_delivery() -> None:
    other = {"topicArn": TOPIC.replace("aire-alarms", "other")}
    with pytest.raises(Unreadable, match="another topic"):
        read(SNS, "cloudwatch", "notification-alarm", other)
    raw = json.dumps({"AlarmName": "x", "NewStateValue": "ALARM"}).encode()
    with pytest.raises(Unreadable, match="no signature"):
        SNS.read(raw, headers={}, options={**other, "received_at": NOW})


@pytest.mark.parametrize(
    ("case", "action", "severity"),
    [
        ("monitor-alert", Action.FIRE, Severity.SEV1),
        ("monitor-warning", Action.FIRE, Severity.SEV3),
        ("monitor-ok", Action.RESOLVE, None),
    ],
)
def test_langfuse_monitors(case: str, action: Action, severity: Severity | None) -> None:
    signal = one(LANGFUSE, "langfuse", case)
    assert (signal.action, signal.severity) == (action, severity)
    assert signal.dedup_key == "monitor/mon_groundedness"
    assert signal.labels["environment"] == "production"


def test_a_prompt_version_of_langfuse_is_a_change_without_its_text() -> None:
    body = {
        "type": "prompt-version", "action": "updated", "timestamp": "2026-11-20T22:10:00Z",
        "prompt": {"name": "answer", "version": 12, "labels": ["production"],
                   "projectId": "support", "prompt": "SECRET", "commitMessage": "shorter"},
    }  # fmt: skip
    reading = LANGFUSE.read(json.dumps(body).encode(), headers={}, options={"received_at": NOW})
    (found,) = reading.measured
    assert isinstance(found, ChangeSeen)
    assert (found.kind, found.version, found.about) == ("prompt", "12", ("answer", "support"))
    assert "production" in found.summary
    assert "SECRET" not in repr(reading)


def test_langsmith() -> None:
    signal = one(LANGSMITH, "langsmith", "alert-error-count")
    assert signal.dedup_key == "rule/1c9c2f1e-0000-4000-8000-00000000000a"
    assert signal.title == "error_count of doc-search-rag: 37 (threshold 10)"
    merged = one(LANGSMITH, "langsmith", "alert-custom-template-merged")
    assert (merged.title, merged.severity) == ("doc-search-rag is unwell", Severity.SEV1)
    assert merged.dedup_key == signal.dedup_key


def test_opik_reads_no_inputs_or_outputs() -> None:
    reading = read(OPIK, "opik", "trace-errors-traces")
    (signal,) = reading.signals
    assert signal.severity is Severity.SEV2
    assert signal.labels["error"] == "ToolCallLoopError"
    assert "user text" not in repr(reading)
    assert "model text" not in repr(reading)


def test_opik_says_that_its_units_differ() -> None:
    reading = read(OPIK, "opik", "trace-latency-unit-mismatch")
    assert "milliseconds" in " ".join(reading.notes)
    assert reading.signals[0].annotations["value"] == "5250.5000"


def test_prompts_of_opik_are_changes_and_experiments_are_nothing() -> None:
    committed = change(OPIK, "opik", "prompt-committed")
    assert (committed.kind, committed.version) == ("prompt", "ab12cd34")
    assert change(OPIK, "opik", "prompt-deleted").about[0] == "support-assistant-answer"
    finished = read(OPIK, "opik", "experiment-finished")
    assert not finished.signals + finished.measured
    assert finished.notes


@pytest.mark.parametrize(
    ("case", "kind", "about", "version"),
    [
        ("registered-model-created", "model", "fraud-scorer", ""),
        ("model-version-created-no-description", "model", "fraud-scorer", "2"),
        ("model-version-alias-deleted", "model", "fraud-scorer", ""),
        ("prompt-version-created", "prompt", "support-assistant-answer", "1"),
        ("prompt-alias-created", "prompt", "support-assistant-answer", "1"),
    ],
)
def test_mlflows_registry_tells_of_changes(case: str, kind: str, about: str, version: str) -> None:
    found = change(MLFLOW, "mlflow", case)
    assert (found.kind, found.version) == (kind, version)
    assert about in found.about
    assert found.occurred_at is not None


@pytest.mark.parametrize("case", ["prompt-tag-set-internal", "prompt-version-tag-set"])
def test_tags_of_mlflow_are_no_changes(case: str) -> None:
    reading = read(MLFLOW, "mlflow", case)
    assert not reading.measured + reading.signals
    assert reading.notes


def test_a_spent_budget_of_mlflow_is_an_alert_of_its_window() -> None:
    signal = one(MLFLOW, "mlflow", "budget-policy-exceeded")
    assert signal.action is Action.FIRE
    assert signal.starts_at is not None
    assert "263.42 of 250.0 USD" in signal.title


def test_a_deployment_is_the_change_that_its_outcome_is() -> None:
    done = change(GITHUB, "github", "deployment-status-success")
    assert (done.kind, done.version, done.author) == ("code", "9f1c2ab4d5e6", "deploy-bot[bot]")
    assert done.about[0] == "support-assistant"
    assert "failed" in change(GITHUB, "github", "deployment-status-failure").summary
    began = read(GITHUB, "github", "deployment-created-form-encoded")
    assert not began.measured
    assert "outcome" in began.notes[0]


def test_only_the_environments_of_the_source_count() -> None:
    options: dict[str, object] = {"environments": ["staging"]}
    reading = read(GITHUB, "github", "deployment-status-success", options)
    assert not reading.measured
    assert "does not count" in reading.notes[0]


@pytest.mark.parametrize("end", ["", "-cloudevent"])
def test_azures_events_in_both_schemas(end: str) -> None:
    deployed = change(AZUREML, "azureml", f"model-deployed{end}")
    assert (deployed.about[0], deployed.version) == ("fraud-scorer", "8")
    drift = one(AZUREML, "azureml", f"dataset-drift-detected{end}")
    assert (drift.action, drift.labels["service"]) == (Action.FIRE, "fraud-scorer-inputs")
    assert one(AZUREML, "azureml", f"run-completed{end}").action is Action.RESOLVE


def test_a_monitor_of_azure_that_was_breached_fires() -> None:
    signal = one(AZUREML, "azureml", "run-status-changed-cloudevent")
    assert (signal.severity, signal.dedup_key) == (Severity.SEV2, "run/model-monitor")
    assert "jensen_shannon_distance" in signal.title


def test_model_monitors_report_fires_until_an_empty_one_comes() -> None:
    fired = one(SAGEMAKER, "sagemaker", "constraint-violations")
    assert fired.title.startswith("6 constraint violations")
    assert "Baseline drift distance" in fired.annotations["description"]
    ended = one(SAGEMAKER, "sagemaker", "constraint-violations-empty")
    assert (ended.action, ended.dedup_key) == (Action.RESOLVE, fired.dedup_key)
    alarm = one(SAGEMAKER, "sagemaker", "eventbridge-cloudwatch-alarm-state-change")
    assert alarm.labels["EndpointName"] == "fraud-scorer"


def test_pagerdutys_own_incidents_and_change_events() -> None:
    fired = one(PAGERDUTY, "pagerduty", "v3-incident-triggered")
    again = one(PAGERDUTY, "pagerduty", "v3-incident-reopened")
    assert (fired.action, again.action) == (Action.FIRE, Action.FIRE)
    escalated = one(PAGERDUTY, "pagerduty", "v3-incident-escalated")
    assert (escalated.action, escalated.title) == (Action.NOTE, "")
    assert fired.dedup_key == again.dedup_key == escalated.dedup_key
    model = change(PAGERDUTY, "pagerduty", "events-v2-change")
    assert (model.kind, model.previous_version, model.version) == ("model", "7", "8")
    prompt = change(PAGERDUTY, "pagerduty", "client-change-event")
    assert (prompt.kind, prompt.about[0]) == ("prompt", "support-assistant-answer")


def test_an_alert_of_opsgenie() -> None:
    signal = one(OPSGENIE, "opsgenie", "documented-create-full")
    assert (signal.dedup_key, signal.severity) == ("fraud-scorer/drift/amount", Severity.SEV2)
    assert signal.labels["service"] == "fraud-scorer"
    assert signal.annotations["responders"].count(",") == 4


def test_an_alert_of_opsgenie_that_alertmanager_made_is_cut_not_refused() -> None:
    signal = one(OPSGENIE, "opsgenie", "opsgenie-create-unicode-long")
    assert signal.title.startswith("[FIRING:1]")
    assert len(signal.annotations["description"]) > 15_000


def test_a_report_may_be_json_or_a_form() -> None:
    form = {"content-type": "application/x-www-form-urlencoded"}
    body = b"system=support-assistant&text=It+invents+orders&contact=desk"
    options = {"received_at": NOW, "receipt_id": "r1"}
    (signal,) = REPORT.read(body, headers=form, options=options).signals
    assert signal.title == "support-assistant: It invents orders"
    assert signal.annotations["contact"] == "desk"
    with pytest.raises(Unreadable, match="no text"):
        REPORT.read(b'{"system": "x"}', headers={}, options=options)


def test_oncalls_formatted_webhook() -> None:
    fields = {"alert_uid": "u1", "title": "Hot", "state": "ok", "message": "87"}
    options = {"received_at": NOW}
    (signal,) = ONCALL.read(json.dumps(fields).encode(), headers={}, options=options).signals
    assert (signal.action, signal.dedup_key) == (Action.RESOLVE, "u1")


@pytest.mark.parametrize("alias", ["a", "a/b c", "größe", "k" * 512])
def test_an_id_says_its_alias(alias: str) -> None:
    assert alias_of(id_of(alias), "id") == alias
    assert alias_of("~!!!", "id") is None
    assert alias_of("7", "tiny") is None
