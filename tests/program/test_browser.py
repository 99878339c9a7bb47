"""A person at a real Chromium: signs in, sees an incident appear, works it, reads its story."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.program.checker import check, settle
from tests.program.harness import ADMIN, PASSWORD, Program
from tests.program.payloads import alert, captured

pytestmark = [pytest.mark.program, pytest.mark.browser]

CHROME = Path(os.environ.get("AIRE_CHROME") or "/usr/bin/chromium")
TITLE = "Grounded-answer budget of support-assistant burns 14.4x too fast"
# Lists refresh every five seconds.
APPEARS_WITHIN_MS = 15_000


@pytest.fixture(scope="module")
def program() -> Iterator[Program]:
    with Program() as running:
        yield running


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    assert CHROME.exists(), f"no browser at {CHROME}: install Chromium or set AIRE_CHROME"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROME, args=["--no-sandbox"])
        yield browser
        browser.close()


def sign_in(page: Page, program: Program) -> None:
    page.goto(f"http://127.0.0.1:{program.port}/incidents/")
    page.get_by_label("E-mail address").fill(ADMIN)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Incidents", level=1)).to_be_visible()


def complaints(page: Page) -> list[str]:
    """Collects what the browser complains of: errors, broken policies, answers that failed."""
    said: list[str] = []
    page.on("console", lambda m: said.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("response", lambda r: said.append(f"{r.status} {r.url}") if r.status >= 400 else None)
    return said


def test_an_incident_appears_is_acknowledged_and_resolved_and_its_timeline_tells_it(
    program: Program, chromium: Browser
) -> None:
    page = chromium.new_page()
    said = complaints(page)
    sign_in(page, program)
    page.evaluate("window.neverReloaded = true")
    program.sender.post("prod", captured("webhook-single-firing"))
    row = page.get_by_role("link", name=TITLE)
    expect(row).to_be_visible(timeout=APPEARS_WITHIN_MS)
    assert page.evaluate("window.neverReloaded") is True

    row.click()
    expect(page.get_by_role("heading", name=TITLE, level=1)).to_be_visible()
    head = page.locator(".page-head")
    status = head.locator(".meta")
    page.get_by_role("button", name="Acknowledge").click()
    expect(status.get_by_text("Acknowledged", exact=True)).to_be_visible()
    page.get_by_label("Update or note").fill("The judge model was **swapped** at noon.")
    page.get_by_role("button", name="Add note").click()
    expect(page.locator("#timeline strong", has_text="swapped")).to_be_visible()
    head.get_by_label("More").click()
    head.get_by_role("button", name="Resolve").click()
    expect(status.get_by_text("Resolved", exact=True)).to_be_visible()

    settle(program)
    page.reload()
    timeline = page.locator("#timeline")
    for line in (
        f"Firing: {TITLE}",
        "Paged Ana",
        "by email was handed over",
        "by slack was handed over",
        "acknowledged",
        "resolved",
    ):
        expect(timeline).to_contain_text(re.compile(re.escape(line), re.IGNORECASE))
    assert said == []
    check(program)


def test_without_javascript_an_incident_can_be_read_acknowledged_and_updated(
    program: Program, chromium: Browser
) -> None:
    page = chromium.new_context(java_script_enabled=False).new_page()
    said = complaints(page)
    sign_in(page, program)
    program.sender.post("prod", alert("Plain"))
    program.until(lambda: bool(program.inboxes.about("Plain")), "no page", seconds=10)
    page.reload()
    page.get_by_role("link", name="Plain burns its budget").click()
    page.get_by_role("button", name="Acknowledge").click()
    expect(page.locator(".page-head .meta").get_by_text("Acknowledged", exact=True)).to_be_visible()
    page.get_by_label("Update or note").fill("Read on paper.")
    page.get_by_role("button", name="Add note").click()
    expect(page.locator("#timeline")).to_contain_text("Read on paper.")
    assert said == []
    settle(program)
    check(program)


def test_a_long_name_from_outside_fits_a_phone(program: Program, chromium: Browser) -> None:
    page = chromium.new_context(viewport={"width": 360, "height": 740}).new_page()
    sign_in(page, program)
    program.sender.post("prod", alert("Phone" + "Long" * 20))
    row = page.get_by_role("link", name="PhoneLong")
    expect(row).to_be_visible(timeout=APPEARS_WITHIN_MS)
    assert overhang(page) <= 0
    row.click()
    expect(page.get_by_role("button", name="Acknowledge")).to_be_visible()
    assert overhang(page) <= 0


def overhang(page: Page) -> int:
    """By how many pixels the page is wider than the screen."""
    root = "document.documentElement"
    return int(page.evaluate(f"{root}.scrollWidth - {root}.clientWidth"))
