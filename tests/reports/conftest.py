"""Reports are read at one fixed moment."""

from __future__ import annotations

import pytest

from core import clock
from tests.reports.scene import NOW


@pytest.fixture(autouse=True)
def _standing_still(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)
