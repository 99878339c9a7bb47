"""Reads events of a Kubernetes cluster, as kubernetes-event-exporter sends them: the rollouts of
Deployments, StatefulSets and DaemonSets are changes. Everything else is left out."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from textwrap import dedent

from alerts.changes import ChangeSeen, change_seen, kind_told
from alerts.reading import Notes, inner, load_object, one_line, read_time, received_at
from alerts.signals import Reading, Unreadable

_SCALED_UP = re.compile(r"Scaled up replica set (\S{1,253}) to (\d{1,6})(?: from (\d{1,6}))?")


class Kubernetes:
    """The format `kubernetes`: a core/v1 Event."""

    name = "kubernetes"
    title = "Kubernetes"

    def read(
        self, body: bytes, *, headers: Mapping[str, str], options: Mapping[str, object]
    ) -> Reading:
        """The change that a deployment's new replica set is, or the first pod of a new revision of
        a StatefulSet or DaemonSet. More of what runs already is none."""
        event, notes = load_object(body, "Kubernetes event")
        about = inner(event, "involvedObject")
        name, kind = one_line(about.get("name"), 200), one_line(about.get("kind"), 60)
        reason = one_line(event.get("reason"), 80)
        if not name or not reason:
            raise Unreadable("This is no Kubernetes event: it has no involvedObject or no reason.")
        at = read_time(
            event.get("lastTimestamp") or event.get("eventTime") or event.get("firstTimestamp"),
            notes, name="lastTimestamp", now=received_at(options),
        )  # fmt: skip
        cluster = one_line(event.get("clusterName"), 80) or "Kubernetes"
        message = one_line(event.get("message"), 300)
        if kind == "Deployment" and reason == "ScalingReplicaSet":
            change = _of_replica_set(name, message, about, notes)
        elif kind == "Pod" and reason == "Scheduled":
            change = _of_pod(name, about)
        else:
            change = None
        if change is None:
            notes.add(f"{reason} of {kind} {name} is no rollout.")
            return Reading((), notes.sentences())
        change = replace(change, occurred_at=at, author=cluster)
        return Reading((), notes.sentences(), measured=(change,))

    def snippet(self, *, url: str, base_url: str, key: str) -> str:
        """The configuration of kubernetes-event-exporter."""
        return dedent(
            f"""\
            # config.yaml of kubernetes-event-exporter
            route:
              routes:
                - match:
                    - {{kind: Deployment, reason: ScalingReplicaSet, receiver: aire}}
                    # StatefulSets and DaemonSets tell of rollouts by their new pods only.
                    - {{kind: Pod, reason: Scheduled, receiver: aire}}
            receivers:
              - name: aire
                webhook:
                  endpoint: {url}
                  headers: {{Content-Type: application/json}}
            # A rollout counts to the system named in the annotation aire/system, else to the one
            # named like its label app.kubernetes.io/name or like itself. The annotation aire/kind
            # says what it changes (model, prompt, index ...), else code. Both stand on a
            # Deployment itself; of a StatefulSet or DaemonSet on the template of its pods.
            """
        )

    def sample(self, *, now: datetime, system: str) -> bytes:
        """A new replica set of a deployment."""
        document = {
            "metadata": {"name": f"{system}.17c1", "namespace": "ai"},
            "reason": "ScalingReplicaSet",
            "message": f"Scaled up replica set {system}-6d4cf56db6 to 1 from 0",
            "source": {"component": "deployment-controller"},
            "firstTimestamp": now.isoformat(),
            "lastTimestamp": now.isoformat(),
            "count": 1,
            "type": "Normal",
            "involvedObject": {
                "kind": "Deployment",
                "namespace": "ai",
                "name": system,
                "apiVersion": "apps/v1",
                "labels": {"app.kubernetes.io/name": system},
            },
        }
        return json.dumps(document, ensure_ascii=False).encode()


def _of_replica_set(
    name: str, message: str, about: Mapping[str, object], notes: Notes
) -> ChangeSeen | None:
    scaled = _SCALED_UP.match(message)
    if scaled is None:
        return None
    if scaled[3] not in (None, "0"):
        notes.add(f"{name} has more replicas of what ran already.")
        return None
    space = one_line(about.get("namespace"), 120)
    revision = scaled[1].removeprefix(f"{name}-")
    return _rollout(about, name, revision, f"Rollout of {name} in {space}: {message}")


def _of_pod(name: str, about: Mapping[str, object]) -> ChangeSeen | None:
    """Pods of a Deployment have no controller revision: its replica sets are told of."""
    labels = inner(about, "labels")
    revision = one_line(labels.get("controller-revision-hash"), 120)
    stateful = labels.get("statefulset.kubernetes.io/pod-name") is not None
    owner, _, last = name.rpartition("-")
    if not revision or not owner or (stateful and not last.isdigit()):
        return None
    kind = "StatefulSet" if stateful else "DaemonSet"
    space = one_line(about.get("namespace"), 120)
    # The hash of a StatefulSet's revision begins with its name, that of a DaemonSet does not.
    revision = revision.removeprefix(f"{owner}-")
    subject = f"Rollout of {kind} {owner} in {space}: revision "
    return _rollout(about, owner, revision, f"{subject}{revision}", subject)


def _rollout(
    about: Mapping[str, object], name: str, revision: str, summary: str, subject: str = ""
) -> ChangeSeen:
    labels, marks = inner(about, "labels"), inner(about, "annotations")
    return change_seen(
        kind_told(marks.get("aire/kind")),
        summary,
        marks.get("aire/system"),
        labels.get("app.kubernetes.io/name"),
        labels.get("serving.kserve.io/inferenceservice"),
        name,
        f"{one_line(about.get('namespace'), 120)}/{name}",
        version=marks.get("aire/version") or labels.get("app.kubernetes.io/version") or revision,
        subject=subject,
    )


FORMAT = Kubernetes()
