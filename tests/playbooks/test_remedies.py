"""Each remedy through the real client against a server that keeps state and speaks its API."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import User
from incidents.models import Incident
from playbooks import services
from playbooks.models import PlaybookRun
from tests.cast import actor_of
from tests.fakes import pipelines
from tests.fakes.kubernetes import FakeKubernetes
from tests.fakes.pipelines import FakeActions, FakeGitLab, FakeMLflow
from tests.fakes.tracker_server import Answer, FakeServer
from tests.playbooks.cast import connect, lines, make_playbook, start, work

pytestmark = pytest.mark.django_db(transaction=True)


def step(action: str, **params: str) -> dict[str, Any]:
    return {"mitigation": "Do it", "connection": "cluster", "action": action, "with": params}


def undone(run: PlaybookRun, by: User) -> PlaybookRun:
    services.undo_run(run_id=run.pk, actor=actor_of(by))
    return work(run)


@pytest.mark.parametrize(
    ("action", "params", "value", "before", "after"),
    [
        (
            "configmap",
            {"configmap": "guard", "key": "mode", "value": "strict"},
            lambda c: c.get("configmaps", "guard")["data"].get("mode"),
            "lax",
            "strict",
        ),
        (
            "configmap",
            {"configmap": "guard", "key": "new", "value": "on"},
            lambda c: c.get("configmaps", "guard")["data"].get("new"),
            None,
            "on",
        ),
        (
            "canary",
            {"inferenceservice": "fraud", "percent": "0"},
            lambda c: c.get("inferenceservices", "fraud")["spec"]["predictor"].get(
                "canaryTrafficPercent"
            ),
            20,
            0,
        ),
        (
            "storage-uri",
            {"inferenceservice": "fraud", "uri": "gs://models/v1"},
            lambda c: c.get("inferenceservices", "fraud")["spec"]["predictor"]["model"][
                "storageUri"
            ],
            "gs://models/v2",
            "gs://models/v1",
        ),
        (
            "scale",
            {"deployment": "assistant", "replicas": "-1"},
            lambda c: c.get("deployments", "assistant")["spec"]["replicas"],
            3,
            2,
        ),
    ],
)
def test_a_cluster_is_changed_and_changed_back(
    cluster: FakeKubernetes, incident: Incident, teammate: User, action: str,
    params: dict[str, str], value: Callable[[FakeKubernetes], Any], before: Any, after: Any,
) -> None:  # fmt: skip
    cluster.configmap("guard", mode="lax", keep="me")
    cluster.inference_service("fraud", percent=20)
    assert value(cluster) == before
    run = work(start(make_playbook(step(action, namespace="ai", **params)), incident, teammate))
    assert (run.status, value(cluster)) == ("succeeded", after)
    assert undone(run, teammate).status == "undone"
    assert value(cluster) == before
    assert cluster.get("configmaps", "guard")["data"]["keep"] == "me"


@pytest.mark.parametrize("kind", ["statefulset", "daemonset"])
def test_a_workload_with_revisions_is_rolled_back_and_forward(
    cluster: FakeKubernetes, incident: Incident, teammate: User, kind: str
) -> None:
    cluster.workload(f"{kind}s", "index", "index:7", "index:8")
    cluster.workload(f"{kind}s", "other", "other:1")
    wanted = step(f"{kind}-undo", namespace="ai", **{kind: "index"})
    run = work(start(make_playbook(wanted), incident, teammate, at_once=False))
    assert "index:8 becomes index:7" in run.steps.get().says
    services.begin_run(run_id=run.pk, actor=actor_of(teammate))
    real = cluster.answer

    def lose_the_patch(method: str, *args: Any) -> Answer:
        cluster.lost = int(method == "PATCH")
        return real(method, *args)

    cluster.answer = lose_the_patch  # type: ignore[method-assign]
    assert work(run).status == "succeeded"
    assert "says that it was carried out" in run.steps.get().answer
    cluster.answer = real  # type: ignore[method-assign]
    assert cluster.image("index", f"{kind}s") == "index:7"
    assert undone(run, teammate).status == "undone"
    assert cluster.image("index", f"{kind}s") == "index:8"
    nothing = step(f"{kind}-undo", namespace="ai", **{kind: "other"})
    run = work(start(make_playbook(nothing, slug="other"), incident, teammate))
    assert (run.status, "no earlier revision" in run.said) == ("stopped", True)


@pytest.mark.parametrize(
    ("action", "params", "said"),
    [
        ("rollout-undo", {"deployment": "assistant", "revision": "9"}, "no revision 9"),
        ("rollout-undo", {"deployment": "absent"}, "does not know it"),
        ("scale", {"deployment": "assistant", "replicas": "many"}, "write a number"),
        ("scale", {"deployment": "assistant", "replicas": "-9"}, "replicas; 0 to"),
        ("canary", {"inferenceservice": "../x", "percent": "0"}, "not a name"),
        ("configmap", {"configmap": "guard", "key": "a/b"}, "cannot be a key"),
        ("storage-uri", {"inferenceservice": "fraud", "uri": "models/1"}, "where a model lies"),
    ],
)
def test_what_a_cluster_cannot_do_is_said_in_the_dry_run(
    cluster: FakeKubernetes, incident: Incident, teammate: User, action: str,
    params: dict[str, str], said: str,
) -> None:  # fmt: skip
    cluster.configmap("guard")
    cluster.inference_service("fraud")
    run = work(start(make_playbook(step(action, namespace="ai", **params)), incident, teammate))
    assert (run.status, said in run.said, cluster.patches) == ("stopped", True, [])


def test_a_workflow_is_dispatched_with_its_inputs_and_once_more_to_take_it_back(
    incident: Incident, teammate: User
) -> None:
    with FakeActions() as github:
        connect(github, kind="github", allowed=[github.repository], token=pipelines.TOKEN)
        inputs = {"inputs": '{"reason": "drift in {incident}"}', "undo_inputs": '{"mode": "old"}'}
        wanted = step("dispatch", repository=github.repository, workflow="retrain.yml", **inputs)
        run = work(start(make_playbook(wanted), incident, teammate))
        assert run.status == "succeeded"
        assert github.runs == [{"ref": "main", "inputs": {"reason": f"drift in {incident.ref}"}}]
        assert undone(run, teammate).status == "undone"
        assert github.runs[1] == {"ref": "main", "inputs": {"mode": "old"}}


def test_a_workflow_that_is_switched_off_or_takes_no_such_input_is_told(
    incident: Incident, teammate: User
) -> None:
    with FakeActions() as github:
        connect(github, kind="github", allowed=[github.repository], token=pipelines.TOKEN)
        wanted = step(
            "dispatch", repository=github.repository, workflow="retrain.yml", inputs='{"x": "y"}'
        )
        run = work(start(make_playbook(wanted), incident, teammate))
        assert (run.status, "Unexpected inputs" in run.said) == ("held", True)
        github.state = "disabled_manually"
        services.go_on(run_id=run.pk, actor=actor_of(teammate))
        assert "must be active" in work(run).said


@pytest.mark.parametrize("inputs", ["[" * 4_000, "{", "[1]", '{"a": 1}', '{"a": "b"} x'])
def test_inputs_that_are_no_mapping_of_texts_stop_the_run_before_anything_is_sent(
    incident: Incident, teammate: User, inputs: str
) -> None:
    with FakeActions() as github:
        connect(github, kind="github", allowed=[github.repository], token=pipelines.TOKEN)
        wanted = step(
            "dispatch", repository=github.repository, workflow="retrain.yml", inputs=inputs
        )
        run = work(start(make_playbook(wanted), incident, teammate))
        assert (run.status, github.runs) == ("stopped", [])
        assert "inputs: " in run.said


def test_what_the_database_cannot_keep_is_replaced_in_inputs(
    incident: Incident, teammate: User
) -> None:
    with FakeActions() as github:
        connect(github, kind="github", allowed=[github.repository], token=pipelines.TOKEN)
        odd = {"inputs": '{"reason": "\\ud800\\u0000"}'}
        wanted = step("dispatch", repository=github.repository, workflow="retrain.yml", **odd)
        assert work(start(make_playbook(wanted), incident, teammate)).status == "succeeded"
        assert github.runs[0]["inputs"] == {"reason": "\ufffd\ufffd"}


def test_a_lost_answer_of_a_dispatch_stays_uncertain(incident: Incident, teammate: User) -> None:
    with FakeActions() as github:
        connect(github, kind="github", allowed=[github.repository], token=pipelines.TOKEN)
        wanted = step("dispatch", repository=github.repository, workflow="retrain.yml")
        run = work(start(make_playbook(wanted), incident, teammate, at_once=False))
        services.begin_run(run_id=run.pk, actor=actor_of(teammate))
        real = github.answer

        def lose(method: str, *args: Any) -> Answer:
            github.lost = int(method == "POST")
            return real(method, *args)

        github.answer = lose  # type: ignore[method-assign]
        assert work(run).status == "held"
        assert run.steps.get().status == "uncertain"
        work(run)
        assert len(github.runs) == 1
        assert "may have been carried out or not" in lines(incident)


def test_a_pipeline_is_created_with_its_variables(incident: Incident, teammate: User) -> None:
    with FakeGitLab() as gitlab:
        connect(gitlab, kind="gitlab", allowed=[gitlab.project], token=pipelines.TOKEN)
        wanted = step("pipeline", project=gitlab.project, variables='{"JOB": "retrain"}')
        run = work(start(make_playbook(wanted), incident, teammate))
        assert run.status == "succeeded"
        assert gitlab.pipelines == [
            {"ref": "main", "variables": [{"key": "JOB", "value": "retrain"}]}
        ]
        assert "/-/pipelines/1" in run.steps.get().answer


def test_an_alias_goes_to_the_version_before_that_is_ready_and_back(
    incident: Incident, teammate: User
) -> None:
    with FakeMLflow() as mlflow:
        connect(mlflow, kind="mlflow", allowed=[mlflow.model], token=pipelines.TOKEN)
        run = work(start(make_playbook(step("alias", model="fraud")), incident, teammate))
        assert (run.status, mlflow.aliases) == ("succeeded", {"champion": "2"})
        assert undone(run, teammate).status == "undone"
        assert mlflow.aliases == {"champion": "4"}


def test_an_alias_that_was_not_there_is_taken_away_again(
    incident: Incident, teammate: User
) -> None:
    with FakeMLflow() as mlflow:
        connect(mlflow, kind="mlflow", allowed=[mlflow.model], token=pipelines.TOKEN)
        wanted = step("alias", model="fraud", alias="shadow", version="1")
        run = work(start(make_playbook(wanted), incident, teammate))
        assert mlflow.aliases["shadow"] == "1"
        assert undone(run, teammate).status == "undone"
        assert "shadow" not in mlflow.aliases


class Receiver(FakeServer):
    """Keeps what was posted, with its headers."""

    def __init__(self) -> None:
        super().__init__()
        self.got: list[tuple[dict[str, str], Any]] = []

    def answer(self, method: str, path: str, headers: Any, body: Any) -> Answer:
        self.got.append(({name.lower(): text for name, text in headers.items()}, body))
        return Answer(202)


def test_a_webhook_is_signed_named_by_its_step_and_undone_by_its_word(
    incident: Incident, teammate: User
) -> None:
    with Receiver() as receiver:
        secret = "whsec_" + base64.b64encode(b"a secret of some length").decode()
        connect(receiver, kind="webhook", base_url=f"{receiver.url}/do/", allowed=[],
                token="", secret=secret)  # fmt: skip
        wanted = step("send", do="disable-tool", value="refund", undo="enable-tool")
        run = work(start(make_playbook(wanted), incident, teammate))
        assert run.status == "succeeded"
        headers, body = receiver.got[0]
        assert body["data"]["do"] == "disable-tool"
        assert body["data"]["incident"] == incident.ref
        assert headers["webhook-id"] == str(run.steps.get().key)
        raw = json.dumps(body, ensure_ascii=False).encode()
        signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + raw
        digest = hmac.new(b"a secret of some length", signed, hashlib.sha256).digest()
        assert headers["webhook-signature"] == "v1," + base64.b64encode(digest).decode()
        assert receiver.calls == [("POST", "/do/")]
        assert undone(run, teammate).status == "undone"
        assert receiver.got[1][1]["data"]["do"] == "enable-tool"


@pytest.mark.parametrize("address", ["http://127.0.0.1:9/", "http://169.254.169.254/latest"])
def test_a_webhook_to_a_private_address_is_refused_before_anybody_approves_it(
    incident: Incident, teammate: User, settings: Any, address: str
) -> None:
    settings.AIRE_ALLOW_PRIVATE_NETWORK = ""
    with Receiver() as receiver:
        connect(receiver, kind="webhook", base_url=address, allowed=[], token="")
        asked = {"role": "manager"}
        playbook = make_playbook(step("send", do="x"), approval=asked)
        run = work(start(playbook, incident, teammate))
        assert run.status == "stopped"
        assert "not on the public internet" in run.said
        assert receiver.got == []


def test_a_private_address_is_refused_at_the_socket_as_well(
    incident: Incident, teammate: User, settings: Any, monkeypatch: Any
) -> None:
    """Even where the look before was led astray by a name that changed its answer."""
    settings.AIRE_ALLOW_PRIVATE_NETWORK = ""
    monkeypatch.setattr("integrations.webhook.remedy.check_destination", lambda *_: "1.1.1.1")
    with Receiver() as receiver:
        connect(receiver, kind="webhook", base_url=receiver.url, allowed=[], token="")
        run = work(start(make_playbook(step("send", do="x")), incident, teammate))
        assert (run.status, "was not called" in run.said, receiver.got) == ("held", True, [])
