"""From the dry run to the undo, through the real client against a cluster that keeps state."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import Role, User
from catalog.models import System
from catalog.services import change_system
from core.errors import Conflict, Forbidden, Invalid
from core.obligations import overdue
from incidents.models import Incident
from notifications.models import Delivery
from playbooks import services, working
from playbooks.models import Connection, Playbook, PlaybookRun, RunStep
from tests.cast import actor_of, make_system, make_team, make_user
from tests.fakes.kubernetes import FakeKubernetes
from tests.fakes.tracker_server import Answer
from tests.incidents.cast import make_incident, move
from tests.playbooks.cast import (
    ROLL_BACK,
    SCALE,
    connect,
    lines,
    make_playbook,
    pass_time,
    start,
    work,
)

pytestmark = pytest.mark.django_db(transaction=True)


def answer(run: PlaybookRun, user: User, agrees: bool = True) -> PlaybookRun:
    return services.answer_approval(run_id=run.pk, user=user, agrees=agrees, actor=actor_of(user))


def test_a_dry_run_shows_exactly_what_is_sent_and_sends_nothing(
    cluster: FakeKubernetes, incident: Incident, teammate: User
) -> None:
    run = work(start(make_playbook(ROLL_BACK), incident, teammate, at_once=False))
    step = run.steps.get()
    assert (run.status, cluster.patches) == ("ready", [])
    assert "assistant:42 becomes assistant:41" in step.says
    services.begin_run(run_id=run.pk, actor=actor_of(teammate))
    shown = step.sending["body"]
    assert work(run).status == "succeeded"
    assert cluster.patches == [shown]
    assert cluster.image() == "assistant:41"
    template = shown[0]["value"]
    assert "pod-template-hash" not in template["metadata"]["labels"]
    assert shown[1]["value"]["team"] == "assistants"


def test_it_is_taken_back_and_everything_is_on_the_timeline(
    cluster: FakeKubernetes, incident: Incident, teammate: User
) -> None:
    run = work(start(make_playbook(ROLL_BACK, SCALE), incident, teammate))
    deployment = cluster.get("deployments", "assistant")
    assert (run.status, cluster.image(), deployment["spec"]["replicas"]) == (
        "succeeded", "assistant:41", 5,
    )  # fmt: skip
    services.undo_run(run_id=run.pk, actor=actor_of(teammate))
    assert work(run).status == "undone"
    deployment = cluster.get("deployments", "assistant")
    assert (cluster.image(), deployment["spec"]["replicas"]) == ("assistant:42", 3)
    told = lines(incident)
    for word in ("is being planned", "“Roll the assistant back” is done", "is being undone",
                 "“Undo: Add two replicas” is done", "is undone"):  # fmt: skip
        assert word in told
    with pytest.raises(Conflict):
        services.undo_run(run_id=run.pk, actor=actor_of(teammate))


def test_what_somebody_changed_since_is_neither_overwritten_nor_undone(
    cluster: FakeKubernetes, incident: Incident, teammate: User
) -> None:
    playbook = make_playbook()
    run = work(start(playbook, incident, teammate, at_once=False))
    cluster.get("deployments", "assistant")["spec"]["replicas"] = 7
    services.begin_run(run_id=run.pk, actor=actor_of(teammate))
    assert work(run).status == "held"
    assert "not what it was when this was planned" in run.said
    assert cluster.patches == []
    services.stop_run(run_id=run.pk, actor=actor_of(teammate))
    second = work(start(playbook, incident, teammate))
    assert second.status == "succeeded"
    cluster.get("deployments", "assistant")["spec"]["replicas"] = 12
    services.undo_run(run_id=second.pk, actor=actor_of(teammate))
    assert work(second).status == "held"
    assert "Undo it by hand" in second.said


@pytest.mark.parametrize(
    ("arrange", "said"),
    [
        (lambda c: c.denied.add(("patch", "deployments")), "does not allow this to the token"),
        (lambda c: c.faults.append(Answer(429, {"message": "slow down"})), "asks to wait"),
    ],
)
def test_a_refusal_changes_nothing_is_told_and_can_be_tried_again(
    cluster: FakeKubernetes, incident: Incident, teammate: User,
    arrange: Callable[[FakeKubernetes], Any], said: str,
) -> None:  # fmt: skip
    run = work(start(make_playbook(), incident, teammate, at_once=False))
    services.begin_run(run_id=run.pk, actor=actor_of(teammate))
    arrange(cluster)
    assert work(run).status == "held"
    assert said in run.said
    assert said in lines(incident)
    cluster.denied.clear()
    services.go_on(run_id=run.pk, actor=actor_of(teammate))
    assert work(run).status == "succeeded"
    assert cluster.get("deployments", "assistant")["spec"]["replicas"] == 5


def test_somebody_was_faster_by_a_moment_and_the_api_says_409(
    cluster: FakeKubernetes, incident: Incident, teammate: User, monkeypatch: Any
) -> None:
    run = work(start(make_playbook(), incident, teammate, at_once=False))
    services.begin_run(run_id=run.pk, actor=actor_of(teammate))
    real = working.send

    def late(*args: Any) -> str:
        cluster.roll_out("assistant", "assistant:43")
        return real(*args)

    monkeypatch.setattr(working, "send", late)
    assert work(run).status == "held"
    assert "Somebody else changed it at the same moment" in run.said
    assert "the object has been modified" in run.said
    assert cluster.get("deployments", "assistant")["spec"]["replicas"] == 3


def test_what_stands_there_already_is_left_out(
    cluster: FakeKubernetes, incident: Incident, teammate: User
) -> None:
    same = {**SCALE, "with": {**SCALE["with"], "replicas": "3"}}
    run = work(start(make_playbook(same), incident, teammate))
    assert (run.status, cluster.patches) == ("stopped", [])
    assert "is 3 already" in run.said


def test_what_somebody_else_did_before_it_was_sent_is_left_out_and_not_taken_back(
    cluster: FakeKubernetes, incident: Incident, teammate: User
) -> None:
    five = {**SCALE, "with": {**SCALE["with"], "replicas": "5"}}
    run = work(start(make_playbook(five), incident, teammate, at_once=False))
    cluster.get("deployments", "assistant")["spec"]["replicas"] = 5
    services.begin_run(run_id=run.pk, actor=actor_of(teammate))
    assert work(run).status == "succeeded"
    assert (run.steps.get().status, cluster.patches) == (RunStep.Status.SKIPPED, [])
    with pytest.raises(Conflict, match="No step of this run can be undone"):
        services.undo_run(run_id=run.pk, actor=actor_of(teammate))


def test_two_people_approve_one_after_the_other_and_nobody_twice(
    cluster: FakeKubernetes, incident: Incident, teammate: User, owner: User, stranger: User
) -> None:
    asked = {"role": "responder", "count": 2}
    run = work(start(make_playbook(approval=asked), incident, teammate))
    assert run.status == "waiting"
    with pytest.raises(Forbidden, match="2 responders"):
        answer(run, stranger)
    answer(run, teammate)
    with pytest.raises(Conflict, match="agreed already"):
        answer(run, teammate)
    assert work(run).status == "waiting"
    assert cluster.patches == []
    answer(run, owner)
    assert work(run).status == "succeeded"
    with pytest.raises(Conflict):
        answer(run, make_user("Late Lena", Role.MANAGER))
    assert "is approved, 2 of 2" in lines(incident)


def test_whoever_starts_it_may_not_approve_where_another_has_to(
    cluster: FakeKubernetes, incident: Incident, owner: User, teammate: User
) -> None:
    asked = {"role": "responder", "another": True}
    run = work(start(make_playbook(approval=asked), incident, owner))
    with pytest.raises(Forbidden, match="somebody else"):
        answer(run, owner)
    answer(run, teammate, agrees=False)
    run.refresh_from_db()
    assert (run.status, cluster.patches) == ("refused", [])
    with pytest.raises(Conflict):
        answer(run, teammate)


def test_an_approval_after_its_time_counts_for_nothing(
    cluster: FakeKubernetes, incident: Incident, owner: User, teammate: User
) -> None:
    playbook = make_playbook(approval={"role": "responder"})
    run = work(start(playbook, incident, teammate))
    pass_time(run, minutes=31)
    with pytest.raises(Conflict, match="ended"):
        answer(run, owner)
    run.refresh_from_db()
    assert run.status == "expired"
    second = work(start(playbook, incident, teammate))
    pass_time(second, minutes=31)
    assert work(second).status == "expired", "also when nobody comes"
    assert cluster.patches == []


def test_the_owner_is_asked_for_approval(
    cluster: FakeKubernetes, incident: Incident, owner: User, teammate: User
) -> None:
    playbook = make_playbook(approval={"role": "manager"}, owner=owner.email)
    run = work(start(playbook, incident, teammate))
    told = Delivery.objects.filter(user=owner, subject_key=incident.subject_key)
    assert told.exists()
    assert run.ref in str(told.values_list("message", flat=True)[0])


def test_where_neither_owner_nor_roles_can_agree_the_team_is_asked_else_everybody(
    cluster: FakeKubernetes, incident: Incident, owner: User, teammate: User, system: System
) -> None:
    make_user("Far Away", Role.MANAGER)
    near = make_user("Near By", Role.MANAGER)
    make_team("near", near, teammate)
    change_system(slug=system.slug, team_slug="near", actor=actor_of(owner))

    def asked(playbook: Playbook) -> set[str]:
        run = work(start(playbook, incident, teammate))
        told = Delivery.objects.filter(origin=f"playbook-run:{run.pk}")
        return {str(user) for user in told.values_list("user__name", flat=True)}

    assert asked(make_playbook(approval={"role": "manager"})) == {"Near By"}
    both = make_playbook(approval={"role": "manager", "count": 2}, slug="two")
    assert {"Near By", "Far Away"} <= asked(both)


def test_it_cools_down_on_the_same_systems_only(
    cluster: FakeKubernetes, incident: Incident, teammate: User
) -> None:
    playbook = make_playbook()
    first = work(start(playbook, incident, teammate))
    again = work(start(playbook, incident, teammate))
    assert (again.status, "cools down until" in again.said) == ("stopped", True)
    other = make_incident(systems=[make_system("search")])
    assert work(start(playbook, other, teammate)).status == "succeeded"
    pass_time(first, minutes=16)
    assert work(start(playbook, incident, teammate)).status == "succeeded"


def test_of_two_runs_that_wait_for_approval_the_second_cools_down(
    cluster: FakeKubernetes, incident: Incident, system: System, teammate: User
) -> None:
    playbook = make_playbook(approval={"role": "responder"})
    first = work(start(playbook, incident, teammate))
    second = work(start(playbook, make_incident(systems=[system]), teammate))
    answer(first, teammate)
    with pytest.raises(Conflict, match="cools down until"):
        answer(second, teammate)
    pass_time(first, minutes=16)
    assert answer(second, teammate).status == "running"


def test_behind_too_many_systems_a_manager_has_to_agree(
    cluster: FakeKubernetes, incident: Incident, teammate: User, owner: User
) -> None:
    make_system("shop", depends_on=["checkout-assistant"])
    run = work(start(make_playbook(limits={"dependents": 0}), incident, teammate))
    assert (run.status, run.demand["role"]) == ("waiting", "manager")
    with pytest.raises(Forbidden):
        answer(run, teammate)
    answer(run, owner)
    assert work(run).status == "succeeded"


def test_in_a_drill_nothing_is_sent(cluster: FakeKubernetes, system: Any, teammate: User) -> None:
    drill = make_incident(systems=[system], drill=True)
    run = work(start(make_playbook(approval={"role": "manager"}), drill, teammate))
    assert (run.status, run.rehearsal, cluster.patches) == ("succeeded", True, [])
    assert "Rehearsal" in run.steps.get().answer


def test_a_check_waits_for_a_person_and_can_hold_it(
    cluster: FakeKubernetes, incident: Incident, teammate: User
) -> None:
    playbook = make_playbook({"check": "Is the new release bad?"}, SCALE)
    run = work(start(playbook, incident, teammate))
    assert (run.status, "Somebody has to look" in run.said) == ("running", True)
    step = run.steps.first()
    by = actor_of(teammate)
    services.answer_check(run_id=run.pk, step_id=step.pk, fine=False, actor=by, note="No")
    assert work(run).status == "held"
    services.go_on(run_id=run.pk, actor=by)
    work(run)
    services.answer_check(run_id=run.pk, step_id=step.pk, fine=True, actor=by)
    assert work(run).status == "succeeded"


def test_a_stop_counts_before_the_next_step(
    cluster: FakeKubernetes, incident: Incident, teammate: User
) -> None:
    run = work(start(make_playbook(SCALE, ROLL_BACK), incident, teammate), rounds=2)
    assert len(cluster.patches) == 1
    services.stop_run(run_id=run.pk, actor=actor_of(teammate))
    assert work(run).status == "stopped"
    assert cluster.image() == "assistant:42"
    services.undo_run(run_id=run.pk, actor=actor_of(teammate))
    assert work(run).status == "undone"
    assert cluster.get("deployments", "assistant")["spec"]["replicas"] == 3


def test_what_the_connection_may_not_touch_is_refused_before_and_when_it_is_run(
    cluster: FakeKubernetes, incident: Incident, teammate: User
) -> None:
    with pytest.raises(Invalid) as refused:
        make_playbook({**SCALE, "with": {**SCALE["with"], "namespace": "kube-system"}})
    assert "may not touch namespace" in refused.value.errors["steps"][0]
    playbook = make_playbook()
    connect(cluster, allowed=["other"])
    run = work(start(playbook, incident, teammate))
    assert (run.status, "may not touch" in run.said, cluster.calls) == ("stopped", True, [])


def test_one_run_at_a_time_and_none_for_what_is_over(
    cluster: FakeKubernetes, incident: Incident, teammate: User
) -> None:
    playbook = make_playbook(approval={"role": "responder"})
    start(playbook, incident, teammate)
    with pytest.raises(Conflict, match="under way"):
        start(playbook, incident, teammate)
    over = make_incident()
    move(over, "cancelled", teammate, note="false alarm")
    with pytest.raises(Conflict, match="cancelled"):
        start(playbook, over, teammate)


def test_a_run_that_is_not_worked_off_is_an_overdue_obligation(
    cluster: FakeKubernetes, incident: Incident, teammate: User
) -> None:
    run = start(make_playbook(), incident, teammate)
    pass_time(run, hours=1)
    assert "playbook run" in {late.kind for late in overdue()}


def test_a_connection_says_when_it_failed_last(
    cluster: FakeKubernetes, incident: Incident, teammate: User
) -> None:
    connect(cluster, token="wrong")
    run = work(start(make_playbook(), incident, teammate))
    assert "does not accept the token" in run.said
    assert "does not accept" in Connection.objects.get().last_error
