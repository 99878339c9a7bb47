"""What users install has all that the program imports: the tests' own tools must not hide a gap."""

from __future__ import annotations

import ast
import re
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NOT_OURS = {".venv", ".venv-examples", "tests", "bench", "site", "deploy", "clients", "examples"}
"""`clients` has a distribution of its own, and examples show the libraries of others."""

OPTIONAL = {"weasyprint"}
"""Imported where it is used, with a sentence where it is missing; see requirements-pdf.in."""


def locked(name: str) -> set[str]:
    text = (ROOT / name).read_text()
    return {
        match.lower().replace("_", "-")
        for match in re.findall(r"^([A-Za-z0-9._-]+)==", text, re.MULTILINE)
    }


def imported() -> dict[str, str]:
    """Top-level modules that the program imports, each with one file that does."""
    found: dict[str, str] = {}
    for path in ROOT.rglob("*.py"):
        relative = path.relative_to(ROOT)
        if relative.parts[0] in NOT_OURS:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names = [node.module]
            for name in names:
                found.setdefault(name.partition(".")[0], str(relative))
    return found


OURS = {path.name for path in ROOT.iterdir() if (path / "__init__.py").exists()}
THIRD = sorted(set(imported()) - set(sys.stdlib_module_names) - OURS - OPTIONAL)


@pytest.mark.parametrize("module", THIRD)
def test_what_the_program_imports_is_installed_by_make_run(module: str) -> None:
    found = packages_distributions().get(module, [])
    distributions = {name.lower().replace("_", "-") for name in found}
    assert distributions & locked("requirements.txt"), f"{module} in {imported()[module]}"


def test_the_tests_run_on_the_same_versions() -> None:
    def pins(name: str) -> set[str]:
        return set(re.findall(r"^[A-Za-z0-9._-]+==\S+", (ROOT / name).read_text(), re.MULTILINE))

    assert pins("requirements.txt") <= pins("requirements-dev.txt")
