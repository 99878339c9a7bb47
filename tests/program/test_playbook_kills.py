"""`kill -9` of whatever works a playbook off, between sending a step and writing down that it was
sent: by a cluster, where it can be looked up, and by a webhook, where nobody can."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.fakes.kubernetes import FakeKubernetes
from tests.fakes.tracker_server import Answer, FakeServer
from tests.program.harness import Program

pytestmark = pytest.mark.program

DOCUMENTS = """
apiVersion: aire/v1
kind: Connection
metadata: {{name: cluster}}
spec: {{remedy: kubernetes, url: "{cluster}", allowed: [ai]}}
---
apiVersion: aire/v1
kind: Connection
metadata: {{name: switchboard}}
spec: {{remedy: webhook, url: "{webhook}"}}
---
apiVersion: aire/v1
kind: Playbook
metadata: {{name: scale}}
spec:
  approval: {{role: none}}
  limits: {{coolDown: 0s}}
  steps:
    - mitigation: Add two replicas
      connection: cluster
      action: scale
      with: {{namespace: ai, deployment: assistant, replicas: "+2"}}
---
apiVersion: aire/v1
kind: Playbook
metadata: {{name: switch}}
spec:
  approval: {{role: none}}
  limits: {{coolDown: 0s}}
  steps:
    - mitigation: Switch the provider
      connection: switchboard
      action: send
      with: {{do: provider-b, undo: provider-a}}
"""
BACK_WITHIN_SECONDS = 60.0


class Killing:
    """Carries the first change out and kills its sender before the answer is there."""

    kill: Callable[[], None]
    changes: int

    def first(self, method: str) -> None:
        if method in ("PATCH", "POST"):
            self.changes += 1
            if self.changes == 1:
                self.kill()


class Cluster(Killing, FakeKubernetes):
    def __init__(self) -> None:
        super().__init__()
        self.token, self.changes = "", 0

    def answer(self, method: str, path: str, headers: Any, body: Any) -> Answer:
        found = super().answer(method, path, headers, body)
        self.first(method)
        return found


class Webhook(Killing, FakeServer):
    def __init__(self) -> None:
        super().__init__()
        self.changes = 0

    def answer(self, method: str, path: str, headers: Any, body: Any) -> Answer:
        self.first(method)
        return Answer(202)


@pytest.fixture(scope="module")
def scene() -> Iterator[tuple[Program, Cluster, Webhook]]:
    with Cluster() as cluster, Webhook() as webhook, Program() as program:
        cluster.deployment("assistant")
        text = DOCUMENTS.format(cluster=cluster.url, webhook=webhook.url)
        program.manage("apply", "-", text=text)
        for fake in (cluster, webhook):
            fake.kill = lambda: program.kill("worker", "engine")
        yield program, cluster, webhook


def after_the_kill(program: Program, playbook: str, fake: Killing) -> str:
    """The run, when its sender was killed, everything is back and the lease has ended."""
    _, incident = program.api("POST", "incidents/", {"title": playbook, "severity": "sev3"})
    wanted = {"playbook": playbook, "incident": incident["ref"], "run": True}
    status, run = program.api("POST", "playbook-runs/", wanted)
    assert status == 201, run
    program.until(lambda: fake.changes == 1, "nothing was sent", seconds=60)
    program.until(
        lambda: {"worker", "engine"} <= set(program.pids()), "not back", seconds=BACK_WITHIN_SECONDS
    )
    assert step_of(program, run["ref"])["status"] == "sending"
    program.rows(
        "UPDATE playbooks_playbookrun SET lease_until = now() WHERE status = 'running' RETURNING id"
    )
    return str(run["ref"])


def step_of(program: Program, ref: str) -> dict[str, Any]:
    return dict(program.api("GET", f"playbook-runs/{ref}/")[1]["steps"][0])


def settled(program: Program, ref: str) -> str:
    program.until(
        lambda: program.api("GET", f"playbook-runs/{ref}/")[1]["status"] != "running",
        "the run is not worked off",
        seconds=BACK_WITHIN_SECONDS,
    )
    return str(program.api("GET", f"playbook-runs/{ref}/")[1]["status"])


def test_what_can_be_looked_up_is_and_is_never_sent_again(
    scene: tuple[Program, Cluster, Webhook],
) -> None:
    program, cluster, _ = scene
    ref = after_the_kill(program, "scale", cluster)
    assert settled(program, ref) == "succeeded"
    assert "says that it was carried out" in step_of(program, ref)["answer"]
    assert cluster.changes == 1
    assert cluster.get("deployments", "assistant")["spec"]["replicas"] == 5


def test_what_cannot_be_looked_up_is_uncertain_until_a_person_has_looked(
    scene: tuple[Program, Cluster, Webhook],
) -> None:
    program, _, webhook = scene
    ref = after_the_kill(program, "switch", webhook)
    assert settled(program, ref) == "held"
    step = step_of(program, ref)
    assert step["status"] == "uncertain"
    assert "AIRE was stopped while it was sent" in step["answer"]
    act = f"playbook-runs/{ref}/act/"
    assert program.api("POST", act, {"do": "go-on"})[0] == 409
    assert webhook.changes == 1
    assert program.api("POST", act, {"do": "happened", "step": step["id"]})[0] == 200
    assert settled(program, ref) == "succeeded"
    assert webhook.changes == 1
