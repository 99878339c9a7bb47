"""Two people at real browsers: what one does is on the other's open page, through cuts as well."""

from __future__ import annotations

import math
import os
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.program.harness import ADMIN, PASSWORD, Program
from tests.program.payloads import alert

pytestmark = [pytest.mark.program, pytest.mark.browser]

CHROME = Path(os.environ.get("AIRE_CHROME") or "/usr/bin/chromium")
ANA = "ana@example.org"
ANA_DOCUMENT = """
apiVersion: aire/v1
kind: User
metadata: {name: ana}
spec: {email: ana@example.org, name: Ana, role: responder, password: "${ANA_PASSWORD}"}
"""
AT_MOST_SECONDS = 2.0
UPDATES = 10
# For what is not measured: two busy cores.
PATIENCE_MS = 20_000
ASKED_FIRST = "**/live/me/"
"""What every page asks for as soon as its stream is open, or has turned out not to be there."""


@pytest.fixture(scope="module")
def program() -> Iterator[Program]:
    with Program(env={"ANA_PASSWORD": PASSWORD}) as running:
        running.manage("apply", "-", text=ANA_DOCUMENT)
        yield running


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    assert CHROME.exists(), f"no browser at {CHROME}: install Chromium or set AIRE_CHROME"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROME, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def olga(program: Program, chromium: Browser) -> BrowserContext:
    return signed_in(program, chromium, ADMIN)


@pytest.fixture(scope="module")
def ana(program: Program, chromium: Browser) -> BrowserContext:
    return signed_in(program, chromium, ANA)


def signed_in(program: Program, chromium: Browser, email: str) -> BrowserContext:
    context = chromium.new_context(
        base_url=f"http://127.0.0.1:{program.port}", viewport={"width": 1440, "height": 800}
    )
    page = context.new_page()
    page.goto("/incidents/")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Incidents", level=1)).to_be_visible()
    page.close()
    return context


def declare(program: Program, title: str, severity: str = "sev4") -> str:
    status, made = program.api(
        "POST", "incidents/", {"title": title, "severity": severity, "systems": []}
    )
    assert status == 201, made
    return str(made["ref"])


def note(program: Program, ref: str, text: str) -> None:
    assert program.api("POST", f"incidents/{ref}/events/", {"text": text})[0] == 201


def opened(context: BrowserContext, path: str) -> Page:
    """The page with its stream open: what is on every page has been asked for."""
    page = context.new_page()
    with page.expect_response(ASKED_FIRST, timeout=PATIENCE_MS):
        page.goto(path)
    return page


def test_what_one_person_does_is_on_the_others_page_within_two_seconds(
    program: Program, olga: BrowserContext, ana: BrowserContext
) -> None:
    ref = declare(program, "Answers drift")
    mine, hers = opened(olga, f"/incidents/{ref}/"), opened(ana, f"/incidents/{ref}/")
    took = []
    for number in range(UPDATES):
        mine.locator("#id_text").fill(f"Update number {number}.")
        mine.get_by_role("button", name="Add note").click()
        began = time.monotonic()
        expect(hers.locator("#timeline")).to_contain_text(
            f"Update number {number}.", timeout=PATIENCE_MS
        )
        took.append(time.monotonic() - began)
    p95 = sorted(took)[math.ceil(0.95 * len(took)) - 1]
    assert p95 <= AT_MOST_SECONDS, took

    lasting = hers.locator("time[data-lasting]")
    words = lasting.inner_text()
    expect(lasting).not_to_have_text(words, timeout=PATIENCE_MS)

    # And back, while a note of the other is half written.
    mine.locator("#id_text").fill("Half a sentence")
    hers.get_by_role("button", name=re.compile("Acknowledge")).first.click()
    expect(mine.locator(".page-head .meta")).to_contain_text("Acknowledged")
    expect(mine.locator("#id_text")).to_have_value("Half a sentence")
    expect(mine.locator("#id_text")).to_be_focused()
    mine.close()
    hers.close()


def test_a_list_shows_a_new_incident_and_an_unchanged_fragment_transfers_nothing(
    program: Program, ana: BrowserContext
) -> None:
    page = opened(ana, "/incidents/")
    answers: list[int] = []
    page.on("response", lambda r: answers.append(r.status) if "fragment=rows" in r.url else None)
    ref = declare(program, "Recall is low")
    expect(page.get_by_role("link", name="Recall is low")).to_be_visible(timeout=PATIENCE_MS)
    assert 200 in answers

    answers.clear()
    note(program, ref, "Nothing that a list shows.")
    program.until(lambda: page.wait_for_timeout(100) or bool(answers), "not asked", seconds=10)
    assert set(answers) == {304}
    page.close()


