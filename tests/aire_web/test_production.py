"""What production refuses, and what Django's own deployment check says."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

ROOT = Path(__file__).parents[2]
GOOD = {
    "AIRE_ENV": "production",
    "AIRE_SECRET_KEY": "k3Yx9mQ2vT7bLw4Rz8Hn1Jc6Gf5Dp0Sa-ErUiOyPqWzXcVbNmK",
    "AIRE_ENCRYPTION_KEYS": Fernet.generate_key().decode(),
    "AIRE_BASE_URL": "https://aire.example.org",
}


def check(**changes: str | None) -> subprocess.CompletedProcess[str]:
    given = {**os.environ, **GOOD, **{k: v for k, v in changes.items() if v is not None}}
    given.pop("DJANGO_ALLOW_ASYNC_UNSAFE", None)  # of this process, not of the one checked
    for name, value in changes.items():
        if value is None:
            given.pop(name, None)
    return subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=ROOT,
        env=given,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_the_deployment_check_has_nothing_to_say() -> None:
    done = check()
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("AIRE_SECRET_KEY", None),
        ("AIRE_SECRET_KEY", "short"),
        ("AIRE_SECRET_KEY", "a" * 60),
        ("AIRE_SECRET_KEY", "change-me-change-me-change-me-change-me-change-me-change-me"),
        ("AIRE_ENCRYPTION_KEYS", None),
        ("AIRE_BASE_URL", "http://aire.example.org"),
        ("AIRE_CA_FILE", "README.md"),
    ],
)
def test_production_does_not_start_on_a_bad_setting_and_names_it(
    name: str, value: str | None
) -> None:
    done = check(**{name: value})
    assert done.returncode != 0
    assert name in done.stderr
