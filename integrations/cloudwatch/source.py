"""Reads CloudWatch's alarms out of SNS messages whose signature is right."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from textwrap import dedent

from alerts.options import Option, is_word
from alerts.reading import (
    Notes,
    condition_key,
    hashed_key,
    inner,
    load_object,
    objects,
    one_line,
    read_annotations,
    read_labels,
    read_time,
    received_at,
    text_of,
)
from alerts.severity_words import severity_of
from alerts.signals import Action, Reading, Severity, Signal, Unreadable
from core.payload import PayloadError, load_json
from integrations.cloudwatch import sns
from integrations.cloudwatch.certificates import NotFetched, certificate

TOPIC = Option(
    name="topicArn",
    help="The only topic that may send. Its subscription is then confirmed without a person.",
    example="topicArn: arn:aws:sns:eu-central-1:111122223333:aire-alarms\n",
    check=is_word,
)
_SAID = re.compile(r"\b(?:sev[- ]?[1-4]|p[1-5])\b", re.IGNORECASE)
_SERVICES = ("EndpointName", "ServiceName", "FunctionName", "InferenceComponentName", "ClusterName")
MAX_DIMENSIONS = 30


@dataclass(frozen=True, slots=True)
class SubscriptionAsked:
    """SNS asks whether it may send; following `url` says yes."""

    topic: str
    url: str


class CloudWatch:
    """The format `cloudwatch`."""

    name = "cloudwatch"
    title = "Amazon CloudWatch (SNS)"

    def __init__(self, fetch: Callable[[object], bytes] = certificate) -> None:
        self._fetch = fetch

    def read(
        self, body: bytes, *, headers: Mapping[str, str], options: Mapping[str, object]
    ) -> Reading:
        """The signal of an alarm's new state. A message that is not signed by SNS is set aside."""
        envelope, notes = load_object(body, "SNS message")
        now = received_at(options)
        if headers.get("x-aire-test"):
            return Reading(tuple(_alarm(envelope, notes, now)), notes.sentences())
        if "Type" not in envelope and "AlarmName" in envelope:
            _refuse_raw_when_pinned(options)
            notes.add("Raw message delivery is on: SNS then signs nothing. Switch it off.")
            return Reading(tuple(_alarm(envelope, notes, now)), notes.sentences())
        self._check(envelope, options)
        kind = text_of(envelope.get("Type"))
        if kind == "UnsubscribeConfirmation":
            return Reading((), ("The topic no longer sends here: it was unsubscribed.",))
        if kind == "SubscriptionConfirmation":
            return _confirmation(envelope)
        return Reading(tuple(_message(envelope, notes, now)), notes.sentences())

    def _check(self, envelope: Mapping[str, object], options: Mapping[str, object]) -> None:
        pinned = options.get("topicArn")
        if isinstance(pinned, str) and pinned and envelope.get("TopicArn") != pinned:
            raise Unreadable("It comes from another topic than the one this source is pinned to.")
        try:
            pem = self._fetch(envelope.get("SigningCertURL"))
            sns.check_signature(envelope, pem)
        except sns.Forged as error:
            raise Unreadable(f"This is no genuine SNS message. {error}") from error
        except NotFetched as error:
            raise Unreadable(
                "The certificate of SNS could not be fetched, so its signature is not checked. "
                "Replay it when AIRE can reach sns.<region>.amazonaws.com."
            ) from error

    def snippet(self, *, url: str, base_url: str, key: str) -> str:
        """The subscription, by AWS's command line."""
        return dedent(
            f"""\
            aws sns subscribe --protocol https \\
              --topic-arn arn:aws:sns:<region>:<account>:<topic> \\
              --notification-endpoint '{url}'
            # Leave raw message delivery off. SNS then asks for a confirmation: press Confirm on
            # this source's page, or pin the topic in its options (topicArn) beforehand.
            # Give the topic to each alarm as alarm action and as OK action.
            """
        )

    def sample(self, *, now: datetime, system: str) -> bytes:
        """An alarm on a monitored endpoint; a test of AIRE's own carries no signature."""
        document = {
            "AlarmName": f"SEV1 {system} feature drift",
            "AlarmDescription": "Model Monitor: distance of feature amount above 0.2",
            "AWSAccountId": "111122223333",
            "NewStateValue": "ALARM",
            "NewStateReason": "Threshold Crossed: 1 datapoint [0.37] was greater than 0.2.",
            "StateChangeTime": now.isoformat(),
            "Region": "EU (Frankfurt)",
            "AlarmArn": f"arn:aws:cloudwatch:eu-central-1:111122223333:alarm:{system} drift",
            "OldStateValue": "OK",
            "Trigger": {
                "MetricName": "feature_baseline_drift_amount",
                "Namespace": "/aws/sagemaker/Endpoints/data-metric",
                "Dimensions": [{"name": "EndpointName", "value": system}],
            },
        }
        return json.dumps(document, ensure_ascii=False).encode()


