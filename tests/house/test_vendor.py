"""What was taken from others is what VENDOR.md says, and the first visit stays small."""

from __future__ import annotations

import gzip
import hashlib
import re
from pathlib import Path

import pytest

STATIC = Path(__file__).resolve().parents[2] / "static"
ROW = re.compile(r"^\| `(?P<file>[^`]+)` \|.*\| `(?P<sha>[0-9a-f]{64})` \|$", re.MULTILINE)
VENDORED = dict(ROW.findall((STATIC / "vendor" / "VENDOR.md").read_text()))


def packed_size(*patterns: str) -> int:
    files = [path for pattern in patterns for path in sorted(STATIC.glob(pattern))]
    assert files
    return sum(len(gzip.compress(path.read_bytes(), 9)) for path in files)


@pytest.mark.parametrize("name", sorted(VENDORED))
def test_a_vendored_file_has_the_hash_written_down(name: str) -> None:
    assert hashlib.sha256((STATIC / name).read_bytes()).hexdigest() == VENDORED[name]


def test_every_vendored_file_is_written_down() -> None:
    present = {f"vendor/{path.name}" for path in (STATIC / "vendor").iterdir()}
    assert present - {"vendor/VENDOR.md"} <= set(VENDORED)
    assert "icons.svg" in VENDORED


def test_the_styles_weigh_at_most_15_kb() -> None:
    assert packed_size("css/*.css") <= 15 * 1024


def test_the_scripts_weigh_at_most_35_kb() -> None:
    assert packed_size("js/*.js", "vendor/*.js") <= 35 * 1024


def test_no_own_script_evaluates_text() -> None:
    for path in (STATIC / "js").glob("*.js"):
        code = path.read_text()
        assert "eval(" not in code, path.name
        assert "innerHTML" not in code, path.name


def test_every_icon_a_template_names_is_in_the_sprite() -> None:
    sprite = set(re.findall(r'<symbol id="([a-z0-9-]+)"', (STATIC / "icons.svg").read_text()))
    tag = re.compile(
        r'{%\s*(?:icon|nav_link\s+"[^"]*"\s+"[^"]*")\s+"([^"]+)"|(?:action_icon|icon_name)="([^"]+)"'
    )
    missing = {
        (str(path.relative_to(STATIC.parent)), name)
        for path in (STATIC.parent / "templates").rglob("*.html")
        for names in tag.findall(path.read_text())
        if (name := names[0] or names[1]) not in sprite
    }
    assert missing == set()
