"""The environment, and the file that lists it."""

from __future__ import annotations

import re

import pytest

from aire_web.env import Environment
from aire_web.env_example import FILE, example, variable

CONTRACT = {
    "DATABASE_URL", "REDIS_URL", "AIRE_SECRET_KEY", "AIRE_BASE_URL", "AIRE_HOME", "AIRE_PORT",
    "AIRE_ADMIN_EMAIL", "AIRE_ADMIN_PASSWORD", "AIRE_SLACK_BOT_TOKEN",
    "AIRE_SLACK_SIGNING_SECRET", "AIRE_SLACK_APP_TOKEN", "AIRE_SLACK_API_URL", "AIRE_EMAIL_URL",
    "AIRE_ALLOW_PRIVATE_NETWORK",
}  # fmt: skip


def test_the_example_file_is_current() -> None:
    assert FILE.read_text() == example(), "Run: python -m aire_web.env_example"


def test_the_example_lists_every_promised_variable_once() -> None:
    listed = re.findall(r"^#([A-Z_]+)=", example(), flags=re.MULTILINE)
    assert set(listed) >= CONTRACT
    assert len(listed) == len(set(listed))


@pytest.mark.parametrize("name", list(Environment.model_fields))
def test_every_variable_says_in_one_line_what_it_is(name: str) -> None:
    field = Environment.model_fields[name]
    assert field.description
    assert "\n" not in field.description
    assert field.description == field.description.strip()


def test_a_variable_is_read_under_the_name_that_the_example_gives(monkeypatch) -> None:
    for name in ("database_url", "base_url", "log_level"):
        monkeypatch.setenv(variable(name, Environment.model_fields[name]), "given")
        assert getattr(Environment(), name) == "given"
