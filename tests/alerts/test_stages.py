"""What a stage of absorbing may do: hold an alert back, or move it to another group."""

from __future__ import annotations

import pytest

from alerts.models import Alert, Source
from alerts.stages import Folded, Stage, stages
from core.models import OutboxTask
from core.registry import Registry
from tests.alerts.scene import deliver, make_alert, make_source

pytestmark = pytest.mark.django_db(transaction=True)


def hold_all(folded: Folded) -> None:
    for one in folded.touched:
        folded.hold(one, "silenced", "Held back by the test.")


def regroup_all(folded: Folded) -> None:
    for one in folded.touched:
        folded.regroup(one, "another-group", "Moved by the test.")


@pytest.fixture
def source() -> Source:
    return make_source()


def staged(monkeypatch: pytest.MonkeyPatch, stage: Stage) -> None:
    only: Registry[Stage] = Registry("stage")
    only.add("test", stage)
    monkeypatch.setattr("alerts.stages.stages", only)


def test_an_alert_that_is_held_back_asks_for_nobody(
    source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    staged(monkeypatch, hold_all)
    alert = make_alert(source)
    assert alert.status == "silenced"
    assert alert.steps.filter(kind="silenced", text="Held back by the test.").exists()
    assert not OutboxTask.objects.exists()


def test_a_held_alert_stays_held_when_it_repeats_and_ends_when_it_is_over(
    source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        staged(patched, hold_all)
        make_alert(source)
    again = make_alert(source)
    assert (again.status, again.count) == ("silenced", 2)
    deliver(source, {"title": "Recall is low", "key": "Recall is low", "status": "resolved"})
    assert Alert.objects.get().status == "resolved"


def test_an_alert_can_be_moved_to_another_group(
    source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    staged(monkeypatch, regroup_all)
    alert = make_alert(source)
    assert alert.group_key == "another-group"
    assert alert.incident_link.incident.grouping_key == "another-group"


def test_without_stages_nothing_is_held(source: Source) -> None:
    assert isinstance(stages, Registry)
    assert make_alert(source).status == "firing"
