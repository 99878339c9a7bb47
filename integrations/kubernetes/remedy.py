"""Kubernetes as a remedy, by a thin client of its API.

https://kubernetes.io/docs/reference/kubernetes-api/
https://kserve.github.io/website/ (InferenceService, serving.kserve.io/v1beta1)

Every patch carries the resourceVersion that was read, so that what somebody else changed meanwhile
is not overwritten: the API answers 409 then.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from core.connecting import Option
from integrations.kubernetes import revisions
from integrations.kubernetes.rollout import (
    REVISION,
    images,
    part,
    patch_to,
    replacing,
    seen_of,
    without_hash,
)
from playbooks.remedies import (
    Act,
    Api,
    NothingToDo,
    Order,
    Planned,
    RemedyError,
    Sending,
    Target,
)

MERGE: Final = {"Content-Type": "application/merge-patch+json"}
STRATEGIC: Final = {"Content-Type": "application/strategic-merge-patch+json"}
PATCH: Final = {"Content-Type": "application/json-patch+json"}
MAX_REPLICAS: Final = 1_000
MAX_SETS: Final = 500
_NAME: Final = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?")
_KEY: Final = re.compile(r"[A-Za-z0-9._-]{1,253}")
_URI: Final = re.compile(r"[a-z][a-z0-9+.-]{0,20}://[^\s\x00-\x1f]{1,1000}")
_SERVED: Final = ("canary", "storage-uri")
"""Actions on an InferenceService."""
_UNDOS: Final = {"statefulset-undo": "statefulset", "daemonset-undo": "daemonset"}
_NAMESPACE: Final = Option("namespace", "Namespace")


class Kubernetes:
    name = "kubernetes"
    title = "Kubernetes"
    base_url = ""
    token_label = "Token of a service account"  # noqa: S105 - a label
    secret_label = ""
    allowed_label = "Namespaces"
    options: tuple[Option, ...] = ()
    acts: tuple[Act, ...] = (
        Act(
            "rollout-undo",
            "Roll a Deployment back",
            "namespace",
            (
                _NAMESPACE,
                Option("deployment", "Deployment"),
                Option("revision", "Revision", "Empty: the one before.", required=False),
            ),
        ),
        *(
            Act(
                f"{kind.lower()}-undo",
                f"Roll a {kind} back",
                "namespace",
                (
                    _NAMESPACE,
                    Option(kind.lower(), kind),
                    Option("revision", "Revision", "Empty: the one before.", required=False),
                ),
            )
            for kind in ("StatefulSet", "DaemonSet")
        ),
        Act(
            "scale",
            "Scale a Deployment",
            "namespace",
            (
                _NAMESPACE,
                Option("deployment", "Deployment"),
                Option("replicas", "Replicas", "A number, or +2 and -2 from what it is."),
            ),
        ),
        Act(
            "configmap",
            "Set a key of a ConfigMap",
            "namespace",
            (_NAMESPACE, Option("configmap", "ConfigMap"), Option("key", "Key"),
             Option("value", "Value", required=False)),
        ),
        Act(
            "canary",
            "Set the canary traffic of an InferenceService",
            "namespace",
            (
                _NAMESPACE,
                Option("inferenceservice", "InferenceService"),
                Option("percent", "Canary traffic in %", "0 sends all to the version before."),
            ),
        ),
        Act(
            "storage-uri",
            "Set the model of an InferenceService",
            "namespace",
            (
                _NAMESPACE,
                Option("inferenceservice", "InferenceService"),
                Option("uri", "Where the model lies", "Such as s3://models/fraud/41."),
            ),
        ),
    )  # fmt: skip

    def look(self, target: Target, order: Order) -> dict[str, Any]:
        api, path = _api(target), _path(order)
        found = _object(api.read(path))
        if order.action == "rollout-undo":
            sets = _object(
                api.read(f"{_namespaced(order, 'apis/apps/v1')}/replicasets?limit={MAX_SETS}")
            ).get("items")
            return seen_of(found, sets if isinstance(sets, list) else [])
        if order.action in _UNDOS:
            listed = f"{_namespaced(order, 'apis/apps/v1')}/controllerrevisions?limit={MAX_SETS}"
            kept = _object(api.read(listed)).get("items")
            return revisions.seen_of(found, kept if isinstance(kept, list) else [])
        version = str(part(found, "metadata").get("resourceVersion", ""))
        return {"resourceVersion": version, "value": _VALUES[order.action](found, order)}

    def plan(self, target: Target, order: Order, seen: Mapping[str, Any]) -> Planned:
        if order.action == "rollout-undo":
            return _rollout(order, seen)
        if order.action in _UNDOS:
            return _revised(order, seen)
        old, new = seen["value"], _wanted(order, seen["value"])
        if old == new:
            raise NothingToDo(f"{_named(order)} is {_shown(new)} already.")
        return Planned(
            f"Sets {_what(order)} of {_named(order)} from {_shown(old)} to {_shown(new)}.",
            _setting(order, new, seen),
            f"Sets it back to {_shown(old)}.",
        )

    def undo(
        self, target: Target, order: Order, before: Mapping[str, Any], seen: Mapping[str, Any]
    ) -> Planned:
        if order.action == "rollout-undo":
            return _rollout_undone(order, before, seen)
        if order.action in _UNDOS:
            return _revised_undone(order, before, seen)
        if seen["value"] != _wanted(order, before["value"]):
            raise RemedyError(
                f"Somebody has changed {_named(order)} since: it is {_shown(seen['value'])}. "
                "Undo it by hand."
            )
        old = before["value"]
        says = f"Sets {_what(order)} of {_named(order)} back to {_shown(old)}."
        return Planned(says, _setting(order, old, seen))

    def happened(
        self, order: Order, before: Mapping[str, Any], seen: Mapping[str, Any]
    ) -> bool | None:
        if order.action == "rollout-undo":
            _, patch = patch_to(before, _revision(order))
            now, was = without_hash(seen["template"]), without_hash(before["template"])
            return _which(now, patch[0]["value"], was)
        if order.action in _UNDOS:
            _, template = revisions.going_back(before, _revision(order))
            return _which(seen["template"], template, before["template"])
        return _which(seen["value"], _wanted(order, before["value"]), before["value"])

    def perform(self, target: Target, sending: Sending, key: str) -> str:
        answer = _api(target).send(sending)
        return f"HTTP {answer.status}"


def _which(now: Any, wanted: Any, was: Any) -> bool | None:
    if now == wanted:
        return True
    return False if now == was else None


def _rollout(order: Order, seen: Mapping[str, Any]) -> Planned:
    revision, patch = patch_to(seen, _revision(order))
    return Planned(
        f"Rolls {_named(order)} back to revision {revision}: {images(seen['template'])} becomes "
        f"{images(patch[0]['value'])}.",
        Sending("PATCH", _path(order), patch, PATCH, ("2.value",)),
        f"Rolls it forward to {images(seen['template'])} again.",
    )


def _rollout_undone(order: Order, before: Mapping[str, Any], seen: Mapping[str, Any]) -> Planned:
    _, patch = patch_to(before, _revision(order))
    if without_hash(seen["template"]) != patch[0]["value"]:
        raise RemedyError(
            f"Somebody has changed {_named(order)} since: it runs {images(seen['template'])}. "
            "Undo it by hand."
        )
    forward = replacing(before["template"], before["annotations"], seen)
    # The revision belongs to the Deployment's controller, whatever it was before.
    now = seen["annotations"].get(REVISION)
    if now:
        forward[1]["value"][REVISION] = now
    return Planned(
        f"Rolls {_named(order)} forward to {images(before['template'])}.",
        Sending("PATCH", _path(order), forward, PATCH, ("2.value", "1.value")),
    )


def _revised(order: Order, seen: Mapping[str, Any]) -> Planned:
    revision, template = revisions.going_back(seen, _revision(order))
    return Planned(
        f"Rolls {_named(order)} back to revision {revision}: {images(seen['template'])} becomes "
        f"{images(template)}.",
        _replacing(order, template, seen),
        f"Rolls it forward to {images(seen['template'])} again.",
    )


def _revised_undone(order: Order, before: Mapping[str, Any], seen: Mapping[str, Any]) -> Planned:
    _, template = revisions.going_back(before, _revision(order))
    if seen["template"] != template:
        raise RemedyError(
            f"Somebody has changed {_named(order)} since: it runs {images(seen['template'])}. "
            "Undo it by hand."
        )
    forward = before["template"]
    says = f"Rolls {_named(order)} forward to {images(forward)}."
    return Planned(says, _replacing(order, forward, seen))


def _replacing(order: Order, template: Mapping[str, Any], seen: Mapping[str, Any]) -> Sending:
    body = revisions.replacing(template, seen)
    return Sending("PATCH", _path(order), body, STRATEGIC, ("metadata.resourceVersion",))


def _api(target: Target) -> Api:
    headers = {"Accept": "application/json"}
    if token := target.token.reveal():
        headers["Authorization"] = f"Bearer {token}"
    return Api(target, headers)


def _path(order: Order) -> str:
    if order.action == "configmap":
        return f"{_namespaced(order, 'api/v1')}/configmaps/{_word(order, 'configmap')}"
    if order.action in _SERVED:
        base = _namespaced(order, "apis/serving.kserve.io/v1beta1")
        return f"{base}/inferenceservices/{_word(order, 'inferenceservice')}"
    if kind := _UNDOS.get(order.action):
        return f"{_namespaced(order, 'apis/apps/v1')}/{kind}s/{_word(order, kind)}"
    base = f"{_namespaced(order, 'apis/apps/v1')}/deployments/{_word(order, 'deployment')}"
    return f"{base}/scale" if order.action == "scale" else base


def _namespaced(order: Order, group: str) -> str:
    return f"/{group}/namespaces/{_word(order, 'namespace')}"


def _word(order: Order, name: str) -> str:
    text = order.params.get(name, "")
    if not _NAME.fullmatch(text) or ".." in text:
        raise RemedyError(f"“{text[:80]}” is not a name that Kubernetes knows ({name}).")
    return text


def _named(order: Order) -> str:
    act = "inferenceservice" if order.action in _SERVED else "deployment"
    act = "configmap" if order.action == "configmap" else _UNDOS.get(order.action, act)
    return f"{act} {order.params['namespace']}/{order.params[act]}"


def _what(order: Order) -> str:
    words = {"scale": "replicas", "canary": "canary traffic", "storage-uri": "the model"}
    return words.get(order.action, f"“{order.params.get('key', '')}”")


def _shown(value: Any) -> str:
    if value is None:
        return "nothing"
    text = str(value)
    return f"“{text[:120]}{'…' if len(text) > 120 else ''}”" if isinstance(value, str) else text


def _revision(order: Order) -> int:
    return _number(order, "revision", 1, 10**9) if order.params.get("revision") else 0


def _number(order: Order, name: str, low: int, high: int) -> int:
    text = order.params.get(name, "").strip()
    if not re.fullmatch(r"[+-]?[0-9]{1,9}", text) or not low <= int(text) <= high:
        raise RemedyError(f"{name}: write a number from {low} to {high:,}.")
    return int(text)


def _wanted(order: Order, old: Any) -> Any:
    """The value to set, where `old` stands now."""
    if order.action == "configmap":
        return order.params.get("value", "")
    if order.action == "canary":
        return _number(order, "percent", 0, 100)
    if order.action == "storage-uri":
        uri = order.params.get("uri", "").strip()
        if not _URI.fullmatch(uri):
            raise RemedyError(f"“{uri[:80]}” is not where a model lies, such as s3://models/41.")
        return uri
    text = order.params.get("replicas", "").strip()
    by = _number(order, "replicas", -MAX_REPLICAS, MAX_REPLICAS)
    number = int(old or 0) + by if text[:1] in "+-" else by
    if not 0 <= number <= MAX_REPLICAS:
        raise RemedyError(f"That would be {number:,} replicas; 0 to {MAX_REPLICAS:,} are allowed.")
    return number


def _setting(order: Order, value: Any, seen: Mapping[str, Any]) -> Sending:
    """A merge patch; None takes the field away."""
    if order.action == "scale":
        body: dict[str, Any] = {"spec": {"replicas": value}}
    elif order.action == "canary":
        body = {"spec": {"predictor": {"canaryTrafficPercent": value}}}
    elif order.action == "storage-uri":
        body = {"spec": {"predictor": {"model": {"storageUri": value}}}}
    else:
        body = {"data": {order.params["key"]: value}}
    body["metadata"] = {"resourceVersion": seen["resourceVersion"]}
    return Sending("PATCH", _path(order), body, MERGE, ("metadata.resourceVersion",))


def _replicas(found: Mapping[str, Any], order: Order) -> Any:
    return part(found, "spec").get("replicas", 0)


def _data(found: Mapping[str, Any], order: Order) -> Any:
    key = order.params.get("key", "")
    if not _KEY.fullmatch(key):
        raise RemedyError(f"“{key[:80]}” cannot be a key of a ConfigMap.")
    if found.get("immutable"):
        raise RemedyError(f"{_named(order)} is immutable.")
    return part(found, "data").get(key)


def _percent(found: Mapping[str, Any], order: Order) -> Any:
    return part(part(found, "spec"), "predictor").get("canaryTrafficPercent")


def _storage(found: Mapping[str, Any], order: Order) -> Any:
    """Of the present form; the one before, with a field for each framework, is not touched."""
    uri = part(part(part(found, "spec"), "predictor"), "model").get("storageUri")
    if not isinstance(uri, str):
        raise RemedyError(f"{_named(order)} has no spec.predictor.model.storageUri.")
    return uri


_VALUES: Final[Mapping[str, Callable[[Mapping[str, Any], Order], Any]]] = {
    "scale": _replicas,
    "configmap": _data,
    "canary": _percent,
    "storage-uri": _storage,
}


def _object(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise RemedyError("The answer is not that of the Kubernetes API. Check the address.")
    return value


REMEDY = Kubernetes()
