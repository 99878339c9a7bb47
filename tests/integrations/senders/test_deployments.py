"""Argo CD, Flux and Kubernetes: deployments as changes, in their documented shapes."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from copy import deepcopy
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from alerts.changes import ChangeSeen
from alerts.ingest.doors import Call
from alerts.placing.taking import record
from alerts.signals import Reading, SourceFormat, Unreadable
from catalog.models import Change, System
from integrations.argocd.source import FORMAT as ARGOCD
from integrations.flux.door import MANNERS as FLUX_MANNERS
from integrations.flux.source import FORMAT as FLUX
from integrations.github.source import FORMAT as GITHUB
from integrations.kubernetes.source import FORMAT as KUBERNETES

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
SHA = "6bed858de32a0e876ec49dad1a2e3c5840d3fb07"

# The Application of argoproj.io/v1alpha1, as {{toJson .app}} writes it.
APPLICATION: dict[str, Any] = {
    "apiVersion": "argoproj.io/v1alpha1", "kind": "Application",
    "metadata": {"name": "ranker", "annotations": {"aire/kind": "model", "aire/system": "search"}},
    "status": {
        "sync": {"status": "Synced", "revision": SHA},
        "operationState": {
            "phase": "Succeeded", "finishedAt": "2026-11-21T02:58:00Z",
            "operation": {"initiatedBy": {"username": "zoe"}}, "syncResult": {"revision": SHA},
        },
    },
}  # fmt: skip
# fluxcd.io/flux/components/notification: the event of a generic provider.
FLUX_EVENT: dict[str, Any] = {
    "involvedObject": {"apiVersion": "kustomize.toolkit.fluxcd.io/v1", "kind": "Kustomization",
                       "name": "ranker", "namespace": "ai", "uid": "7d0c"},
    "metadata": {"kustomize.toolkit.fluxcd.io/revision": f"main@sha1:{SHA}", "system": "search"},
    "severity": "info", "timestamp": "2026-11-21T02:58:00Z", "message": "Reconciliation finished",
    "reason": "ReconciliationSucceeded", "reportingController": "kustomize-controller",
    "reportingInstance": "kustomize-controller-7c",
}  # fmt: skip
# core/v1 Event with the labels that kubernetes-event-exporter adds.
KUBERNETES_EVENT: dict[str, Any] = {
    "metadata": {"name": "ranker.17c1", "namespace": "ai"}, "reason": "ScalingReplicaSet",
    "message": "Scaled up replica set ranker-6d4cf56db6 to 1 from 0", "type": "Normal",
    "source": {"component": "deployment-controller"}, "count": 1,
    "firstTimestamp": "2026-11-21T02:58:00Z", "lastTimestamp": "2026-11-21T02:58:00Z",
    "eventTime": None, "reportingComponent": "", "clusterName": "north",
    "involvedObject": {"kind": "Deployment", "namespace": "ai", "name": "ranker",
                       "apiVersion": "apps/v1", "labels": {"app.kubernetes.io/name": "search"}},
}  # fmt: skip


# docs.github.com: webhook-events-and-payloads#workflow_run
WORKFLOW_RUN: dict[str, Any] = {
    "action": "completed",
    "workflow_run": {
        "name": "Deploy", "head_branch": "main", "head_sha": SHA, "event": "push",
        "status": "completed", "conclusion": "success", "actor": {"login": "zoe"},
        "html_url": "https://github.com/example/search/actions/runs/1",
        "updated_at": "2026-11-21T02:58:00Z",
    },
    "repository": {"name": "search", "full_name": "example/search"},
}  # fmt: skip


def read(source: SourceFormat, document: object, **options: object) -> Reading:
    body = json.dumps(document).encode()
    given = {"received_at": NOW, "receipt_id": "r", **options}
    return source.read(body, headers={}, options=given)


def change(source: SourceFormat, document: object) -> ChangeSeen:
    (found,) = read(source, document).measured
    assert isinstance(found, ChangeSeen)
    return found


def altered(document: dict[str, Any], path: str, value: object) -> dict[str, Any]:
    copy = deepcopy(document)
    *way, last = path.split(".")
    place = copy
    for step in way:
        place = place[step]
    place[last] = value
    return copy


def test_a_finished_sync_is_a_change_of_what_its_annotations_say() -> None:
    found = change(ARGOCD, APPLICATION)
    assert (found.kind, found.about, found.version) == ("model", ("search", "ranker"), SHA[:12])
    assert (found.author, found.took_effect) == ("zoe", True)
    assert found.occurred_at == datetime(2026, 11, 21, 2, 58, tzinfo=UTC)
    failed = change(ARGOCD, altered(APPLICATION, "status.operationState.phase", "Failed"))
    assert (failed.took_effect, "failed" in failed.summary) == (False, True)
    running = read(ARGOCD, altered(APPLICATION, "status.operationState.phase", "Running"))
    assert not running.measured


def test_an_applied_revision_is_a_change_and_a_fetched_one_is_none() -> None:
    found = change(FLUX, FLUX_EVENT)
    assert (found.about, found.version) == (("search", "ranker"), f"main@{SHA[:12]}")
    failed = change(FLUX, altered(FLUX_EVENT, "reason", "ReconciliationFailed"))
    assert not failed.took_effect
    assert not read(FLUX, altered(FLUX_EVENT, "reason", "NewArtifact")).measured


def test_a_new_replica_set_is_a_rollout_and_more_replicas_are_none() -> None:
    found = change(KUBERNETES, KUBERNETES_EVENT)
    assert (found.kind, found.version, found.author) == ("code", "6d4cf56db6", "north")
    assert found.about == ("search", "ranker", "ai/ranker")
    for message in ("Scaled up replica set ranker-6d4cf56db6 to 5 from 3", "Scaled down", ""):
        assert not read(KUBERNETES, altered(KUBERNETES_EVENT, "message", message)).measured
    of_a_pod = altered(KUBERNETES_EVENT, "involvedObject.kind", "Pod")
    assert not read(KUBERNETES, of_a_pod).measured


def pod(name: str, **labels: str) -> dict[str, Any]:
    """As default-scheduler tells of it; the labels are those of the pod."""
    return {
        **KUBERNETES_EVENT, "reason": "Scheduled",
        "message": f"Successfully assigned ai/{name} to node-1",
        "source": {"component": "default-scheduler"},
        "involvedObject": {"kind": "Pod", "namespace": "ai", "name": name, "apiVersion": "v1",
                           "labels": {name.replace("__", "/"): labels[name] for name in labels}},
    }  # fmt: skip


def stateful(name: str, revision: str) -> dict[str, Any]:
    return pod(
        name,
        **{"controller-revision-hash": revision, "statefulset.kubernetes.io/pod-name": name},
    )


def test_pods_of_a_new_revision_tell_of_the_rollout_of_what_owns_them() -> None:
    found = change(KUBERNETES, stateful("index-2", "index-6d4cf56db6"))
    assert (found.about, found.version) == (("index", "ai/index"), "6d4cf56db6")
    assert found.summary == "Rollout of StatefulSet index in ai: revision 6d4cf56db6"
    daemon = {"controller-revision-hash": "7c9", "pod-template-generation": "3"}
    found = change(KUBERNETES, pod("feature-cache-x7k2p", **daemon))
    assert found.summary == "Rollout of DaemonSet feature-cache in ai: revision 7c9"
    named = {**daemon, "app.kubernetes.io__version": "1.4"}
    assert change(KUBERNETES, pod("feature-cache-x7k2p", **named)).version == "1.4"
    for other in ({"pod-template-hash": "6d4"}, {}):
        assert not read(KUBERNETES, pod("ranker-6d4cf56db6-abcde", **other)).measured


@pytest.mark.django_db
def test_the_pods_of_one_revision_are_one_change_and_going_back_is_another(system: System) -> None:
    told = ["a", "a", "a", "b", "b", "a"]
    for minute, revision in [*enumerate(told), (2, "a"), (4, "b")]:
        fact = change(KUBERNETES, stateful(f"{system.slug}-{minute}", revision))
        record(system.slug, replace(fact, occurred_at=NOW + timedelta(minutes=minute)), label="k8s")
    other = change(KUBERNETES, pod("agent-x7k2p", **{"controller-revision-hash": "a"}))
    record(system.slug, other, label="k8s")
    rows = Change.objects.filter(summary__contains="StatefulSet").order_by("occurred_at")
    assert [row.version for row in rows] == ["a", "b", "a"]
    assert Change.objects.filter(summary__contains="DaemonSet").count() == 1


def test_only_workflows_that_deploy_are_changes() -> None:
    assert not read(GITHUB, WORKFLOW_RUN).measured
    (found,) = read(GITHUB, WORKFLOW_RUN, workflows=["Deploy"]).measured
    assert isinstance(found, ChangeSeen)
    assert (found.version, found.about[0], found.took_effect) == (SHA[:12], "search", True)
    failed = altered(WORKFLOW_RUN, "workflow_run.conclusion", "failure")
    (found,) = read(GITHUB, failed, workflows=["Deploy"]).measured
    assert isinstance(found, ChangeSeen)
    assert not found.took_effect
    running = altered(WORKFLOW_RUN, "workflow_run.conclusion", None)
    assert not read(GITHUB, running, workflows=["Deploy"]).measured


@pytest.mark.parametrize("source", [ARGOCD, FLUX, KUBERNETES], ids=lambda one: one.name)
def test_what_is_none_of_theirs_is_set_aside_with_a_reason(source: SourceFormat) -> None:
    with pytest.raises(Unreadable):
        read(source, {"hello": "world"})


def test_flux_signs_the_body() -> None:

    verify = FLUX_MANNERS.verify
    assert verify is not None
    sign = hmac.new(b"secret", b"{}", hashlib.sha256).hexdigest()
    matched = re.match("", "")
    assert matched is not None
    right = Call(matched, {"x-signature": f"sha256={sign}"}, b"{}")
    wrong = Call(matched, right.headers, b"{ }")
    assert (verify(right, "secret", NOW), verify(wrong, "secret", NOW)) == (True, False)
