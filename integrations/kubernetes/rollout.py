"""Taking a rollout back, as `kubectl rollout undo` does it: the template of an earlier ReplicaSet
is patched into the Deployment. Pure.

https://github.com/kubernetes/kubectl/blob/master/pkg/polymorphichelpers/rollback.go
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from playbooks.remedies import NothingToDo, RemedyError

REVISION: Final = "deployment.kubernetes.io/revision"
TEMPLATE_HASH: Final = "pod-template-hash"
KEPT: Final = (
    "kubectl.kubernetes.io/last-applied-configuration",
    REVISION,
    "deployment.kubernetes.io/revision-history",
    "deployment.kubernetes.io/desired-replicas",
    "deployment.kubernetes.io/max-replicas",
    "deprecated.deployment.rollback.to",
)
"""Annotations of the Deployment that stay, whatever the ReplicaSet has."""


def seen_of(deployment: Mapping[str, Any], sets: Sequence[Any]) -> dict[str, Any]:
    """What a plan needs of a Deployment and of the ReplicaSets of its namespace."""
    meta, spec = part(deployment, "metadata"), part(deployment, "spec")
    mine = [one for one in sets if owned_by(one, str(meta.get("uid", "")))]
    return {
        "resourceVersion": str(meta.get("resourceVersion", "")),
        "paused": bool(spec.get("paused")),
        "annotations": dict(part(meta, "annotations")),
        "template": dict(part(spec, "template")),
        "revisions": [
            {
                "revision": number,
                "annotations": dict(part(part(one, "metadata"), "annotations")),
                "template": without_hash(part(part(one, "spec"), "template")),
            }
            for one in mine
            if (number := _revision(one))
        ],
    }


def patch_to(seen: Mapping[str, Any], revision: int) -> tuple[int, list[dict[str, Any]]]:
    """The revision gone back to (0: the one before the newest) and the JSON Patch that does it."""
    if seen["paused"]:
        raise RemedyError("The Deployment is paused. Resume it first: kubectl rollout resume.")
    found = sorted(seen["revisions"], key=lambda one: -int(one["revision"]))
    if revision:
        wanted = next((one for one in found if one["revision"] == revision), None)
    else:
        wanted = found[1] if len(found) > 1 else None
    if wanted is None:
        known = ", ".join(str(one["revision"]) for one in found) or "none"
        which = f"revision {revision}" if revision else "earlier revision"
        raise RemedyError(f"There is no {which} to go back to. There are: {known}.")
    if wanted["template"] == without_hash(seen["template"]):
        raise NothingToDo(f"It runs the template of revision {wanted['revision']} already.")
    annotations = {name: text for name, text in seen["annotations"].items() if name in KEPT}
    annotations |= {n: text for n, text in wanted["annotations"].items() if n not in KEPT}
    return int(wanted["revision"]), replacing(wanted["template"], annotations, seen)


def replacing(
    template: Mapping[str, Any], annotations: Mapping[str, str], seen: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """The last operation makes the API answer 409 when somebody changed it meanwhile."""
    return [
        {"op": "replace", "path": "/spec/template", "value": dict(template)},
        {"op": "replace", "path": "/metadata/annotations", "value": dict(annotations)},
        {
            "op": "replace",
            "path": "/metadata/resourceVersion",
            "value": seen["resourceVersion"],
        },
    ]


def images(template: Mapping[str, Any]) -> str:
    """ "assistant:41, proxy:7" of a pod template."""
    found = part(template, "spec").get("containers")
    names = [str(one.get("image", "?")) for one in found or [] if isinstance(one, Mapping)]
    return ", ".join(names)[:300] or "no container"


def without_hash(template: Mapping[str, Any]) -> dict[str, Any]:
    """As the Deployment has it: its controller adds the hash to the ReplicaSet's labels."""
    meta = dict(part(template, "metadata"))
    if isinstance(meta.get("labels"), Mapping):
        meta["labels"] = {n: v for n, v in meta["labels"].items() if n != TEMPLATE_HASH}
    return {**template, "metadata": meta} if meta else dict(template)


def owned_by(row: Any, uid: str) -> bool:
    owners = part(row, "metadata").get("ownerReferences") or []
    return bool(uid) and any(
        isinstance(one, Mapping) and one.get("uid") == uid and one.get("controller")
        for one in owners
    )


def _revision(row: Any) -> int:
    text = str(part(part(row, "metadata"), "annotations").get(REVISION, ""))
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def part(value: Any, name: str) -> Mapping[str, Any]:
    found = value.get(name) if isinstance(value, Mapping) else None
    return found if isinstance(found, Mapping) else {}
