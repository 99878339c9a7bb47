"""MLflow's model registry as far as AIRE asks it, with its paths, page tokens and refusals, and
state that stays."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.fakes.tracker_server import Answer, FakeServer

TOKEN = "a-token-of-mlflow"
ROOT = "/api/2.0/mlflow/"
EPOCH = 1_760_000_000_000
PROMPTS = "tags.`mlflow.prompt.is_prompt` = 'true'"
FILTER = re.compile(r"name\s*=\s*'([^']*)'")


def _is_prompt(model: dict[str, Any]) -> bool:
    return {"key": "mlflow.prompt.is_prompt", "value": "true"} in model["tags"]


class FakeMLflow(FakeServer):
    """`models` by name: each with tags, aliases and `versions` (numbers from 1). Answers carry at
    most two entries a page, so that tokens matter; `latest_versions` is empty where models live by
    aliases, as in MLflow 3."""

    def __init__(self) -> None:
        super().__init__()
        self.models: dict[str, dict[str, Any]] = {}

    def register(
        self, name: str, *, versions: int = 1, alias: tuple[str, int] | None = None, **tags: str
    ) -> None:
        self.models[name] = {
            "name": name, "description": f"{name} by hand", "versions": versions,
            "aliases": [{"alias": alias[0], "version": str(alias[1])}] if alias else [],
            "tags": [{"key": key.replace("__", "."), "value": tags[key]} for key in tags],
        }  # fmt: skip

    def answer(self, method: str, path: str, headers: Any, body: Any) -> Answer:
        if headers.get("Authorization") != f"Bearer {TOKEN}":
            return Answer(401, {"error_code": "UNAUTHENTICATED", "message": "Sign in"})
        parts = urlsplit(path)
        query = {key: values[0] for key, values in parse_qs(parts.query).items()}
        if method == "GET" and parts.path == f"{ROOT}registered-models/search":
            wanted = PROMPTS in query.get("filter", "")
            found = [self._model(row) for row in self.models.values() if _is_prompt(row) == wanted]
            return self._page("registered_models", found, query)
        if method == "GET" and parts.path == f"{ROOT}model-versions/search":
            return self._page("model_versions", self._versions(query), query)
        return Answer(404, {"error_code": "ENDPOINT_NOT_FOUND", "message": "No such endpoint"})

    def _model(self, model: dict[str, Any]) -> dict[str, Any]:
        shown = {key: value for key, value in model.items() if key != "versions"}
        return {**shown, "creation_timestamp": EPOCH, "latest_versions": []}

    def _versions(self, query: dict[str, str]) -> list[dict[str, Any]]:
        """Prompts are left out unless the filter asks for them or names one, as in MLflow."""
        asked = query.get("filter", "")
        wanted = FILTER.fullmatch(asked)
        found = [
            {"name": name, "version": str(n), "current_stage": "None", "status": "READY",
             "creation_timestamp": EPOCH + n * 86_400_000, "user_id": "zoe"}
            for name, model in self.models.items()
            for n in range(1, model["versions"] + 1)
            if (wanted[1] == name if wanted else _is_prompt(model) == (PROMPTS in asked))
        ]  # fmt: skip
        if query.get("order_by") == "version_number DESC":
            return sorted(found, key=lambda row: -int(row["version"]))
        if query.get("order_by") == "creation_timestamp DESC":
            return sorted(found, key=lambda row: -row["creation_timestamp"])
        return found

    def _page(self, key: str, found: list[dict[str, Any]], query: dict[str, str]) -> Answer:
        start = int(query.get("page_token", "0") or 0)
        size = min(int(query.get("max_results", "100")), 2)
        page: dict[str, Any] = {key: found[start : start + size]} if found else {}
        if start + size < len(found):
            page["next_page_token"] = str(start + size)
        return Answer(200, page)
