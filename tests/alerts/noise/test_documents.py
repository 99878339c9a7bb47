"""Silences and inhibition rules as documents."""

from __future__ import annotations

from datetime import timedelta

import pytest

from aire_web.config.export import export_yaml
from alerts.models import Inhibition, NoiseSettings, Silence
from core import clock
from tests.aire_web.documents import apply, refused, verbs
from tests.cast import make_system

pytestmark = pytest.mark.django_db


def documents(ends: timedelta = timedelta(hours=3), rule: str = "FREQ=WEEKLY;COUNT=4") -> str:
    starts, end = (clock.now() + ahead for ahead in (timedelta(), ends))
    return f"""
apiVersion: aire/v1
kind: Silence
metadata: {{name: nightly-index}}
spec:
  match: ['team = search', 'severity!="sev1"']
  starts: {starts.isoformat()}
  ends: {end.isoformat()}
  recurrence: {rule}
  timeZone: Europe/Berlin
  reason: The index is rebuilt
---
apiVersion: aire/v1
kind: Inhibition
metadata: {{name: provider-down, displayName: Provider down}}
spec:
  sourceMatch: ['alertname="ProviderDown"']
  targetMatch: ['severity=~"sev3|sev4"']
  equal: [region]
"""


def test_they_apply_once_and_export_as_they_apply() -> None:
    text = documents()
    assert set(verbs(apply(text)).values()) == {"create"}
    assert Silence.objects.get().match == ['team="search"', 'severity!="sev1"']
    assert Inhibition.objects.get().equal == ["region"]
    assert set(verbs(apply(text)).values()) == {"unchanged"}
    ours = apply(export_yaml(only="Silence"), export_yaml(only="Inhibition"))
    assert set(verbs(ours).values()) == {"unchanged"}


def test_a_file_outlives_its_silence() -> None:
    text = documents()
    apply(text)
    past = clock.now() - timedelta(hours=1)
    Silence.objects.update(last_ends_at=past)
    assert set(verbs(apply(text)).values()) == {"unchanged"}


def test_what_a_file_no_longer_names_ends() -> None:
    first, _, second = documents().partition("---\n")
    apply(first, second)
    apply(second, prune=True)
    assert Silence.objects.get().expired_at is not None


def test_a_recurrence_without_an_end_is_refused_with_its_place() -> None:
    assert "needs an end" in refused(documents(rule="FREQ=DAILY"))[0]


def test_what_holds_for_the_whole_house_is_one_document() -> None:
    make_system("assistant")
    text = """
apiVersion: aire/v1
kind: NoiseSettings
metadata: {name: noise}
spec: {followDependencies: chosen, systems: [assistant], flappingChanges: 8, flappingWindow: 1h}
"""
    assert list(verbs(apply(text)).values()) == ["create"]
    chosen = NoiseSettings.objects.get()
    assert (chosen.flapping_changes, chosen.flapping_window) == (8, 3600)
    assert [system.slug for system in chosen.systems.all()] == ["assistant"]
    assert list(verbs(apply(export_yaml(only="NoiseSettings"))).values()) == ["unchanged"]
    assert "Call it noise" in refused(text.replace("name: noise", "name: other"))[0]
    assert "nobody does not exist" in refused(text.replace("[assistant]", "[nobody]"))[0]
