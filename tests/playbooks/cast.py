"""Connections, playbooks and runs for the tests of this room, made through the services."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from accounts.models import User
from core.actor import program
from incidents.models import Incident
from playbooks import services, working
from playbooks.models import Connection, Playbook, PlaybookRun
from tests.cast import actor_of
from tests.fakes import kubernetes as fake_kubernetes
from tests.fakes.kubernetes import FakeKubernetes

SCALE = {
    "mitigation": "Add two replicas",
    "helps": "scale",
    "connection": "cluster",
    "action": "scale",
    "with": {"namespace": "ai", "deployment": "assistant", "replicas": "+2"},
}
ROLL_BACK = {
    "mitigation": "Roll the assistant back",
    "helps": "roll-back",
    "connection": "cluster",
    "action": "rollout-undo",
    "with": {"namespace": "ai", "deployment": "assistant"},
}
NO_APPROVAL = {"role": "none"}


def connect(fake: FakeKubernetes, **more: Any) -> Connection:
    wanted = {
        "slug": "cluster",
        "name": "Cluster",
        "kind": "kubernetes",
        "base_url": fake.url,
        "allowed": ["ai"],
        "token": fake_kubernetes.TOKEN,
        "actor": program("A test"),
    }
    return services.save_connection(**{**wanted, **more})


def make_playbook(*steps: dict[str, Any], by: User | None = None, **spec: Any) -> Playbook:
    """Scales, without approval, unless it says otherwise."""
    slug = spec.pop("slug", "more-room")
    definition = {"steps": list(steps) or [SCALE], "approval": NO_APPROVAL, **spec}
    return services.save_playbook(
        slug=slug,
        name=slug.replace("-", " ").capitalize(),
        definition=definition,
        actor=actor_of(by) if by else program("A test"),
    )


def start(playbook: Playbook, incident: Incident, by: User, **more: Any) -> PlaybookRun:
    return services.start_run(
        playbook_id=playbook.pk,
        incident_id=incident.pk,
        actor=actor_of(by),
        **{"at_once": True, **more},
    )


def work(run: PlaybookRun, rounds: int = 8) -> PlaybookRun:
    """What the engine does now, without what has to wait for its time."""
    for _ in range(rounds):
        if not working.run_due():
            break
    run.refresh_from_db()
    return run


def pass_time(run: PlaybookRun, **span: float) -> None:
    """The run has waited so long."""
    ago = timedelta(**span)
    run.refresh_from_db()
    changes: dict[str, Any] = {"due_at": run.due_at - ago}
    for name in ("approve_until", "acted_at", "verify_at"):
        if (at := getattr(run, name)) is not None:
            changes[name] = at - ago
    PlaybookRun.objects.filter(pk=run.pk).update(**changes)


def lines(incident: Incident) -> str:
    return "\n".join(incident.events.order_by("recorded_at").values_list("text", flat=True))
