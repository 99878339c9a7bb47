"""GitHub Actions as a remedy: a workflow is dispatched.

https://docs.github.com/en/rest/actions/workflows#create-a-workflow-dispatch-event
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from core.connecting import Option
from integrations.github.tracker import VERSION
from playbooks.remedies import (
    Act,
    Api,
    Order,
    Planned,
    RemedyError,
    Sending,
    Target,
    texts_in,
)

_REPOSITORY: Final = re.compile(r"[A-Za-z0-9_.-]{1,100}/[A-Za-z0-9_.-]{1,100}")
_WORKFLOW: Final = re.compile(r"[A-Za-z0-9_.-]{1,200}")
MAX_INPUTS: Final = 25


class GitHub:
    name = "github"
    title = "GitHub Actions"
    base_url = "https://api.github.com"
    token_label = "Token that may write actions"  # noqa: S105 - a label
    secret_label = ""
    allowed_label = "Repositories"
    options: tuple[Option, ...] = ()
    acts: tuple[Act, ...] = (
        Act(
            "dispatch",
            "Start a workflow",
            "repository",
            (
                Option("repository", "Repository", "As owner/name."),
                Option("workflow", "Workflow", "Its file name: retrain.yml"),
                Option("ref", "Branch or tag", default="main"),
                Option("inputs", "Inputs", 'As JSON: {"reason": "drift"}', required=False),
                Option(
                    "undo_inputs",
                    "Inputs that take it back",
                    "The same workflow is started with these; empty: it cannot be undone.",
                    required=False,
                ),
            ),
        ),
    )

    def look(self, target: Target, order: Order) -> dict[str, Any]:
        """Whether the workflow is there and can be started."""
        found = _api(target).read(_path(order))
        state = found.get("state") if isinstance(found, Mapping) else None
        if state != "active":
            raise RemedyError(f"The workflow is {str(state)[:40]} on GitHub; it must be active.")
        return {"name": str(found.get("name", ""))[:200]}

    def plan(self, target: Target, order: Order, seen: Mapping[str, Any]) -> Planned:
        says = f"Starts “{seen['name']}” of {order.params['repository']} on {_ref(order)}."
        undo = "Starts it again with other inputs." if order.params.get("undo_inputs") else ""
        return Planned(says, _sending(order, "inputs"), undo)

    def undo(
        self, target: Target, order: Order, before: Mapping[str, Any], seen: Mapping[str, Any]
    ) -> Planned:
        if not order.params.get("undo_inputs"):
            raise RemedyError("The playbook names no inputs that take it back.")
        says = f"Starts “{seen['name']}” with the inputs that take it back."
        return Planned(says, _sending(order, "undo_inputs"))

    def happened(
        self, order: Order, before: Mapping[str, Any], seen: Mapping[str, Any]
    ) -> bool | None:
        return None

    def perform(self, target: Target, sending: Sending, key: str) -> str:
        answer = _api(target).send(sending)
        return f"HTTP {answer.status}: GitHub starts it"


def _api(target: Target) -> Api:
    return Api(
        target,
        {
            "Authorization": f"Bearer {target.token.reveal()}",
            "Accept": "application/vnd.github+json",
            "X-GitHub-Api-Version": VERSION,
        },
    )


def _path(order: Order) -> str:
    repository, workflow = order.params.get("repository", ""), order.params.get("workflow", "")
    if not _REPOSITORY.fullmatch(repository) or ".." in repository:
        raise RemedyError(f"“{repository[:80]}” is not a repository. Write owner/name.")
    if not _WORKFLOW.fullmatch(workflow) or ".." in workflow:
        raise RemedyError(f"“{workflow[:80]}” is not the file name of a workflow.")
    return f"/repos/{repository}/actions/workflows/{workflow}"


def _ref(order: Order) -> str:
    return order.params.get("ref") or "main"


def _sending(order: Order, which: str) -> Sending:
    body: dict[str, Any] = {"ref": _ref(order)}
    if inputs := texts_in(order, which, MAX_INPUTS):
        body["inputs"] = inputs
    return Sending("POST", f"{_path(order)}/dispatches", body)


REMEDY = GitHub()
