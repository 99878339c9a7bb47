"""Writes `.env.example` from the fields of `aire_web.env`: `python -m aire_web.env_example`."""

from __future__ import annotations

from pathlib import Path

from pydantic import AliasChoices, AliasPath
from pydantic.fields import FieldInfo

from aire_web.env import Environment

FILE = Path(__file__).resolve().parent.parent / ".env.example"
_HEAD = """\
# AIRE's settings, all optional in development. Made by `python -m aire_web.env_example`.
# AIRE reads the environment, not this file: `set -a; . ./.env; set +a`, or your service manager.
"""
_FOR_TESTS = frozenset({"crash_at"})


def example() -> str:
    """One line of explanation and one of setting for each variable; unset ones are commented."""
    lines = [_HEAD]
    for name, field in Environment.model_fields.items():
        if name not in _FOR_TESTS:
            lines.append(f"# {field.description}\n#{variable(name, field)}={_default(field)}\n")
    return "\n".join(lines)


def variable(name: str, field: FieldInfo) -> str:
    """The name of the environment variable behind a field."""
    alias = field.validation_alias
    if isinstance(alias, AliasChoices | AliasPath):
        raise TypeError(f"{name}: give the field one plain alias")
    prefix = str(Environment.model_config.get("env_prefix", ""))
    return alias or f"{prefix}{name.upper()}"


def _default(field: FieldInfo) -> str:
    if field.default is None:
        return ""
    if isinstance(field.default, bool):
        return str(field.default).lower()
    return str(field.default)


if __name__ == "__main__":
    FILE.write_text(example())
