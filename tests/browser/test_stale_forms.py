"""Two people with the same form open: the second one overwrites nothing and loses no word."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.desk import Desk, Watched

pytestmark = pytest.mark.browser


@pytest.fixture(params=[True, False], ids=["with-scripts", "without"])
def pair(desk: Desk, request: pytest.FixtureRequest) -> Iterator[tuple[Watched, Watched]]:
    with (
        desk.open(java_script_enabled=request.param) as first,
        desk.open(java_script_enabled=request.param) as second,
    ):
        yield first, second


def declared(desk: Desk, title: str) -> str:
    status, said = desk.api("POST", "incidents/", {"title": title, "severity": "sev3"})
    assert status == 201, said
    return str(said["ref"])


def press(page: Page, button: str) -> int:
    """Presses it and answers the status of the page that comes."""
    with page.expect_response(lambda r: r.request.method == "POST") as answer:
        page.locator("main").get_by_role("button", name=button).click()
    page.wait_for_load_state()
    return answer.value.status


def test_a_title(desk: Desk, pair: tuple[Watched, Watched]) -> None:
    ref = declared(desk, "As it was")
    for watched in pair:
        assert watched.go(f"/incidents/{ref}/edit/") == 200
    first, second = (watched.page for watched in pair)
    first.get_by_label("Title").fill("From the first")
    second.get_by_label("Title").fill("From the second")
    assert press(first, "Save") == 302
    assert press(second, "Save") == 409
    expect(second.get_by_role("alert")).to_contain_text("From the first")
    expect(second.get_by_label("Title")).to_have_value("From the second")
    assert desk.api("GET", f"incidents/{ref}/")[1]["title"] == "From the first"
    assert press(second, "Save") == 302
    assert desk.api("GET", f"incidents/{ref}/")[1]["title"] == "From the second"


def test_a_time(desk: Desk, pair: tuple[Watched, Watched]) -> None:
    ref = declared(desk, "Times")
    for watched in pair:
        watched.go(f"/incidents/{ref}/times/")
    first, second = (watched.page for watched in pair)
    first.get_by_label("Onset").fill("2026-03-01T08:00:00")
    second.get_by_label("Onset").fill("2026-03-02T09:00:05")
    assert press(first, "Save times") == 302
    before = desk.api("GET", f"incidents/{ref}/")[1]
    assert press(second, "Save times") == 409
    expect(second.get_by_role("alert")).to_contain_text("1 Mar 2026")
    expect(second.get_by_label("Onset")).to_have_value("2026-03-02T09:00:05")
    assert desk.api("GET", f"incidents/{ref}/")[1] == before


def test_a_status(desk: Desk, pair: tuple[Watched, Watched]) -> None:
    ref = declared(desk, "Status")
    first, second = pair
    first.go(f"/incidents/{ref}/transition/?to=resolved")
    second.go(f"/incidents/{ref}/transition/?to=cancelled")
    second.page.get_by_label("Note").fill("Only a test of the sender.")
    assert press(first.page, "Resolve") == 302
    assert press(second.page, "Cancel as false alarm") == 409
    main = second.page.locator("main")
    expect(main.locator(".status", has_text="Resolved")).to_be_visible()
    expect(main).to_contain_text("Only a test of the sender.")
    assert desk.api("GET", f"incidents/{ref}/")[1]["status"] == "resolved"
    main.get_by_role("link", name=f"Open {ref}").click()
    expect(second.page.get_by_role("heading", name="Status", level=1)).to_be_visible()
