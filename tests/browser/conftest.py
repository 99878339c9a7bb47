"""One Chromium and one running program for all files here that a process runs one after another.
No longer: an event loop that stayed would be in the way of the tests after them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.desk import Desk

CHROME = Path(os.environ.get("AIRE_CHROME") or "/usr/bin/chromium")


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    assert CHROME.exists(), f"no browser at {CHROME}: install Chromium or set AIRE_CHROME"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROME, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def desk(chromium: Browser) -> Iterator[Desk]:
    with Desk(chromium) as running:
        yield running
