"""Taking a rollout of a StatefulSet or DaemonSet back, as `kubectl rollout undo` does it: the
template that an earlier ControllerRevision keeps is patched in. Pure.

https://github.com/kubernetes/kubectl/blob/master/pkg/polymorphichelpers/rollback.go
https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/controller-revision-v1/
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from integrations.kubernetes.rollout import owned_by, part
from playbooks.remedies import NothingToDo, RemedyError


def seen_of(owner: Mapping[str, Any], revisions: Sequence[Any]) -> dict[str, Any]:
    """What a plan needs of a workload and of the ControllerRevisions of its namespace."""
    meta = part(owner, "metadata")
    mine = [one for one in revisions if owned_by(one, str(meta.get("uid", "")))]
    return {
        "resourceVersion": str(meta.get("resourceVersion", "")),
        "template": plain(part(part(owner, "spec"), "template")),
        "revisions": [
            {"revision": one["revision"], "template": template}
            for one in mine
            if isinstance(one.get("revision"), int)
            and (template := plain(part(part(part(one, "data"), "spec"), "template")))
        ],
    }


def going_back(seen: Mapping[str, Any], revision: int) -> tuple[int, dict[str, Any]]:
    """The revision gone back to (0: the one before the newest) and its template. Raises
    `NothingToDo` or `RemedyError`."""
    found = sorted(seen["revisions"], key=lambda one: -int(one["revision"]))
    if revision:
        wanted = next((one for one in found if one["revision"] == revision), None)
    else:
        wanted = found[1] if len(found) > 1 else None
    if wanted is None:
        known = ", ".join(str(one["revision"]) for one in found) or "none"
        which = f"revision {revision}" if revision else "earlier revision"
        raise RemedyError(f"There is no {which} to go back to. There are: {known}.")
    if wanted["template"] == seen["template"]:
        raise NothingToDo(f"It runs the template of revision {wanted['revision']} already.")
    return int(wanted["revision"]), wanted["template"]


def replacing(template: Mapping[str, Any], seen: Mapping[str, Any]) -> dict[str, Any]:
    """A strategic merge patch that puts the whole template in the place of the one that stands
    there. With the resourceVersion the API answers 409 when somebody changed it meanwhile."""
    return {
        "metadata": {"resourceVersion": seen["resourceVersion"]},
        "spec": {"template": {**template, "$patch": "replace"}},
    }


def plain(template: Mapping[str, Any]) -> dict[str, Any]:
    """Without what a ControllerRevision adds and what is null in some answers only."""
    meta = {n: v for n, v in part(template, "metadata").items() if v is not None}
    rest = {n: v for n, v in template.items() if n not in ("$patch", "metadata")}
    return {**rest, "metadata": meta} if meta else rest
