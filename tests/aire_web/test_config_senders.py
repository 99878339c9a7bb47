"""Heartbeats, signing secrets and options of sources as documents."""

from __future__ import annotations

import pytest

from alerts.models import Heartbeat, Source
from tests.aire_web.documents import PEOPLE, SYSTEMS, apply, refused, verbs

pytestmark = pytest.mark.django_db
SENDERS = """\
apiVersion: aire/v1
kind: Source
metadata: {name: registry, displayName: Registry}
spec:
  format: mlflow
  signingSecret: ${EVAL_KEY}
  options: {systems: {helpdesk-llm: assistant}}
---
apiVersion: aire/v1
kind: Heartbeat
metadata: {name: nightly, displayName: Nightly}
spec: {every: 1d, grace: 2h, system: assistant, severity: sev3}
---
apiVersion: aire/v1
kind: Heartbeat
metadata: {name: weekly, displayName: Weekly}
spec: {every: 7d, source: registry, pingName: weekly, paused: true}
"""
BASE = "---\n".join([PEOPLE, SYSTEMS.replace("  escalationPolicy: default\n", "")])


def test_they_are_made_once_and_then_unchanged() -> None:
    outcome = apply(BASE, SENDERS)
    assert outcome.applied, outcome.refusals
    assert ("Heartbeat", "nightly") in {(key.kind, key.name) for key in outcome.keys}
    nightly, weekly = Heartbeat.objects.order_by("slug")
    assert (nightly.every, nightly.grace, nightly.severity) == (86400, 7200, "sev3")
    assert (weekly.source.slug, weekly.state) == ("registry", "paused")
    assert Source.objects.get(slug="registry").signing_secret
    assert set(verbs(apply(BASE, SENDERS)).values()) == {"unchanged"}
    assert apply(BASE, prune=True).applied
    assert not Heartbeat.objects.exists()


@pytest.mark.parametrize(
    ("given", "instead", "where"),
    [
        ("systems: {", "sistems: {", "spec.options"),
        ("every: 1d", "every: 1s", "spec.every"),
        ("source: registry", "source: none", "Source none does not exist"),
    ],
)
def test_what_is_wrong_is_refused_at_its_place(given: str, instead: str, where: str) -> None:
    lines = refused(BASE, SENDERS.replace(given, instead))
    assert any(where in line for line in lines), lines
