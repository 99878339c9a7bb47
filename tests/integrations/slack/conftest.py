"""A fake Slack that the settings point at."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from integrations.slack.channel import SlackChannel
from notifications.channels import channels
from notifications.inapp import InAppChannel
from tests.fakes.paging import person
from tests.fakes.slack import FakeSlack

__all__ = ["person"]


@pytest.fixture
def slack(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeSlack]:
    monkeypatch.setattr(channels, "_items", {"in_app": InAppChannel(), "slack": SlackChannel()})
    with FakeSlack() as fake:
        settings.AIRE_SLACK_API_URL = fake.url
        settings.AIRE_SLACK_BOT_TOKEN = fake.token
        settings.AIRE_SLACK_SIGNING_SECRET = fake.signing_secret
        yield fake
