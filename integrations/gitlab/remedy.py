"""GitLab CI as a remedy: a pipeline is created.

https://docs.gitlab.com/api/pipelines/#create-a-new-pipeline
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote

from core.connecting import Option
from core.payload import PayloadError, load_json
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

_PROJECT: Final = re.compile(r"[A-Za-z0-9_.-]+(?:/[A-Za-z0-9_.-]+)*")
MAX_VARIABLES: Final = 50


class GitLab:
    name = "gitlab"
    title = "GitLab CI"
    base_url = "https://gitlab.com/api/v4"
    token_label = "Access token with the scope api"  # noqa: S105 - a label
    secret_label = ""
    allowed_label = "Projects"
    options: tuple[Option, ...] = ()
    acts: tuple[Act, ...] = (
        Act(
            "pipeline",
            "Start a pipeline",
            "project",
            (
                Option("project", "Project", "As group/name."),
                Option("ref", "Branch or tag", default="main"),
                Option("variables", "Variables", 'As JSON: {"JOB": "retrain"}', required=False),
                Option(
                    "undo_variables",
                    "Variables that take it back",
                    "A pipeline is started with these; empty: it cannot be undone.",
                    required=False,
                ),
            ),
        ),
    )

    def look(self, target: Target, order: Order) -> dict[str, Any]:
        found = _api(target).read(_path(order))
        if not isinstance(found, Mapping) or "path_with_namespace" not in found:
            raise RemedyError(f"{target.name} does not answer as GitLab. Check its address.")
        return {"name": str(found["path_with_namespace"])[:200]}

    def plan(self, target: Target, order: Order, seen: Mapping[str, Any]) -> Planned:
        says = f"Starts a pipeline of {seen['name']} on {_ref(order)}."
        undo = "Starts one with other variables." if order.params.get("undo_variables") else ""
        return Planned(says, _sending(order, "variables"), undo)

    def undo(
        self, target: Target, order: Order, before: Mapping[str, Any], seen: Mapping[str, Any]
    ) -> Planned:
        if not order.params.get("undo_variables"):
            raise RemedyError("The playbook names no variables that take it back.")
        says = f"Starts a pipeline of {seen['name']} that takes it back."
        return Planned(says, _sending(order, "undo_variables"))

    def happened(
        self, order: Order, before: Mapping[str, Any], seen: Mapping[str, Any]
    ) -> bool | None:
        return None

    def perform(self, target: Target, sending: Sending, key: str) -> str:
        answer = _api(target).send(sending)
        try:
            value = load_json(answer.body).value
        except PayloadError:
            value = None
        made = value if isinstance(value, Mapping) else {}
        address = str(made.get("web_url") or "")[:300]
        return f"HTTP {answer.status}: pipeline {str(made.get('id', '?'))[:20]} {address}".strip()


def _api(target: Target) -> Api:
    return Api(target, {"PRIVATE-TOKEN": target.token.reveal()})


def _path(order: Order) -> str:
    project = order.params.get("project", "")
    if not _PROJECT.fullmatch(project) or len(project) > 200 or ".." in project:
        raise RemedyError(f"“{project[:80]}” is not a project. Write group/name.")
    return f"/projects/{quote(project, safe='')}"


def _ref(order: Order) -> str:
    return order.params.get("ref") or "main"


def _sending(order: Order, which: str) -> Sending:
    given = texts_in(order, which, MAX_VARIABLES)
    variables = [{"key": key, "value": one} for key, one in given.items()]
    body = {"ref": _ref(order), **({"variables": variables} if variables else {})}
    return Sending("POST", f"{_path(order)}/pipeline", body)


REMEDY = GitLab()
