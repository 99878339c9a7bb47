"""Reads `data/*.yaml`: the templates that come with this release. No database."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from postmortems.template_body import SEVERITY_NAMES, TemplateBody

DATA = Path(__file__).resolve().parent / "data"
_SEVERE = ["sev1", "sev2"]


@dataclass(frozen=True, slots=True)
class ShippedTemplate:
    slug: str
    title: str
    body: TemplateBody


@cache
def shipped_templates() -> tuple[ShippedTemplate, ...]:
    """Read once a process: they change only with a release."""
    library = _read("sections.yaml")
    return tuple(_template(item, library) for item in _read("templates.yaml"))


def _template(item: dict[str, Any], library: dict[str, Any]) -> ShippedTemplate:
    classes = item.get("causeClasses", [])
    body = {
        "description": item["description"],
        "systemKinds": item.get("systemKinds", []),
        "causeClasses": classes,
        "position": item["position"],
        "sections": [
            {"key": key, **library[key], "requiredFor": _required(rule, classes)}
            for key, rule in item["sections"].items()
        ],
    }
    return ShippedTemplate(item["name"], item["title"], TemplateBody.model_validate(body))


def _required(rule: str, classes: list[str]) -> dict[str, list[str]]:
    """`class` implies the grave severities too: the class alone can be a guess."""
    rules: dict[str, dict[str, list[str]]] = {
        "always": {"severities": list(SEVERITY_NAMES)},
        "sev": {"severities": _SEVERE},
        "class": {"severities": _SEVERE, "causeClasses": classes},
        "": {},
    }
    return rules[rule]


def _read(name: str) -> Any:
    with (DATA / name).open(encoding="utf-8") as file:
        return yaml.load(file, Loader=yaml.CSafeLoader)  # the safe loader, in C
