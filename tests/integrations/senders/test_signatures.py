"""Signatures of senders: the right one is taken, every other is refused, whatever is wrong."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from alerts.ingest.doors import Manners
from alerts.ingest.signatures import TOLERANCE, genuine, hex_of, secrets_in
from core.secrets import encrypt
from integrations.github.door import MANNERS as GITHUB
from integrations.grafana.door import HEADER as GRAFANA_HEADER
from integrations.grafana.door import MANNERS as GRAFANA
from integrations.langfuse.door import MANNERS as LANGFUSE
from integrations.mlflow.door import MANNERS as MLFLOW
from integrations.pagerduty.webhooks import MANNERS as PAGERDUTY
from integrations.sentry.door import MANNERS as SENTRY
from tests.integrations.senders.deliveries import Delivery, delivery

SIGNED = [
    (GRAFANA, "grafana", "firing-hmac", GRAFANA_HEADER),
    (SENTRY, "sentry", "metric-alert-critical", "sentry-hook-signature"),
    (GITHUB, "github", "deployment-status-success", "x-hub-signature-256"),
    (GITHUB, "github", "deployment-created-form-encoded", "x-hub-signature-256"),
    (MLFLOW, "mlflow", "prompt-version-created", "x-mlflow-signature"),
    (LANGFUSE, "langfuse", "monitor-alert", "x-langfuse-signature"),
    (PAGERDUTY, "pagerduty", "v3-incident-triggered", "x-pagerduty-signature"),
]
each_sender = pytest.mark.parametrize(
    ("habits", "folder", "case", "header"), SIGNED, ids=[f"{f} {c}" for _, f, c, _ in SIGNED]
)


def signed_at(given: Delivery) -> datetime:
    """The time that the delivery says it was signed at; any time for those that say none."""
    stamp = given.headers.get("x-mlflow-timestamp", "1795212600")
    return datetime.fromtimestamp(int(stamp), tz=UTC)


def verdict(habits: Manners, given: Delivery, *, secret: str = "", **more: object) -> bool:
    assert habits.verify is not None
    now = more["now"] if "now" in more else signed_at(given)
    assert isinstance(now, datetime)
    return habits.verify(given.call(), secret or given.secret, now)


def changed(given: Delivery, header: str, value: str) -> Delivery:
    return replace(given, headers={**given.headers, header: value})


@each_sender
def test_what_the_sender_signed_is_taken(
    habits: Manners, folder: str, case: str, header: str
) -> None:
    assert verdict(habits, delivery(folder, case))


@each_sender
def test_every_other_signature_is_refused(
    habits: Manners, folder: str, case: str, header: str
) -> None:
    given = delivery(folder, case)
    signature = given.headers[header]
    if folder == "pagerduty":
        signature = signature.partition(",")[0]  # of two signatures one is enough
        given = changed(given, header, signature)
    without = {name: value for name, value in given.headers.items() if name != header}
    wrong = {
        "missing": replace(given, headers=without),
        "empty": changed(given, header, ""),
        "of another body": replace(given, body=given.body + b" "),
        "of an empty body": replace(given, body=b""),
        "cut to one byte": changed(given, header, signature[:1]),
        "cut at its end": changed(given, header, signature[:-2]),
        "in capitals": changed(given, header, signature.upper()),
        "a megabyte": changed(given, header, "a" * 1_000_000),
        "not ASCII": changed(given, header, "é" * 64),
        "of another scheme": changed(given, header, f"v0={'0' * 64}"),
        "SHA-1 only": replace(given, headers={**without, "x-hub-signature": "sha1=" + "0" * 40}),
    }
    for name, forged in wrong.items():
        assert not verdict(habits, forged), name
    assert not verdict(habits, given, secret="another-secret")


@pytest.mark.parametrize(
    ("habits", "folder", "case"),
    [(MLFLOW, "mlflow", "prompt-version-created"), (LANGFUSE, "langfuse", "monitor-alert")],
)
def test_a_signed_time_must_be_near(habits: Manners, folder: str, case: str) -> None:
    given = delivery(folder, case)
    at = signed_at(given)
    second = timedelta(seconds=1)
    assert verdict(habits, given, now=at + TOLERANCE)
    assert verdict(habits, given, now=at - TOLERANCE)
    assert not verdict(habits, given, now=at + TOLERANCE + second)
    assert not verdict(habits, given, now=at - TOLERANCE - second)


@pytest.mark.parametrize("stamp", ["abc", "", "-1", "9" * 400, "1e9", "１７９５", "0x1"])
def test_a_time_that_is_none_is_refused(stamp: str) -> None:
    mlflow = delivery("mlflow", "prompt-version-created")
    assert not verdict(MLFLOW, changed(mlflow, "x-mlflow-timestamp", stamp), now=signed_at(mlflow))
    langfuse = delivery("langfuse", "monitor-alert")
    assert not verdict(LANGFUSE, changed(langfuse, "x-langfuse-signature", f"t={stamp},s=00"))


def test_grafanas_time_header_has_any_name_and_must_be_near() -> None:
    given = delivery("grafana", "firing-hmac")
    now = datetime(2026, 11, 21, tzinfo=UTC)
    stamp = str(int(now.timestamp()))
    signature = hex_of(given.secret, f"{stamp}:".encode(), given.body)
    timed = replace(given, headers={**given.headers, GRAFANA_HEADER: signature, "x-my-time": stamp})
    assert verdict(GRAFANA, timed, now=now)
    assert not verdict(GRAFANA, timed, now=now + TOLERANCE + timedelta(seconds=1))


def test_pagerduty_signs_with_both_secrets_while_one_is_changed() -> None:
    given = delivery("pagerduty", "v3-incident-triggered")
    assert verdict(PAGERDUTY, given, secret=given.second_secret)


def test_either_of_two_secrets_is_right_and_none_at_all_is_wrong() -> None:
    given = delivery("github", "deployment-status-success")
    assert genuine(GITHUB, given.call(), encrypt(f"older-secret\n{given.secret}"))
    assert not genuine(GITHUB, given.call(), encrypt("older-secret\nnewer-secret"))
    assert not genuine(GITHUB, given.call(), encrypt("\n  \n"))
    assert secrets_in(" a \n\n b") == ("a", "b")


def test_a_format_that_signs_nothing_is_never_genuine() -> None:
    """Else a source with a secret could be reached by the address of another format."""
    given = delivery("github", "deployment-status-success")
    assert not genuine(Manners(), given.call(), encrypt(given.secret))
