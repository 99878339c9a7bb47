"""GitHub's workflows, GitLab's pipelines and MLflow's registry, as they are documented."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from tests.fakes.tracker_server import Answer, FakeServer

TOKEN = "pipeline-token"


class FakeActions(FakeServer):
    """GitHub: `POST …/dispatches` answers 204; inputs that the workflow does not declare, 422."""

    repository = "acme/models"

    def __init__(self) -> None:
        super().__init__()
        self.runs: list[dict[str, Any]] = []
        self.state = "active"

    def answer(self, method: str, path: str, headers: Any, body: Any) -> Answer:
        if headers.get("Authorization") != f"Bearer {TOKEN}":
            return Answer(401, {"message": "Bad credentials"})
        base = f"/repos/{self.repository}/actions/workflows/retrain.yml"
        if path == base and method == "GET":
            return Answer(200, {"id": 7, "name": "Retrain", "state": self.state})
        if path != f"{base}/dispatches" or method != "POST":
            return Answer(404, {"message": "Not Found"})
        if set(body.get("inputs", {})) - {"reason", "mode"}:
            return Answer(422, {"message": "Unexpected inputs provided"})
        if body.get("ref") != "main":
            return Answer(422, {"message": f"No ref found for: {body.get('ref')}"})
        self.runs.append(body)
        return Answer(204)


class FakeGitLab(FakeServer):
    project = "acme/models"

    def __init__(self) -> None:
        super().__init__()
        self.pipelines: list[dict[str, Any]] = []

    def answer(self, method: str, path: str, headers: Any, body: Any) -> Answer:
        if headers.get("PRIVATE-TOKEN") != TOKEN:
            return Answer(401, {"message": "401 Unauthorized"})
        found = re.fullmatch(r"/projects/([^/]+)(/pipeline)?", path)
        if found is None or unquote(found[1]) != self.project:
            return Answer(404, {"message": "404 Project Not Found"})
        if method == "GET" and not found[2]:
            return Answer(200, {"id": 3, "path_with_namespace": self.project})
        if body.get("ref") != "main":
            return Answer(400, {"message": {"base": ["Reference not found"]}})
        number = len(self.pipelines) + 1
        self.pipelines.append(body)
        address = f"https://gitlab.com/{self.project}/-/pipelines/{number}"
        return Answer(201, {"id": number, "status": "created", "web_url": address})


class FakeMLflow(FakeServer):
    """One registered model with versions; aliases point to one of them."""

    model = "fraud"

    def __init__(self) -> None:
        super().__init__()
        self.versions = {"1": "READY", "2": "READY", "3": "FAILED_REGISTRATION", "4": "READY"}
        self.aliases = {"champion": "4"}

    def answer(self, method: str, path: str, headers: Any, body: Any) -> Answer:
        if headers.get("Authorization") != f"Bearer {TOKEN}":
            return Answer(401, "You are not authenticated.")
        parts = urlsplit(path)
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if parts.path == "/api/2.0/mlflow/model-versions/search":
            if asked.get("filter") != f"name='{self.model}'":
                return Answer(200, {})
            rows = [_version(number, state) for number, state in self.versions.items()]
            return Answer(200, {"model_versions": rows})
        if parts.path != "/api/2.0/mlflow/registered-models/alias":
            return Answer(404, {"error_code": "ENDPOINT_NOT_FOUND", "message": "Not found"})
        given = body or asked
        if given.get("name") != self.model:
            return Answer(404, {"error_code": "RESOURCE_DOES_NOT_EXIST", "message": "No model"})
        return self._alias(method, given)

    def _alias(self, method: str, given: dict[str, Any]) -> Answer:
        alias = given["alias"]
        if method == "POST":
            if given["version"] not in self.versions:
                return Answer(404, {"error_code": "RESOURCE_DOES_NOT_EXIST", "message": "None"})
            self.aliases[alias] = given["version"]
            return Answer(200, {})
        if method == "DELETE":
            self.aliases.pop(alias, None)
            return Answer(200, {})
        if alias not in self.aliases:
            said = f"Registered model alias {alias} not found."
            return Answer(400, {"error_code": "INVALID_PARAMETER_VALUE", "message": said})
        number = self.aliases[alias]
        return Answer(200, {"model_version": _version(number, self.versions[number])})


def _version(number: str, state: str) -> dict[str, Any]:
    return {"name": FakeMLflow.model, "version": number, "status": state}
