"""A Kubernetes API server as its documentation describes it: objects with resourceVersions, merge
and JSON patches, the scale subresource, and a Deployment controller that keeps ReplicaSets."""

from __future__ import annotations

import copy
import re
from typing import Any
from urllib.parse import urlsplit

from tests.fakes.tracker_server import Answer, FakeServer

TOKEN = "sa-token-1"
REVISION = "deployment.kubernetes.io/revision"
_PATH = re.compile(
    r"/(?:api/v1|apis/apps/v1|apis/serving\.kserve\.io/v1beta1)/namespaces/([a-z0-9-]+)/"
    r"(deployments|replicasets|statefulsets|daemonsets|controllerrevisions|configmaps|"
    r"inferenceservices)(?:/([a-z0-9.-]+)(/scale)?)?"
)


class FakeKubernetes(FakeServer):
    """`denied` are the (verb, resource) that the token's role does not have; with an empty `token`
    everybody may come in, as behind `kubectl proxy`."""

    def __init__(self) -> None:
        super().__init__()
        self.objects: dict[tuple[str, str, str], dict[str, Any]] = {}
        self.denied: set[tuple[str, str]] = set()
        self.patches: list[Any] = []
        self.token = TOKEN
        self._version = 40

    def deployment(self, name: str = "assistant", *images: str, replicas: int = 3) -> None:
        """A Deployment that was rolled out once for each image, the newest last."""
        meta = {"name": name, "uid": f"uid-{name}", "annotations": {}}
        self._put("deployments", name, {"metadata": meta, "spec": {"replicas": replicas}})
        for image in images or ("assistant:41", "assistant:42"):
            self.roll_out(name, image)

    def roll_out(self, name: str, image: str) -> None:
        found = self.get("deployments", name)
        found["spec"]["template"] = {
            "metadata": {"labels": {"app": name}},
            "spec": {"containers": [{"name": "main", "image": image}]},
        }
        self._changed("deployments", found)

    def workload(self, kind: str, name: str, *images: str) -> None:
        """A StatefulSet or DaemonSet (`statefulsets`, `daemonsets`) with a revision an image."""
        self._put(kind, name, {"metadata": {"name": name, "uid": f"uid-{name}"}, "spec": {}})
        for image in images:
            found = self.get(kind, name)
            found["spec"]["template"] = {
                "metadata": {"creationTimestamp": None, "labels": {"app": name}},
                "spec": {"containers": [{"name": "main", "image": image}]},
            }
            self._changed(kind, found)

    def configmap(self, name: str, **data: str) -> None:
        self._put("configmaps", name, {"metadata": {"name": name}, "data": data})

    def inference_service(self, name: str, percent: int | None = None) -> None:
        predictor: dict[str, Any] = {"model": {"storageUri": "gs://models/v2"}}
        if percent is not None:
            predictor["canaryTrafficPercent"] = percent
        spec = {"predictor": predictor}
        self._put("inferenceservices", name, {"metadata": {"name": name}, "spec": spec})

    def get(self, kind: str, name: str) -> dict[str, Any]:
        return self.objects[kind, "ai", name]

    def image(self, name: str = "assistant", kind: str = "deployments") -> str:
        containers = self.get(kind, name)["spec"]["template"]["spec"]["containers"]
        return str(containers[0]["image"])

    def answer(self, method: str, path: str, headers: Any, body: Any) -> Answer:
        if self.token and headers.get("Authorization") != f"Bearer {self.token}":
            return _status(401, "Unauthorized", "Unauthorized")
        found = _PATH.fullmatch(urlsplit(path).path)
        if found is None:
            return _status(404, "NotFound", "the server could not find the requested resource")
        namespace, kind, name, scale = found.groups()
        verb = "patch" if method == "PATCH" else "get" if name else "list"
        if (verb, kind) in self.denied:
            return _status(403, "Forbidden", f'{kind} is forbidden: cannot {verb} in "{namespace}"')
        if name is None:
            rows = [row for key, row in self.objects.items() if key[:2] == (kind, namespace)]
            return Answer(200, {"kind": "List", "items": rows})
        row = self.objects.get((kind, namespace, name))
        if row is None:
            return _status(404, "NotFound", f'{kind} "{name}" not found')
        if method == "GET":
            return Answer(200, _scale(row) if scale else row)
        return self._patch(kind, row, bool(scale), headers.get("Content-Type"), body)

    def _patch(self, kind: str, row: dict[str, Any], scale: bool, how: str, body: Any) -> Answer:
        self.patches.append(copy.deepcopy(body))
        wanted = copy.deepcopy(row)
        if how == "application/json-patch+json":
            for operation in body:
                if operation["op"] != "replace" or not _replace(wanted, operation):
                    return _status(422, "Invalid", "the server rejected our request")
        elif how == "application/strategic-merge-patch+json":
            template = body["spec"]["template"]
            if template.pop("$patch", "") != "replace":
                return _status(422, "Invalid", "only the replacing of a template is known here")
            wanted["spec"]["template"] = template
            wanted["metadata"]["resourceVersion"] = body["metadata"]["resourceVersion"]
        elif how == "application/merge-patch+json":
            _merge(wanted, body)
        else:
            return _status(415, "UnsupportedMediaType", f"unsupported media type {how}")
        if wanted["metadata"]["resourceVersion"] != row["metadata"]["resourceVersion"]:
            said = f'Operation cannot be fulfilled on {kind} "{row["metadata"]["name"]}": '
            return _status(409, "Conflict", f"{said}the object has been modified")
        row.clear()
        row.update(wanted)
        self._changed(kind, row)
        return Answer(200, _scale(row) if scale else row)

    def _changed(self, kind: str, row: dict[str, Any]) -> None:
        self._version += 1
        row["metadata"]["resourceVersion"] = str(self._version)
        if kind == "deployments" and "template" in row["spec"]:
            self._control(row)
        if kind in ("statefulsets", "daemonsets") and "template" in row["spec"]:
            self._revise(row)

    def _revise(self, row: dict[str, Any]) -> None:
        """The controller: a ControllerRevision a template; an old one that is used again becomes
        the newest."""
        name, template = row["metadata"]["name"], copy.deepcopy(row["spec"]["template"])
        image = template["spec"]["containers"][0]["image"].replace(":", "-")
        kept = [one for key, one in self.objects.items() if key[0] == "controllerrevisions"]
        owner = {"uid": row["metadata"]["uid"], "controller": True}
        self.objects["controllerrevisions", "ai", f"{name}-{image}"] = {
            "metadata": {"name": f"{name}-{image}", "ownerReferences": [owner]},
            "revision": max((one["revision"] for one in kept), default=0) + 1,
            "data": {"spec": {"template": {**template, "$patch": "replace"}}},
        }

    def _control(self, row: dict[str, Any]) -> None:
        """The controller: a ReplicaSet a template; going back to one makes it the newest."""
        name, template = row["metadata"]["name"], copy.deepcopy(row["spec"]["template"])
        image = template["spec"]["containers"][0]["image"].replace(":", "-").replace("/", "-")
        labels = template["metadata"].setdefault("labels", {})
        labels["pod-template-hash"] = image
        mine = [one for key, one in self.objects.items() if key[0] == "replicasets"]
        revisions = [int(one["metadata"]["annotations"][REVISION]) for one in mine]
        key = ("replicasets", "ai", f"{name}-{image}")
        known = self.objects.get(key)
        if known is not None and int(known["metadata"]["annotations"][REVISION]) == max(revisions):
            return
        revision = str(max(revisions, default=0) + 1)
        owner = {"uid": row["metadata"]["uid"], "controller": True, "kind": "Deployment"}
        self.objects[key] = {
            "metadata": {
                "name": key[2],
                "annotations": {REVISION: revision, "team": "assistants"},
                "ownerReferences": [owner],
            },
            "spec": {"template": template},
        }
        row["metadata"]["annotations"][REVISION] = revision

    def _put(self, kind: str, name: str, row: dict[str, Any]) -> None:
        self.objects[kind, "ai", name] = row
        self._changed(kind, row)


def _status(code: int, reason: str, message: str) -> Answer:
    body = {"kind": "Status", "status": "Failure", "reason": reason, "code": code}
    return Answer(code, {**body, "message": message})


def _scale(row: dict[str, Any]) -> dict[str, Any]:
    meta = {name: row["metadata"][name] for name in ("name", "resourceVersion")}
    spec = {"replicas": row["spec"]["replicas"]}
    return {"kind": "Scale", "apiVersion": "autoscaling/v1", "metadata": meta, "spec": spec}


def _merge(row: dict[str, Any], patch: dict[str, Any]) -> None:
    """RFC 7396."""
    for name, value in patch.items():
        if value is None:
            row.pop(name, None)
        elif isinstance(value, dict):
            inner = row.setdefault(name, {})
            _merge(inner, value)
        else:
            row[name] = value


def _replace(row: dict[str, Any], operation: dict[str, Any]) -> bool:
    *parents, last = operation["path"].strip("/").split("/")
    for name in parents:
        row = row[name]
    if last not in row:
        return False
    row[last] = operation["value"]
    return True
