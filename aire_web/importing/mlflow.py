"""MLflow's registry as parts of systems. Pure.

A registered model is a part of the system that its tag `system` names, else of a system named like
it. Which version counts: that of the alias `champion` or `production`, else the one in the stage
Production, else the newest.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from aire_web.importing.converted import Converted, Export, number, row, rows, text

LIVE = ("champion", "production", "prod", "live")
PROMPT = "mlflow.prompt.is_prompt"
KINDS = frozenset({"classical", "llm", "rag", "agent", "pipeline"})


def convert(export: Export) -> Converted:
    made = Converted()
    newest = {text(one.get("name")): one for one in _newest(export)}
    specs: dict[str, dict[str, Any]] = {}
    shown: dict[str, str] = {}
    slugs: dict[str, str] = {}
    base = text(row(next(iter(export.get("server", [])), {})).get("address"))
    for model in export.get("registered_models", []):
        name = text(model.get("name"))
        if not name:
            made.leave("model", "", "It has no name.")
            continue
        tags = _tags(model)
        is_prompt = tags.get(PROMPT, "").lower() == "true"
        named = tags.get("system", "")
        if is_prompt and not named:
            made.leave("prompt", name, "It has no tag system that says whose prompt it is.")
            continue
        asked = named or name
        if asked not in slugs:
            slugs[asked] = made.name_for("System", asked)
        slug = slugs[asked]
        shown.setdefault(slug, asked)
        spec = specs.setdefault(slug, {"kind": _kind(tags), "parts": []})
        if not named and text(model.get("description")):
            spec["description"] = text(model.get("description"))[:10_000]
        spec["parts"].append(_part(name, is_prompt, _live(model, newest.get(name, {})), base))
    for slug, spec in specs.items():
        made.add("System", slug, shown[slug], spec)
    return made


def _part(name: str, is_prompt: bool, version: str, base: str) -> dict[str, Any]:
    part: dict[str, Any] = {"kind": "prompt" if is_prompt else "model", "name": name[:120]}
    if version:
        part["version"] = version
    if base and not is_prompt:
        part["url"] = f"{base}/#/models/{quote(name, safe='')}"
    return part


def _live(model: dict[str, Any], newest: dict[str, Any]) -> str:
    aliases = {text(one.get("alias")).lower(): text(one.get("version"))
               for one in rows(model.get("aliases"))}  # fmt: skip
    for alias in LIVE:
        if aliases.get(alias):
            return aliases[alias]
    latest = rows(model.get("latest_versions"))
    for one in latest:
        if text(one.get("current_stage")) == "Production":
            return text(one.get("version"))
    known = sorted([*latest, newest], key=lambda one: number(one.get("version")))
    return text(known[-1].get("version"))


def _newest(export: Export) -> Iterator[dict[str, Any]]:
    """Of each name the last one is the newest."""
    found = export.get("model_versions", [])
    yield from sorted(found, key=lambda one: number(one.get("version")))


def _kind(tags: dict[str, str]) -> str:
    return tags["kind"] if tags.get("kind") in KINDS else "classical"


def _tags(model: dict[str, Any]) -> dict[str, str]:
    return {text(one.get("key")): text(one.get("value")) for one in rows(model.get("tags"))}
