"""From a drift SLI to a retraining that starts by itself, is judged by that SLI and taken back."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import User
from alerts.models import Route
from catalog.models import System
from incidents.models import Incident
from playbooks.models import PlaybookRun
from playbooks.starting import start_by_themselves
from slos.models import Slo
from tests.alerts.scene import work_off
from tests.fakes import pipelines
from tests.fakes.pipelines import FakeActions
from tests.playbooks.cast import connect, lines, make_playbook, pass_time, work
from tests.slos.scene import flow, judged, make_slo

pytestmark = pytest.mark.django_db(transaction=True)

RETRAIN: dict[str, Any] = {
    "mitigation": "Retrain on recent data",
    "helps": "retrain",
    "connection": "cluster",
    "action": "dispatch",
    "with": {
        "repository": FakeActions.repository,
        "workflow": "retrain.yml",
        "inputs": '{"reason": "{incident}"}',
        "undo_inputs": '{"mode": "previous"}',
    },
}


def drifting(system: System) -> Slo:
    """Half of the features' windows lie outside of what they were trained on."""
    slo = make_slo(system, "stable-features")
    flow(slo, range(60, 24 * 60, 10), good=100, total=100)
    flow(slo, range(60), good=50, total=100)
    return slo


@pytest.mark.parametrize(("good", "status", "runs"), [(100, "succeeded", 1), (40, "undone", 2)])
def test_a_burning_drift_sli_retrains_and_judges_what_came_of_it(
    system: System, owner: User, good: int, status: str, runs: int
) -> None:
    Route.objects.create(
        slug="drift", name="Drift", match=['aire_source="slo"', 'slo="stable-features"'],
        cause_hint="drift.covariate",
    )  # fmt: skip
    with FakeActions() as github:
        connect(github, kind="github", allowed=[github.repository], token=pipelines.TOKEN)  # type: ignore[arg-type]
        slo = drifting(system)
        make_playbook(
            RETRAIN, by=owner, owner=owner.email, automatic=["drift"],
            approval={"role": "manager"}, verify={"slo": slo.slug, "after": "10m", "undo": True},
        )  # fmt: skip
        judged(slo)
        work_off()
        incident = Incident.objects.get()
        assert incident.cause_hint == "drift.covariate"
        assert start_by_themselves() == 1
        run = work(PlaybookRun.objects.get())
        assert run.status == "verifying"
        assert github.runs == [{"ref": "main", "inputs": {"reason": incident.ref}}]
        pass_time(run, minutes=11)
        flow(slo, range(13), good=good, total=100)
        assert work(run).status == status
        assert len(github.runs) == runs
        assert ("It did not help" in lines(incident)) == (runs == 2)
        assert start_by_themselves() == 0
