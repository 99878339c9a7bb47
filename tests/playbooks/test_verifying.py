"""Verification by an objective, automatic undo, and playbooks that start by themselves."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from accounts.models import Role, User
from catalog.models import System
from core.errors import Conflict, Forbidden, Invalid
from incidents.models import Incident
from incidents.services import attach_cause
from playbooks import services
from playbooks.models import Playbook, PlaybookRun
from playbooks.starting import start_by_themselves
from slos.models import Slo
from tests.cast import actor_of, api_client, make_system, make_user, sign_in
from tests.fakes.kubernetes import FakeKubernetes
from tests.incidents.cast import make_incident
from tests.playbooks.cast import SCALE, lines, make_playbook, pass_time, start, work
from tests.slos.scene import make_slo, measure, point

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def slo(system: System) -> Slo:
    return make_slo(system)


def verified(playbook: Playbook, incident: Incident, by: User) -> PlaybookRun:
    """The run, when its time to be judged has come."""
    run = work(start(playbook, incident, by))
    assert run.status == "verifying"
    pass_time(run, minutes=11)
    return work(run)


@pytest.mark.parametrize(
    ("good", "undo", "status", "replicas", "said"),
    [
        (100, True, "succeeded", 5, "helped. Grounded: 100.00%"),
        (50, True, "undone", 3, "It did not help"),
        (50, False, "held", 5, "It did not help"),
        (None, True, "held", 5, "Nobody knows whether it helped"),
    ],
)
def test_the_objective_decides_and_no_data_is_no_good_news(
    cluster: FakeKubernetes, incident: Incident, teammate: User, slo: Slo, good: int | None,
    undo: bool, status: str, replicas: int, said: str,
) -> None:  # fmt: skip
    playbook = make_playbook(verify={"slo": slo.slug, "after": "10m", "undo": undo})
    if good is not None:
        measure(slo, point(timedelta(minutes=2), good, 100))
    run = verified(playbook, incident, teammate)
    assert run.status == status
    assert cluster.get("deployments", "assistant")["spec"]["replicas"] == replicas
    assert said in lines(incident)


def test_a_person_says_that_it_helped_where_the_objective_does_not_know(
    cluster: FakeKubernetes, incident: Incident, teammate: User, stranger: User, slo: Slo
) -> None:
    run = verified(make_playbook(verify={"slo": slo.slug, "undo": True}), incident, teammate)
    assert run.status == "held"
    address = f"/playbooks/runs/{run.ref}/"
    assert "It helped" in sign_in(teammate).get(address).content.decode()
    assert sign_in(stranger).post(f"{address}helped/").status_code == 403
    script = api_client(teammate)
    done = {"do": "helped", "note": "The queue is empty again"}
    answer = script.post(f"/api/v1/playbook-runs/{run.ref}/act/", done, format="json")
    assert answer.json()["status"] == "succeeded"
    assert "The queue is empty again" in lines(incident)
    services.undo_run(run_id=run.pk, actor=actor_of(teammate))
    assert work(run).status == "undone"


def test_a_run_whose_step_failed_cannot_have_helped(
    cluster: FakeKubernetes, incident: Incident, teammate: User
) -> None:
    run = work(start(make_playbook(), incident, teammate, at_once=False))
    services.begin_run(run_id=run.pk, actor=actor_of(teammate))
    cluster.denied.add(("patch", "deployments"))
    assert work(run).status == "held"
    with pytest.raises(Conflict, match="Not every step"):
        services.confirm_helped(run_id=run.pk, actor=actor_of(teammate))


def test_a_check_of_an_objective_lets_it_go_on_only_while_it_is_below(
    cluster: FakeKubernetes, incident: Incident, teammate: User, slo: Slo
) -> None:
    playbook = make_playbook({"check": "Answers are bad", "slo": slo.slug}, SCALE)
    measure(slo, point(timedelta(minutes=2), 100, 100))
    run = work(start(playbook, incident, teammate))
    assert (run.status, "nothing to mend" in run.said) == ("held", True)
    measure(slo, point(timedelta(minutes=1), 10, 1000))
    services.go_on(run_id=run.pk, actor=actor_of(teammate))
    assert work(run).status == "succeeded"


def drifting(system: System, **more: Any) -> Incident:
    """An incident as the burning objective of a drift SLI opens it."""
    return make_incident("Drift", systems=[system], cause_hint="drift.covariate", **more)


def alone(owner: User, **more: Any) -> Playbook:
    wanted = {"owner": owner.email, "automatic": ["drift"], "approval": {"role": "manager"}}
    return make_playbook(by=owner, **{**wanted, **more})


def test_it_starts_by_itself_for_the_class_that_its_owner_allowed_once(
    cluster: FakeKubernetes, system: System, owner: User
) -> None:
    alone(owner)
    other = make_incident("Slow", systems=[system], cause_hint="serving.capacity")
    incident = drifting(system)
    assert start_by_themselves() == 1
    assert start_by_themselves() == 0
    run = PlaybookRun.objects.get()
    assert (run.incident_id, run.automatic) == (incident.pk, True)
    assert work(run).status == "succeeded"
    assert f"{owner} lets it start by itself" in lines(incident)
    assert not other.playbook_runs.exists()


def test_a_cause_that_people_name_starts_it_as_well(
    cluster: FakeKubernetes, system: System, owner: User
) -> None:
    alone(owner)
    incident = make_incident(systems=[system])
    assert start_by_themselves() == 0
    attach_cause(
        incident_id=incident.pk,
        cause="drift.covariate",
        actor=actor_of(owner),
    )
    assert start_by_themselves() == 1


def test_incidents_that_it_is_not_for_do_not_keep_it_from_the_others(
    cluster: FakeKubernetes, system: System, owner: User, monkeypatch: Any
) -> None:
    monkeypatch.setattr("playbooks.starting.MOST", 1)
    alone(owner, systems=[system.slug])
    make_incident("Slow", systems=[system], cause_hint="serving.capacity")
    drifting(make_system("search"))
    incident = drifting(system)
    assert start_by_themselves() == 1
    assert PlaybookRun.objects.get().incident_id == incident.pk


def test_it_waits_for_people_where_too_much_depends_on_it_or_the_word_was_taken_back(
    cluster: FakeKubernetes, system: System, owner: User
) -> None:
    make_system("shop", depends_on=[system.slug])
    alone(owner, limits={"dependents": 0})
    first = drifting(system)
    start_by_themselves()
    run = PlaybookRun.objects.get()
    assert (work(run).status, run.demand["role"]) == ("waiting", "manager")
    assert lines(first).count("1 system depends on what it touches, more than the 0") == 1
    assert "a manager has to agree" in lines(first)


def test_in_a_drill_it_rehearses(cluster: FakeKubernetes, system: System, owner: User) -> None:
    alone(owner)
    drifting(system, drill=True)
    start_by_themselves()
    run = PlaybookRun.objects.get()
    assert (work(run).status, cluster.patches) == ("succeeded", [])


def test_only_its_owner_lets_it_and_a_change_by_others_takes_the_word_back(
    cluster: FakeKubernetes, owner: User, system: System
) -> None:
    definition = {"steps": [SCALE], "owner": owner.email, "automatic": ["drift"]}
    boss = make_user("Mia Manager", Role.MANAGER)
    wanted: dict[str, Any] = {"slug": "more", "name": "More", "actor": actor_of(boss)}
    with pytest.raises(Forbidden, match="Only Olga Owner"):
        services.save_playbook(definition=definition, **wanted)
    wanted["actor"] = actor_of(owner)
    assert services.save_playbook(definition=definition, **wanted).automatic == ["drift"]
    wanted["actor"] = actor_of(boss)
    assert services.save_playbook(definition=definition, **wanted).automatic == ["drift"]
    more = {**definition, "steps": [SCALE, SCALE]}
    changed = services.save_playbook(definition=more, **wanted)
    assert (changed.automatic, changed.version) == ([], 2)


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"slug": "Not A Slug"}, "slug"),
        ({"slug": "new"}, "slug"),
        ({"slug": "runs"}, "slug"),
        ({"automatic": ["drift"]}, "automatic"),
        ({"automatic": ["weather"]}, "automatic"),
        ({"causes": ["no.such"]}, "causes"),
        ({"systems": ["nowhere"]}, "systems"),
        ({"systemKinds": ["toaster"]}, "system_kinds"),
        ({"owner": "nobody@example.org"}, "owner"),
        ({"verify": {"slo": "none"}}, "verify"),
        ({"steps": [{"check": "x", "slo": "none"}]}, "steps"),
        ({"steps": [{**SCALE, "connection": "none"}]}, "steps"),
        ({"steps": [{**SCALE, "action": "explode"}]}, "steps"),
        ({"steps": [{**SCALE, "with": {"namespace": "ai"}}]}, "steps"),
        ({"steps": [{**SCALE, "with": {**SCALE["with"], "x": "y"}}]}, "steps"),
    ],
)
def test_what_a_playbook_names_has_to_be_there(
    cluster: FakeKubernetes, more: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        make_playbook(*more.get("steps", [SCALE]), **{k: more[k] for k in more if k != "steps"})
    assert field in refused.value.errors
