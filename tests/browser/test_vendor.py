"""What the browser tests took from others is what VENDOR.md says."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

VENDOR = Path(__file__).parent / "vendor"
ROW = re.compile(r"^\| `(?P<file>[^`]+)` \|.*\| `(?P<sha>[0-9a-f]{64})` \|$", re.MULTILINE)
WRITTEN_DOWN = dict(ROW.findall((VENDOR / "VENDOR.md").read_text()))


def test_each_vendored_script_is_written_down_with_the_hash_it_has() -> None:
    present = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in VENDOR.glob("*.js")
    }
    assert present
    assert present == WRITTEN_DOWN


def test_the_licence_that_is_named_lies_beside_it() -> None:
    named = re.findall(r"`(LICENSE[^`]+)`", (VENDOR / "VENDOR.md").read_text())
    assert named
    assert all((VENDOR / name).is_file() for name in named)
