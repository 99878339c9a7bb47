"""Steps of which nobody knows whether they were carried out: lost answers, dead processes, peers
that hang, and taking them back."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from accounts.models import User
from core import clock
from core.errors import Conflict
from incidents.models import Incident
from playbooks import services, working
from playbooks.models import PlaybookRun, RunStep
from tests.cast import actor_of, sign_in
from tests.fakes.kubernetes import FakeKubernetes
from tests.fakes.tracker_server import Answer
from tests.playbooks.cast import (
    SCALE,
    lines,
    make_playbook,
    pass_time,
    start,
    work,
)

pytestmark = pytest.mark.django_db(transaction=True)


def test_an_undo_that_was_refused_can_be_tried_again(
    cluster: FakeKubernetes, incident: Incident, teammate: User
) -> None:
    run = work(start(make_playbook(), incident, teammate))
    services.undo_run(run_id=run.pk, actor=actor_of(teammate))
    cluster.faults += [Answer(429, {"message": "slow down"})]
    assert work(run).status == "held"
    services.go_on(run_id=run.pk, actor=actor_of(teammate))
    assert work(run).status == "undone"
    assert cluster.get("deployments", "assistant")["spec"]["replicas"] == 3


def test_an_undo_whose_answer_was_lost_is_never_sent_again_but_can_be_settled(
    cluster: FakeKubernetes, incident: Incident, teammate: User
) -> None:
    run = work(start(make_playbook(), incident, teammate))
    services.undo_run(run_id=run.pk, actor=actor_of(teammate))
    real = cluster.answer

    def vanish(method: str, *args: Any) -> Answer:
        found = real(method, *args)
        if method == "PATCH":
            cluster.faults += [Answer(503, {})] * 6
            return Answer(504, {"message": "Timeout: request did not complete"})
        return found

    cluster.answer = vanish  # type: ignore[method-assign]
    assert work(run).status == "held"
    services.undo_run(run_id=run.pk, actor=actor_of(teammate))
    assert work(run).status == "held"
    assert len(cluster.patches) == 2
    step = run.steps.get(status=RunStep.Status.UNCERTAIN)
    services.settle_step(run_id=run.pk, step_id=step.pk, happened=True, actor=actor_of(teammate))
    assert work(run).status == "undone"
    assert len(cluster.patches) == 2


def test_an_answer_that_was_lost_is_looked_up_and_never_sent_again(
    cluster: FakeKubernetes, incident: Incident, teammate: User
) -> None:
    run = work(start(make_playbook(), incident, teammate, at_once=False))
    services.begin_run(run_id=run.pk, actor=actor_of(teammate))
    real = cluster.answer

    def lose_the_patch(method: str, *args: Any) -> Answer:
        cluster.lost = int(method == "PATCH")
        return real(method, *args)

    cluster.answer = lose_the_patch  # type: ignore[method-assign]
    assert work(run).status == "succeeded"
    assert "says that it was carried out" in run.steps.get().answer
    assert len(cluster.patches) == 1


@pytest.mark.parametrize(("sent", "status"), [(True, "succeeded"), (False, "held")])
def test_a_process_that_dies_while_sending_sends_nothing_twice(
    cluster: FakeKubernetes, incident: Incident, teammate: User, monkeypatch: Any, sent: bool,
    status: str,
) -> None:  # fmt: skip
    run = work(start(make_playbook(), incident, teammate, at_once=False))
    services.begin_run(run_id=run.pk, actor=actor_of(teammate))

    class Killed(BaseException):
        pass

    def die(label: str) -> None:
        if label == ("playbooks:after_send" if sent else "playbooks:before_send"):
            raise Killed

    monkeypatch.setattr(working, "crash_point", die)
    with pytest.raises(Killed):
        work(run)
    step = run.steps.get()
    assert step.status == RunStep.Status.SENDING
    assert work(run).status == "running", "the lease of the dead one still holds"
    PlaybookRun.objects.update(lease_until=clock.now() - timedelta(seconds=1))
    assert work(run).status == status
    assert len(cluster.patches) == int(sent)


def test_an_uncertain_step_waits_for_somebody_who_looks(
    cluster: FakeKubernetes, incident: Incident, teammate: User
) -> None:
    run = work(start(make_playbook(), incident, teammate, at_once=False))
    services.begin_run(run_id=run.pk, actor=actor_of(teammate))
    real = cluster.answer

    def vanish(method: str, *args: Any) -> Answer:
        found = real(method, *args)
        if method == "PATCH":
            cluster.faults += [Answer(503, {})] * 3
            return Answer(504, {"message": "Timeout: request did not complete"})
        return found

    cluster.answer = vanish  # type: ignore[method-assign]
    assert work(run).status == "held"
    step = run.steps.get()
    assert step.status == RunStep.Status.UNCERTAIN
    assert "may have been carried out or not" in step.answer
    with pytest.raises(Conflict, match="Look first"):
        services.go_on(run_id=run.pk, actor=actor_of(teammate))
    services.settle_step(run_id=run.pk, step_id=step.pk, happened=True, actor=actor_of(teammate))
    assert work(run).status == "succeeded"
    assert len(cluster.patches) == 1


def lost(
    cluster: FakeKubernetes, incident: Incident, user: User, carried_out: bool, blind: bool = False
) -> PlaybookRun:
    """A run of which the second step's answer was lost: 5 replicas, then perhaps 7."""
    run = work(start(make_playbook(SCALE, SCALE), incident, user, at_once=False))
    second = run.steps.last()
    assert second is not None
    assert second.sending is not None
    # Both were planned for five; what stands there decides when it is sent.
    RunStep.objects.filter(pk=second.pk).update(
        sending={**second.sending, "body": {**second.sending["body"], "spec": {"replicas": 7}}}
    )
    services.begin_run(run_id=run.pk, actor=actor_of(user))
    real = cluster.answer

    def vanish(method: str, path: str, headers: Any, body: Any) -> Answer:
        if method != "PATCH" or body["spec"]["replicas"] != 7:
            return real(method, path, headers, body)
        if carried_out:
            real(method, path, headers, body)
        cluster.faults += [Answer(503, {})] * (20 if blind else 1)
        return Answer(504, {"message": "Timeout: request did not complete"})

    cluster.answer = vanish  # type: ignore[method-assign]
    assert work(run).status == "held"
    assert [step.status for step in run.steps.all()] == ["done", "uncertain"]
    return run


