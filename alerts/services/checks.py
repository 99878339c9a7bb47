"""What a source and a route are both checked for. Each check adds its sentences by field."""

from __future__ import annotations

import re

from catalog.models import System

Errors = dict[str, list[str]]
SLUG = re.compile(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")


RESERVED = frozenset({"new", "try", "dry-run"})
"""Parts of addresses that a short name would hide behind."""


def check_slug(slug: str, errors: Errors) -> None:
    if not SLUG.fullmatch(slug):
        errors["slug"] = ["Use lower-case letters, digits and dashes, at most 63 characters."]
    elif slug in RESERVED:
        errors["slug"] = ["AIRE has an address of this name. Choose another."]


def check_name(name: str, what: str, errors: Errors) -> None:
    if not name.strip():
        errors["name"] = [f"Give the {what} a name."]


def system_named(slug: str | None, errors: Errors) -> System | None:
    if not slug:
        return None
    system = System.objects.filter(slug=slug).first()
    if system is None:
        errors["system"] = [f"There is no system {slug!r}."]
    return system
