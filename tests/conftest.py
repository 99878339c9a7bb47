"""What holds for every test. Fixtures of one room live beside that room's tests."""

from __future__ import annotations

from hypothesis import settings

# Two busy cores make honest examples slow; a time limit would only measure the machine.
settings.register_profile("aire", deadline=None, database=None)
settings.load_profile("aire")

pytest_plugins = ["tests.cast"]
