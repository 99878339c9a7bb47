"""What holds for every test. Fixtures of one room live beside that room's tests."""

from __future__ import annotations

import os

import pytest
from django.conf import settings as django_settings
from hypothesis import settings as hypothesis_settings

# Playwright keeps an event loop in this process, which Django takes for asynchronous code. The
# programs under test do not inherit this: there the guard stays on.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

# Two busy cores make honest examples slow; a time limit would only measure the machine.
hypothesis_settings.register_profile("aire", deadline=None, database=None)
hypothesis_settings.load_profile("aire")

pytest_plugins = ["tests.cast", "tests.flushing"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files that start the whole program come first: each is one worker's for minutes, and with
    them last the other workers would stand still."""
    items.sort(key=lambda item: not any(map(item.get_closest_marker, ("browser", "program"))))


@pytest.fixture(autouse=True, scope="session")
def _folder_of_static_files() -> None:
    """`manage.py prepare` makes it before a start; WhiteNoise says so when it is missing."""
    django_settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)


@pytest.fixture(autouse=True)
def _no_hints(monkeypatch: pytest.MonkeyPatch) -> None:
    """No worker listens here: what a hint would start, a test starts itself."""
    monkeypatch.setattr(django_settings, "AIRE_HINTS", False)
