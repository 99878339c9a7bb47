"""MLflow's registry as parts of systems. Pure.

A registered model is a part of the system that its tag `system` names, else of a system named like
it. Which version counts: that of the alias `champion` or `production`, else the one in the stage
Production, else the newest. What was registered, and where aliases point, becomes changes.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from aire_web.importing.converted import Converted, Export, Past, number, row, rows, text

LIVE = ("champion", "production", "prod", "live")
MOST_VERSIONS = 50
"""Of one model, the newest; what is older says nothing of today's failures."""
PROMPT = "mlflow.prompt.is_prompt"
KINDS = frozenset({"classical", "llm", "rag", "agent", "pipeline"})


def convert(export: Export) -> Converted:
    made = Converted()
    versions: dict[str, list[dict[str, Any]]] = {}
    for one in _by_number(export):
        versions.setdefault(text(one.get("name")), []).append(one)
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
        mine = versions.get(name, [])
        alias, live = _live(model, mine[-1] if mine else {})
        part = _part(name, is_prompt, live, base)
        spec["parts"].append(part)
        made.past += _past(slug, part, model, mine[-MOST_VERSIONS:], alias)
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


def _live(model: dict[str, Any], newest: dict[str, Any]) -> tuple[str, str]:
    """The alias that says which version counts, where one does, and that version."""
    aliases = {text(one.get("alias")).lower(): one for one in rows(model.get("aliases"))}
    for alias in LIVE:
        if version := text(aliases.get(alias, {}).get("version")):
            return text(aliases[alias].get("alias")), version
    latest = rows(model.get("latest_versions"))
    for one in latest:
        if text(one.get("current_stage")) == "Production":
            return "", text(one.get("version"))
    known = sorted([*latest, newest], key=lambda one: number(one.get("version")))
    return "", text(known[-1].get("version"))


def _past(
    slug: str,
    part: dict[str, Any],
    model: dict[str, Any],
    versions: list[dict[str, Any]],
    live: str,
) -> Iterator[Past]:
    """When each version was registered, and where each alias points. MLflow keeps no time of an
    alias: it was set after its version was made."""
    kind, name = part["kind"], part["name"]
    what = f"{kind.capitalize()} {name}"
    made: dict[str, datetime] = {}
    before = ""
    for one in versions:
        version, at = text(one.get("version")), _time(one.get("creation_timestamp"))
        if not version or at is None or text(one.get("status")) == "FAILED_REGISTRATION":
            continue
        made[version] = at
        remark = text(one.get("description"))[:300]
        yield Past(
            slug, kind, name, version, f"{what} version {version} ",
            f"{what} version {version} was registered" + (f" ({remark})" if remark else ""),
            at, previous=before, author=text(one.get("user_id"))[:200],
            url=f"{part['url']}/versions/{version}" if part.get("url") else "",
        )  # fmt: skip
        before = version
    for one in rows(model.get("aliases")):
        alias, version = text(one.get("alias"))[:80], text(one.get("version"))
        if alias and version in made:
            yield Past(
                slug, kind, name, version, f"{what}: {alias} is ",
                f"{what}: {alias} is version {version}, as MLflow's registry says",
                made[version], bound=True, first=alias == live,
            )  # fmt: skip


def _time(value: object) -> datetime | None:
    """Milliseconds since 1970."""
    try:
        found = datetime.fromtimestamp(number(value) / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return found if found.year >= 2000 else None


def _by_number(export: Export) -> list[dict[str, Any]]:
    found = export.get("model_versions", [])
    return sorted(found, key=lambda one: number(one.get("version")))


def _kind(tags: dict[str, str]) -> str:
    return tags["kind"] if tags.get("kind") in KINDS else "classical"


def _tags(model: dict[str, Any]) -> dict[str, str]:
    return {text(one.get("key")): text(one.get("value")) for one in rows(model.get("tags"))}