def test_a_cut_connection_is_said_and_mended(program: Program, ana: BrowserContext) -> None:
    ref = declare(program, "Cut off")
    page = opened(ana, f"/incidents/{ref}/")
    ana.set_offline(True)
    banner = page.locator("#offline")
    expect(banner).to_have_text(
        re.compile(r"^Not connected since \d\d:\d\d; showing what was known then$"),
        timeout=PATIENCE_MS,
    )
    note(program, ref, "Said meanwhile.")
    page.wait_for_timeout(1500)
    expect(page.locator("#timeline")).not_to_contain_text("Said meanwhile.")
    ana.set_offline(False)
    expect(page.locator("#timeline")).to_contain_text("Said meanwhile.", timeout=PATIENCE_MS)
    expect(banner).to_be_hidden()

    # The web process dies, with every stream in it.
    program.kill("web")
    program.until(lambda: program.status("/healthz") == 200, "web is not back", seconds=30)
    note(program, ref, "Said after the restart.")
    expect(page.locator("#timeline")).to_contain_text(
        "Said after the restart.", timeout=PATIENCE_MS
    )
    expect(banner).to_be_hidden()
    page.close()


def test_without_a_stream_the_same_fragments_poll(program: Program, ana: BrowserContext) -> None:
    ref = declare(program, "Only polling")
    page = ana.new_page()
    page.add_init_script("delete window.EventSource")
    with page.expect_response(ASKED_FIRST, timeout=PATIENCE_MS):
        page.goto(f"/incidents/{ref}/")
    note(program, ref, "Found by asking.")
    expect(page.locator("#timeline")).to_contain_text("Found by asking.", timeout=40_000)
    page.close()


def test_whoever_reads_the_timeline_is_not_pushed_away(
    program: Program, ana: BrowserContext
) -> None:
    ref = declare(program, "Long story")
    for number in range(40):
        note(program, ref, f"Line {number} of the story.")
    page = opened(ana, f"/incidents/{ref}/")
    line = page.get_by_text("Line 10 of the story.")
    line.scroll_into_view_if_needed()
    place = line.bounding_box()
    note(program, ref, "News one.")
    note(program, ref, "News two.")
    button = page.get_by_role("button", name="2 new updates")
    expect(button).to_be_visible(timeout=PATIENCE_MS)
    expect(page.get_by_text("News two.")).to_have_count(2)  # "Now" has it; the timeline holds it
    expect(page.locator("#timeline").get_by_text("News two.")).to_be_hidden()
    assert line.bounding_box() == place

    button.click()
    expect(page.locator("#timeline").get_by_text("News two.")).to_be_in_viewport()
    expect(button).to_be_hidden()
    page.close()


def test_an_open_menu_keeps_its_place_until_it_is_closed(
    program: Program, ana: BrowserContext
) -> None:
    ref = declare(program, "Menus stay")
    page = opened(ana, f"/incidents/{ref}/")
    page.locator(".page-head").get_by_label("More").click()
    item = page.get_by_role("link", name="Change severity")
    place = item.bounding_box()
    note(program, ref, "Behind the menu.")
    page.wait_for_timeout(2500)
    assert item.bounding_box() == place
    page.keyboard.press("Escape")
    expect(page.locator("#timeline")).to_contain_text("Behind the menu.", timeout=PATIENCE_MS)
    page.close()


def test_a_page_to_me_is_in_the_title_the_icon_and_the_voice_until_it_is_answered(
    program: Program, olga: BrowserContext, ana: BrowserContext
) -> None:
    hers, mine = opened(ana, "/alerts/"), opened(olga, "/alerts/")
    program.sender.post("prod", alert("Urgent"))
    expect(hers).to_have_title(re.compile(r"^\(1\) SEV1 Alerts"), timeout=PATIENCE_MS)
    expect(hers.locator("#announce")).to_contain_text("You are paged: SEV1")
    assert "logo_paged" in hers.locator("link[rel=icon]").get_attribute("href")
    expect(hers.get_by_role("link", name="Urgent burns its budget")).to_be_visible()
    expect(mine).to_have_title(re.compile(r"^Alerts"))
    expect(mine.locator("#announce")).to_be_empty()

    ref = program.api("GET", "incidents/?status=open&q=Urgent")[1]["results"][0]["ref"]
    program.api("POST", f"incidents/{ref}/transition/", {"to": "acknowledged"})
    expect(hers).to_have_title(re.compile(r"^Alerts"), timeout=PATIENCE_MS)
    assert "logo_paged" not in hers.locator("link[rel=icon]").get_attribute("href")
    hers.close()
    mine.close()


def test_open_streams_do_not_hold_up_a_restart(program: Program, ana: BrowserContext) -> None:
    """The last of this module: it stops the program."""
    page = opened(ana, "/incidents/")
    assert program.stop() < 5
    expect(page.locator("#offline")).to_be_visible(timeout=PATIENCE_MS)
    page.close()