def _refuse_raw_when_pinned(options: Mapping[str, object]) -> None:
    if options.get("topicArn"):
        raise Unreadable(
            "Raw message delivery carries no signature, and this source is pinned to a topic. "
            "Switch raw message delivery off."
        )


def _confirmation(envelope: Mapping[str, object]) -> Reading:
    topic, url = envelope.get("TopicArn"), envelope.get("SubscribeURL")
    if not sns.is_topic(topic) or not sns.is_aws(url):
        raise Unreadable("It asks to confirm a subscription at an address that is not SNS's.")
    asked = SubscriptionAsked(topic=str(topic), url=str(url))
    return Reading((), ("SNS asks for the subscription to be confirmed.",), measured=(asked,))


def _message(envelope: Mapping[str, object], notes: Notes, now: datetime) -> list[Signal]:
    text = text_of(envelope.get("Message"))
    try:
        loaded = load_json(text.encode("utf-8", "replace"))
    except PayloadError:
        return [_plain(envelope, text, notes, now)]
    document = loaded.value
    if isinstance(document, dict) and "AlarmName" in document:
        return _alarm(document, notes, now)
    return [_plain(envelope, text, notes, now)]


def _plain(envelope: Mapping[str, object], text: str, notes: Notes, now: datetime) -> Signal:
    """Something else that the topic carries: it still reaches somebody."""
    topic, subject = text_of(envelope.get("TopicArn")), one_line(envelope.get("Subject"))
    notes.add("The message is no alarm of CloudWatch; it was read as it stands.")
    return Signal(
        action=Action.FIRE,
        dedup_key=f"message:{hashed_key(topic, subject or text[:200])}",
        title=subject or one_line(text) or "A message from SNS",
        labels=read_labels({"topic": topic}, notes),
        annotations=read_annotations({"description": text[:16_000]}, notes),
        occurred_at=read_time(envelope.get("Timestamp"), notes, name="Timestamp", now=now),
    )


def _alarm(alarm: Mapping[str, object], notes: Notes, now: datetime) -> list[Signal]:
    """The alarm's state, and what it says of the lack of data, which is a condition of its own."""
    state = text_of(alarm.get("NewStateValue")).upper()
    name = one_line(alarm.get("AlarmName"), 300) or "An alarm"
    arn = text_of(alarm.get("AlarmArn")) or f"{text_of(alarm.get('AWSAccountId'))}/{name}"
    base = _signal(alarm, name, arn, notes, now)
    if state == "INSUFFICIENT_DATA":
        return [_no_data(base, arn, Action.FIRE)]
    if state not in ("ALARM", "OK"):
        notes.add(f"The state {one_line(state, 40)!r} is unknown; read as alarm.")
    signals = [base]
    if text_of(alarm.get("OldStateValue")).upper() == "INSUFFICIENT_DATA":
        signals.append(_no_data(base, arn, Action.RESOLVE))
    return signals


def _signal(
    alarm: Mapping[str, object], name: str, arn: str, notes: Notes, now: datetime
) -> Signal:
    trigger = inner(alarm, "Trigger")
    dimensions = {
        one_line(one.get("name"), 100): one_line(one.get("value"), 300)
        for one in objects(trigger.get("Dimensions"), limit=MAX_DIMENSIONS)
    }
    said = _SAID.search(f"{name} {text_of(alarm.get('AlarmDescription'))[:500]}")
    service = next((dimensions[key] for key in _SERVICES if key in dimensions), None)
    ok = text_of(alarm.get("NewStateValue")).upper() == "OK"
    return Signal(
        action=Action.RESOLVE if ok else Action.FIRE,
        dedup_key=condition_key(arn),
        title=name,
        severity=severity_of(said[0]) if said else None,
        labels=read_labels(
            {
                **dimensions,
                "alertname": name,
                "service": service,
                "metric": trigger.get("MetricName"),
                "namespace": trigger.get("Namespace"),
                "region": alarm.get("Region"),
                "account": alarm.get("AWSAccountId"),
            },
            notes,
        ),
        annotations=read_annotations(
            {"description": alarm.get("AlarmDescription"), "reason": alarm.get("NewStateReason")},
            notes,
        ),
        occurred_at=read_time(alarm.get("StateChangeTime"), notes, name="StateChangeTime", now=now),
    )


def _no_data(base: Signal, arn: str, action: Action) -> Signal:
    return Signal(
        action=action,
        dedup_key=condition_key(f"no-data:{arn}"),
        title=one_line(f"No data for the alarm {base.title}"),
        severity=Severity.SEV3,
        labels={**base.labels, "aire_no_data": "true"},
        annotations=base.annotations,
        occurred_at=base.occurred_at,
    )


FORMAT = CloudWatch()
