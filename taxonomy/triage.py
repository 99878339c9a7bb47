"""Reads `data/triage.yaml`: what to check, do and secure first, by class. No database."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

DATA = Path(__file__).resolve().parent / "data" / "triage.yaml"


@dataclass(frozen=True, slots=True)
class Check:
    """`id` is unique within its class; ticks are kept under `class/id`."""

    id: str
    text: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Triage:
    slug: str
    checks: tuple[Check, ...]
    mitigations: tuple[str, ...]
    evidence: tuple[str, ...]


@cache
def triages() -> dict[str, Triage]:
    """By the slug of the class; a class made by an admin has none."""
    with DATA.open(encoding="utf-8") as file:
        document = yaml.load(file, Loader=yaml.CSafeLoader)  # the safe loader, in C
    return {
        slug: Triage(
            slug,
            tuple(Check(**check) for check in given["checks"]),
            tuple(given["mitigations"]),
            tuple(given["evidence"]),
        )
        for slug, given in document.items()
    }


def check_named(item: str) -> Check | None:
    """The check of `class/id`."""
    slug, _, name = item.partition("/")
    triage = triages().get(slug)
    return next((one for one in triage.checks if one.id == name), None) if triage else None
