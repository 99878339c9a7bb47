"""Apprise as a sender: what its own library posts, read by the mapping of our docs."""

from __future__ import annotations

import re
import secrets
from pathlib import Path

import apprise
import pytest
import yaml

from tests.program.checker import settle
from tests.program.harness import Program

pytestmark = pytest.mark.program
README = Path(__file__).parents[2] / "integrations" / "generic" / "README.md"


def documented_mapping() -> object:
    section = README.read_text().split("## Apprise")[1]
    block = re.search(r"```yaml\n(.*?)```", section, re.DOTALL)
    assert block
    return yaml.safe_load(block[1])["mapping"]


def test_what_apprise_says_failed_pages_and_its_success_ends_it() -> None:
    key = secrets.token_urlsafe(32)
    document = {
        "apiVersion": "aire/v1",
        "kind": "Source",
        "metadata": {"name": "apprise"},
        "spec": {
            "format": "generic", "system": "support-assistant", "key": "${APPRISE_KEY}",
            "mapping": documented_mapping(),
        },
    }  # fmt: skip
    with Program(env={"APPRISE_KEY": key}) as program:
        program.manage("apply", "-", text=yaml.safe_dump(document))
        sender = apprise.Apprise(f"json://127.0.0.1:{program.port}/in/{key}/generic/")

        def statuses() -> list[tuple[object, ...]]:
            return program.rows("SELECT status, severity FROM alerts_alert")

        assert sender.notify(title="Recall fell", body="by half", notify_type="failure")
        program.until(lambda: statuses() == [("firing", "sev2")], "it was not read", seconds=20)
        settle(program)
        assert program.inboxes.about("Recall fell", channel="email")
        assert sender.notify(title="Recall fell", body="is back", notify_type="success")
        program.until(lambda: statuses() == [("resolved", "sev2")], "it is not over", seconds=20)
        settle(program)
        assert program.api("GET", "incidents/")[1]["results"][0]["status"] == "resolved"
