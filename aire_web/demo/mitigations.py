"""What Larkmoor could do right now: two playbooks are planned and wait for somebody to run them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from accounts.models import User
from aire_web.demo.past import people_by_handle
from core.actor import Actor, Via
from incidents.models import Incident
from playbooks.models import Playbook, PlaybookRun
from playbooks.outside import order_of
from playbooks.remedies import remedies
from playbooks.services import start_run
from playbooks.services.connections import target_of

VERSIONS: Mapping[str, Any] = {"version": 75, "versions": [73, 74, 75]}
REVISION = "deployment.kubernetes.io/revision"


def write_mitigations() -> int:
    """Answers how many runs. Nothing is sent: there is nobody at these addresses."""
    people = people_by_handle()
    _planned(
        "fraud-model-back", "Card country drifted in the fraud features", people["priya"], VERSIONS
    )
    _planned(
        "assistant-release-back",
        "Assistant answers in the wrong language",
        people["zoe"],
        _deployment("2025-37", "2025-38"),
    )
    return 2


def _planned(slug: str, title: str, by: User, seen: Mapping[str, Any]) -> None:
    """As the engine leaves it once it has looked; here it is told what it saw."""
    run = start_run(
        playbook_id=Playbook.objects.get(slug=slug).pk,
        incident_id=Incident.objects.get(title=title).pk,
        actor=Actor(label=by.name, via=Via.WEB, user_id=by.pk),
    )
    for step in run.steps.select_related("connection", "run__incident"):
        remedy = remedies.get(step.connection.kind) if step.connection else None
        if remedy is None or step.connection is None:
            continue
        plan = remedy.plan(target_of(step.connection), order_of(step), seen)
        step.says, step.undo_says, step.before = plan.says, plan.undo_says, dict(seen)
        step.sending = plan.sending.to_json()
        step.save()
    PlaybookRun.objects.filter(pk=run.pk).update(status="ready", state="idle")


def _deployment(*releases: str) -> dict[str, Any]:
    """A Deployment with a ReplicaSet for each release, as the remedy of Kubernetes sees it."""
    revisions: list[dict[str, Any]] = [
        {"revision": number, "annotations": {REVISION: str(number)}, "template": _template(name)}
        for number, name in enumerate(releases, start=11)
    ]
    newest = revisions[-1]
    return {
        "resourceVersion": "4711023",
        "paused": False,
        "annotations": dict(newest["annotations"]),
        "template": newest["template"],
        "revisions": revisions,
    }


def _template(release: str) -> dict[str, Any]:
    container = {
        "name": "assistant",
        "image": f"registry.larkmoor.example/support-assistant:{release}",
        "env": [{"name": "PROMPT_LABEL", "value": release}],
    }
    return {
        "metadata": {"labels": {"app": "support-assistant"}},
        "spec": {"containers": [container]},
    }
