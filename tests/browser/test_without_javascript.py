"""Everything essential on a phone with JavaScript switched off."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.desk import PHONE, Desk, Watched, sign_in

pytestmark = pytest.mark.browser


@pytest.fixture
def watched(desk: Desk) -> Iterator[Watched]:
    """Signed in; at the end nothing was refused, and nothing stuck out of the screen."""
    with desk.open(size=PHONE, java_script_enabled=False) as opened:
        yield opened
        assert opened.errors == []
        assert opened.strangers == []
        assert opened.overhang() <= 0


def status(page: Page) -> str:
    return page.locator(".page-head .meta").inner_text()


def test_sign_in_find_an_incident_acknowledge_note_and_resolve(desk: Desk) -> None:
    ref = desk.incident_about("Unscripted")
    with desk.open(signed_in=False, size=PHONE, java_script_enabled=False) as watched:
        page = watched.page
        watched.go("/")
        sign_in(page)
        page.get_by_role("link", name="Unscripted burns its budget").click()
        assert page.url.endswith(f"/incidents/{ref}/")
        page.get_by_role("button", name="Acknowledge").click()
        assert "Acknowledged" in status(page)
        page.get_by_label("Update or note").fill("Rolled back to **v30**.")
        page.get_by_role("button", name="Add note").click()
        expect(page.locator("#timeline strong", has_text="v30")).to_be_visible()
        page.locator(".page-head").get_by_label("More").click()
        page.locator(".page-head").get_by_role("button", name="Resolve").click()
        assert "Resolved" in status(page)
        assert watched.errors == []


def test_being_paged_on_a_phone_and_acknowledging_without_signing_in(desk: Desk) -> None:
    ref = desk.incident_about("Mailed")
    link = desk.mailed_link("Mailed burns its budget")
    with desk.open(signed_in=False, size=PHONE, java_script_enabled=False) as watched:
        page = watched.page
        watched.go(link)
        assert desk.api("GET", f"incidents/{ref}/")[1]["status"] == "open"
        assert watched.overhang() <= 0
        page.get_by_role("button", name="Acknowledge as").click()
        expect(page.get_by_role("status")).to_contain_text(f"{ref} is acknowledged")
        assert desk.api("GET", f"incidents/{ref}/")[1]["status"] == "acknowledged"
        watched.go(link)
        expect(page.get_by_text("It was acknowledged or ended already.")).to_be_visible()
        assert watched.errors == []


def test_the_trace_of_an_alert_tells_what_happened_from_its_receipt_to_the_page(
    desk: Desk, watched: Watched
) -> None:
    ref = desk.incident_about("Traced")
    page = watched.page
    desk.until(lambda: bool(desk.inboxes.about("Traced burns")), "nobody was paged", seconds=30)
    watched.go(f"/incidents/{ref}/")
    page.locator("aside").get_by_role("link", name="Traced burns its budget").click()
    expect(page.get_by_role("heading", name="What happened to it, and why")).to_be_visible()
    steps = page.locator(".steps > li")
    told = "\n".join(steps.all_inner_texts())
    for part in ("Received from", "Matched", f"opened {ref}", "Paged", "E-mail to"):
        assert part in told
    page.get_by_role("link", name="See the delivery").first.click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def test_declare_an_incident(desk: Desk, watched: Watched) -> None:
    page = watched.page
    watched.go("/")
    page.get_by_role("link", name="Declare").click()
    page.get_by_label("What is wrong").fill("Answers cite a law that does not exist")
    page.locator('input[name="severity"][value="sev2"]').check()
    page.get_by_label("Support assistant").check()
    page.get_by_role("button", name="Declare incident").click()
    heading = page.get_by_role("heading", name="Answers cite a law that does not exist")
    expect(heading).to_be_visible()
    assert "Open" in status(page)


def test_connect_a_source_and_send_it_what_it_says(desk: Desk, watched: Watched) -> None:
    page = watched.page
    watched.go("/alerts/sources/")
    page.locator("main").get_by_role("link", name="source").first.click()
    page.locator('input[name="format"][value="generic"]').check()
    page.get_by_label("Name", exact=True).fill("Nightly checks")
    page.get_by_role("button", name="Connect").click()
    address = next(
        text
        for text in page.locator("code").all_inner_texts()
        if "/in/" in text and "generic" in text
    )
    assert desk.origin in address
    expect(page.get_by_text("Nightly checks").first).to_be_visible()
