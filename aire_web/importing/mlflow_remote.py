"""Reading MLflow's registry through its REST API 2.0, page by page."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any

from aire_web.importing.converted import rows, text
from aire_web.importing.remote import Lists, Remote, bounded, refused

PAGE = 100
REGISTRY = "api/2.0/mlflow"


def read_mlflow(address: str, token: str) -> Lists:
    """Registered models, and the newest version of each that tells of none. `token` is a bearer
    token, or `user:password` for basic authentication."""
    if not address:
        raise refused("Give the address of your MLflow server, like https://mlflow.example.org.")
    base = address.rstrip("/")
    remote = Remote(base, {"Authorization": _authorization(token)})

    def pages() -> Iterator[dict[str, Any]]:
        following: dict[str, str] = {}
        while True:
            answer = remote.get(
                f"{REGISTRY}/registered-models/search", max_results=PAGE, **following
            )
            yield from rows(answer.get("registered_models"))
            # An absent or empty token ends it.
            following = {"page_token": text(answer.get("next_page_token"))}
            if not following["page_token"]:
                return

    models = bounded(pages(), "registered models")
    versions = [one for model in models if not _told(model) for one in _newest(remote, model)]
    return {
        "registered_models": models,
        "model_versions": versions,
        "server": [{"address": base}],
    }


def _told(model: dict[str, Any]) -> bool:
    return bool(rows(model.get("latest_versions")) or rows(model.get("aliases")))


def _newest(remote: Remote, model: dict[str, Any]) -> list[dict[str, Any]]:
    name = text(model.get("name"))
    if not name or "'" in name:
        return []
    answer = remote.get(
        f"{REGISTRY}/model-versions/search",
        filter=f"name='{name}'",
        max_results=1,
        order_by="version_number DESC",
    )
    return rows(answer.get("model_versions"))[:1]


def _authorization(token: str) -> str:
    if ":" in token:
        return f"Basic {base64.b64encode(token.encode()).decode('ascii')}"
    return f"Bearer {token}"
