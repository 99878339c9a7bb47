"""Reading MLflow's registry through its REST API 2.0, page by page."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from itertools import islice
from typing import Any

from aire_web.importing.converted import rows, text
from aire_web.importing.remote import Lists, Remote, bounded, refused

PAGE = 100
REGISTRY = "api/2.0/mlflow"
MAX_VERSIONS = 2_000
_BOTH: tuple[dict[str, str], ...] = (
    {},
    {"filter": "tags.`mlflow.prompt.is_prompt` = 'true'"},
)
"""A search leaves prompts out unless it asks for them."""


def read_mlflow(address: str, token: str) -> Lists:
    """Registered models and prompts, and their newest versions. `token` is a bearer token, or
    `user:password` for basic authentication."""
    if not address:
        raise refused("Give the address of your MLflow server, like https://mlflow.example.org.")
    base = address.rstrip("/")
    remote = Remote(base, {"Authorization": _authorization(token)})
    models = bounded(_models(remote), "registered models")
    versions = list(islice(_versions(remote), MAX_VERSIONS))
    told = {text(one.get("name")) for one in versions}
    # What lies behind so many newer ones is asked for by itself.
    versions += [
        one
        for model in models
        if not _told(model) and text(model.get("name")) not in told
        for one in _newest(remote, model)
    ]
    return {
        "registered_models": models,
        "model_versions": versions,
        "server": [{"address": base}],
    }


def _models(remote: Remote) -> Iterator[dict[str, Any]]:
    for asked in _BOTH:
        yield from _pages(remote, "registered-models", "registered_models", asked)


def _versions(remote: Remote) -> Iterator[dict[str, Any]]:
    for asked in _BOTH:
        newest_first = {**asked, "order_by": "creation_timestamp DESC"}
        yield from _pages(remote, "model-versions", "model_versions", newest_first)


def _pages(remote: Remote, path: str, key: str, asked: dict[str, str]) -> Iterator[dict[str, Any]]:
    following: dict[str, str] = {}
    while True:
        answer = remote.get(
            f"{REGISTRY}/{path}/search",
            # Servers from before prompts refuse the filter.
            missing=(400,) if "filter" in asked else (),
            max_results=PAGE,
            **asked,
            **following,
        )
        yield from rows(answer.get(key))
        # An absent or empty token ends it.
        following = {"page_token": text(answer.get("next_page_token"))}
        if not following["page_token"]:
            return


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