@pytest.mark.parametrize("carried_out", [True, False])
def test_an_undo_looks_first_whether_the_uncertain_step_was_carried_out(
    cluster: FakeKubernetes, incident: Incident, teammate: User, carried_out: bool
) -> None:
    run = lost(cluster, incident, teammate, carried_out)
    services.undo_run(run_id=run.pk, actor=actor_of(teammate))
    assert work(run).status == "undone"
    assert cluster.get("deployments", "assistant")["spec"]["replicas"] == 3
    states = [step.status for step in run.steps.all()]
    assert states == (
        ["done", "done", "done", "done"] if carried_out else ["done", "failed", "skipped", "done"]
    )
    assert f"that it was {'' if carried_out else 'not '}carried out" in lines(incident)


@pytest.mark.parametrize("happened", [True, False])
def test_an_undo_that_cannot_look_asks_a_person_and_sends_nothing_before(
    cluster: FakeKubernetes, incident: Incident, teammate: User, happened: bool
) -> None:
    run = lost(cluster, incident, teammate, happened, blind=True)
    sent = len(cluster.patches)
    services.undo_run(run_id=run.pk, actor=actor_of(teammate))
    assert work(run).status == "held"
    assert run.said.startswith("Look whether “Add two replicas” was carried out")
    assert len(cluster.patches) == sent
    with pytest.raises(Conflict, match="Look first"):
        services.go_on(run_id=run.pk, actor=actor_of(teammate))
    cluster.faults.clear()
    step = run.steps.get(status=RunStep.Status.UNCERTAIN)
    page = sign_in(teammate).get(f"/playbooks/runs/{run.ref}/").content.decode()
    assert "Nobody knows whether this was carried out" in page
    sign_in(teammate).post(
        f"/playbooks/runs/{run.ref}/{'' if happened else 'not-'}happened/", {"step": step.pk}
    )
    assert work(run).status == "undone"
    assert cluster.get("deployments", "assistant")["spec"]["replicas"] == 3
    assert len(cluster.patches) == sent + (2 if happened else 1)


