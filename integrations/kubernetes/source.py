"""Reads events of a Kubernetes cluster, as kubernetes-event-exporter sends them: the rollouts of
deployments are changes. Everything else that a cluster tells is left out."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime
from textwrap import dedent

from alerts.changes import change_seen, kind_told
from alerts.reading import inner, load_object, one_line, read_time, received_at
from alerts.signals import Reading, Unreadable

_SCALED_UP = re.compile(r"Scaled up replica set (\S{1,253}) to (\d{1,6})(?: from (\d{1,6}))?")


class Kubernetes:
    """The format `kubernetes`: a core/v1 Event."""

    name = "kubernetes"
    title = "Kubernetes"

    def read(
        self, body: bytes, *, headers: Mapping[str, str], options: Mapping[str, object]
    ) -> Reading:
        """The change that a deployment's new replica set is. Scaling one that runs is none."""
        event, notes = load_object(body, "Kubernetes event")
        about = inner(event, "involvedObject")
        name, kind = one_line(about.get("name"), 200), one_line(about.get("kind"), 60)
        reason = one_line(event.get("reason"), 80)
        if not name or not reason:
            raise Unreadable("This is no Kubernetes event: it has no involvedObject or no reason.")
        message = one_line(event.get("message"), 300)
        scaled = _SCALED_UP.match(message) if reason == "ScalingReplicaSet" else None
        if kind != "Deployment" or scaled is None:
            notes.add(f"{reason} of {kind} {name} is no rollout.")
            return Reading((), notes.sentences())
        if scaled[3] not in (None, "0"):
            notes.add(f"{name} has more replicas of what ran already.")
            return Reading((), notes.sentences())
        labels, marks = inner(about, "labels"), inner(about, "annotations")
        space = one_line(about.get("namespace"), 120)
        change = change_seen(
            kind_told(marks.get("aire/kind")),
            f"Rollout of {name} in {space}: {message}",
            marks.get("aire/system"),
            labels.get("app.kubernetes.io/name"),
            name,
            f"{space}/{name}",
            version=marks.get("aire/version")
            or labels.get("app.kubernetes.io/version")
            or scaled[1].removeprefix(f"{name}-"),
            author=one_line(event.get("clusterName"), 80) or "Kubernetes",
            occurred_at=read_time(
                event.get("lastTimestamp") or event.get("eventTime") or event.get("firstTimestamp"),
                notes, name="lastTimestamp", now=received_at(options),
            ),
        )  # fmt: skip
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
            receivers:
              - name: aire
                webhook:
                  endpoint: {url}
                  headers: {{Content-Type: application/json}}
            # A rollout counts to the system named in the deployment's annotation aire/system,
            # else to the one named like its label app.kubernetes.io/name or like itself. The
            # annotation aire/kind says what it changes (model, prompt, index ...), else code.
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


FORMAT = Kubernetes()