def test_a_step_that_is_still_on_its_way_is_waited_for_before_it_is_undone(
    cluster: FakeKubernetes, incident: Incident, teammate: User, monkeypatch: Any
) -> None:
    run = work(start(make_playbook(), incident, teammate, at_once=False))
    services.begin_run(run_id=run.pk, actor=actor_of(teammate))
    real = working.send

    def meanwhile(*args: Any) -> str:
        """Somebody stops and undoes it, and another worker comes by, before it arrives."""
        services.stop_run(run_id=run.pk, actor=actor_of(teammate))
        services.undo_run(run_id=run.pk, actor=actor_of(teammate))
        monkeypatch.setattr(working, "send", real)
        assert work(run).status == "undoing"
        assert cluster.patches == []
        return real(*args)

    monkeypatch.setattr(working, "send", meanwhile)
    assert working.run_due() == 1
    assert cluster.get("deployments", "assistant")["spec"]["replicas"] == 5
    pass_time(run, seconds=6)
    assert work(run).status == "undone"
    assert cluster.get("deployments", "assistant")["spec"]["replicas"] == 3


def test_what_can_only_be_taken_back_by_hand_is_named_when_the_rest_is_undone(
    cluster: FakeKubernetes, incident: Incident, teammate: User
) -> None:
    run = lost(cluster, incident, teammate, carried_out=False)
    run.steps.filter(status=RunStep.Status.UNCERTAIN).update(undo_says="")
    services.undo_run(run_id=run.pk, actor=actor_of(teammate))
    assert work(run).status == "undone"
    assert "but for “Add two replicas”: take that back by hand" in run.said
    assert cluster.get("deployments", "assistant")["spec"]["replicas"] == 3


def test_a_cluster_that_answers_too_late_is_said_plainly(
    cluster: FakeKubernetes, incident: Incident, teammate: User, monkeypatch: Any
) -> None:
    monkeypatch.setattr("playbooks.remedies.TIMEOUT_SECONDS", 0.0)
    run = work(start(make_playbook(), incident, teammate))
    assert run.status == "stopped"
    assert "Cluster gave no answer" in run.said


@pytest.mark.parametrize(
    ("hangs", "status", "outcome"),
    [
        (lambda method, path: method == "PATCH", "held", "failed"),
        (lambda method, path: True, "held", "uncertain"),
    ],
)
def test_a_cluster_that_accepts_and_never_answers_a_step_is_left_in_time(
    cluster: FakeKubernetes, incident: Incident, teammate: User, monkeypatch: Any,
    hangs: Callable[[str, str], bool], status: str, outcome: str,
) -> None:  # fmt: skip
    """What can be read says that nothing was changed; what cannot be read is uncertain."""
    run = work(start(make_playbook(), incident, teammate, at_once=False))
    services.begin_run(run_id=run.pk, actor=actor_of(teammate))
    monkeypatch.setattr("playbooks.remedies.TIMEOUT_SECONDS", 0.4)
    real, began = working.send, time.monotonic()

    def stuck_from_now_on(*args: Any) -> str:
        cluster.hangs = hangs
        return real(*args)

    monkeypatch.setattr(working, "send", stuck_from_now_on)
    assert work(run).status == status
    assert time.monotonic() - began < 10
    step = run.steps.get()
    assert (step.status, cluster.patches) == (outcome, [])
    assert "carried out" in step.answer
    work(run)
    assert len([call for call in cluster.calls if call[0] == "PATCH"]) == 1
