"""From the end of an incident to the published postmortem, by two people in a real browser."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.desk import Desk, Watched
from tests.program.harness import PASSWORD

pytestmark = pytest.mark.browser
REVIEWER = "rita.reviewer@example.org"
SECOND = """
apiVersion: aire/v1
kind: User
metadata: {name: rita}
spec: {email: rita.reviewer@example.org, name: Rita Reviewer, role: responder, timeZone: UTC,
       password: '${TEST_PASSWORD_RITA}'}
"""


@pytest.fixture
def rita(desk: Desk) -> Iterator[Watched]:
    """The second person, signed in with a browser of her own."""
    desk._given["TEST_PASSWORD_RITA"] = PASSWORD
    desk.manage("apply", "-", text=SECOND)
    with desk.open(signed_in=False) as watched:
        watched.go("/accounts/login/")
        watched.page.get_by_label("E-mail address").fill(REVIEWER)
        watched.page.get_by_label("Password").fill(PASSWORD)
        watched.page.get_by_role("button", name="Sign in").click()
        watched.page.wait_for_url(f"{desk.origin}/")
        yield watched
        assert watched.strangers == []


@pytest.fixture
def owner(desk: Desk) -> Iterator[Watched]:
    with desk.open() as watched:
        yield watched
        assert watched.strangers == []


def draft_of(desk: Desk, name: str) -> str:
    """Resolves an incident and waits for its draft; answers the draft's reference."""
    ref = desk.incident_about(name)
    pk = ref.removeprefix("INC-")
    desk.api("POST", f"incidents/{ref}/transition/", {"to": "resolved", "note": "It is over."})
    sql = "SELECT id FROM postmortems_postmortem WHERE incident_id = %s"
    desk.until(lambda: bool(desk.rows(sql, [pk])), "no draft was made", seconds=30)
    return f"PM-{desk.rows(sql, [pk])[0][0]}"


def status(page: Page) -> str:
    return page.locator(".page-head .meta").inner_text()


def write(watched: Watched, ref: str, key: str, text: str) -> None:
    watched.go(f"/postmortems/{ref}/sections/{key}/")
    watched.page.get_by_label("Text in Markdown").fill(text)
    watched.page.get_by_role("button", name="Save section").click()
    expect(watched.page.locator(f"#{key}")).to_contain_text(text)


def choose_owner(owner: Watched, ref: str) -> None:
    owner.go(f"/postmortems/{ref}/assign/")
    owner.page.get_by_label("Who writes it").select_option(label="admin (admin@example.org)")
    owner.page.get_by_role("button", name="Save").click()
    expect(owner.page.locator(".page-head .meta")).to_contain_text("written by admin")


def ask_only_rita(owner: Watched, ref: str) -> None:
    owner.go(f"/postmortems/{ref}/reviewers/")
    label = f"Rita Reviewer ({REVIEWER})"
    owner.page.get_by_label("Who should review it").select_option(label=label)
    owner.page.get_by_role("button", name="Ask").click()
    expect(owner.page.locator("aside")).to_contain_text("Rita Reviewer")


def leave_only_rita(owner: Watched) -> None:
    """The rules ask the system's owners, too; here two people are enough."""
    aside = owner.page.locator("aside")
    names = aside.get_by_role("button", name="Take off").all_inner_texts()
    for name in [one for one in names if "Rita" not in one]:
        aside.get_by_role("button", name=name).click()
        expect(aside.get_by_role("button", name=name)).to_have_count(0)


def settle_everything(owner: Watched, ref: str) -> None:
    """Accepts what was drafted and writes what is required."""
    page = owner.page
    accept = page.get_by_role("button", name="drafted lines of")
    while left := accept.count():
        accept.first.click()
        expect(accept).to_have_count(left - 1)
    keys = page.locator("section.doc-section:has(.badge-warn)").evaluate_all(
        "all => all.map(one => one.id)"
    )
    for key in keys:
        write(owner, ref, key, f"What is known about {key}.")


def answer_follow_ups(desk: Desk, ref: str) -> None:
    """Declines what the causes propose as required: this is about the document."""
    incident = desk.rows(
        "SELECT incident_id FROM postmortems_postmortem WHERE id = %s", [ref.removeprefix("PM-")]
    )[0][0]
    base = f"incidents/INC-{incident}/proposals/"
    for one in desk.api("GET", base)[1]:
        if one["required"]:
            desk.api("POST", base, {"key": one["key"], "decline": "Done elsewhere."})


def test_from_resolve_to_published_with_two_people(
    desk: Desk, owner: Watched, rita: Watched
) -> None:
    ref = draft_of(desk, "Reviewed")
    owner.go(f"/postmortems/{ref}/")
    expect(owner.page.locator("mark.drafted").first).to_be_visible()
    assert "Draft" in status(owner.page)
    choose_owner(owner, ref)
    write(owner, ref, "summary", "Answers cited a law that does not exist.")
    settle_everything(owner, ref)
    ask_only_rita(owner, ref)
    owner.page.get_by_role("button", name="Send to review").click()
    expect(owner.page.locator(".page-head .meta")).to_contain_text("In review")

    rita.go("/postmortems/")
    waiting = rita.page.locator("section", has=rita.page.get_by_text("Waiting for you"))
    expect(waiting.get_by_text("Review it")).to_be_visible()
    rita.go(f"/postmortems/{ref}/")
    summary = rita.page.locator("#summary")
    summary.get_by_text("Comment", exact=False).first.click()
    summary.get_by_role("textbox").fill("How many people were **affected**?")
    summary.get_by_role("button", name="Comment").click()
    expect(rita.page.locator("#summary strong", has_text="affected")).to_be_visible()
    rita.page.locator(".page-head").get_by_label("More").click()
    rita.page.get_by_role("link", name="Request changes…").click()
    rita.page.get_by_label("Note").fill("Say how many.")
    rita.page.get_by_role("button", name="Request changes").click()
    assert "Changes requested" in status(rita.page)

    write(owner, ref, "summary", "Answers cited a law that does not exist, to 14 people.")
    owner.page.locator("#summary").get_by_role("button", name="Resolve").click()
    owner.page.get_by_role("button", name="Send to review again").click()
    expect(owner.page.locator(".page-head .meta")).to_contain_text("In review")
    leave_only_rita(owner)
    rita.go(f"/postmortems/{ref}/")
    rita.page.locator(".page-head").get_by_role("button", name="Approve").click()
    expect(rita.page.locator(".page-head .meta")).to_contain_text("Approved")

    answer_follow_ups(desk, ref)
    owner.go(f"/postmortems/{ref}/")
    owner.page.get_by_role("button", name="Publish").click()
    owner.page.locator("#confirm").get_by_role("button", name="Publish").click()
    expect(owner.page.locator(".page-head .meta")).to_contain_text("Version 1.0, published")
    expect(owner.page.get_by_role("link", name="Edit")).to_have_count(0)
    rita.go(f"/postmortems/{ref}/")
    rita.page.get_by_role("button", name="I have read it").click()
    expect(rita.page.locator("aside")).to_contain_text("Rita Reviewer")
    assert owner.errors == []
    assert rita.errors == []


def test_two_people_in_one_section_lose_nothing(desk: Desk, owner: Watched, rita: Watched) -> None:
    ref = draft_of(desk, "Contested")
    place = f"/postmortems/{ref}/sections/impact/"
    owner.go(place)
    rita.go(place)
    rita.page.get_by_label("Text in Markdown").fill("Twelve people in Norway.")
    rita.page.get_by_role("button", name="Save section").click()
    owner.page.get_by_label("Text in Markdown").fill("Forty people in Norway.")
    owner.page.get_by_role("button", name="Save section").click()
    expect(owner.page.get_by_role("heading", level=1)).to_have_text("Two versions of one section")
    expect(owner.page.locator(".difference ins", has_text="Forty")).to_be_visible()
    expect(owner.page.locator("code", has_text="Twelve people in Norway.")).to_be_visible()
    mine = owner.page.get_by_label("Bring both together, and save")
    expect(mine).to_have_value("Forty people in Norway.")
    mine.fill("Between twelve and forty people in Norway.")
    owner.page.get_by_role("button", name="Save this").click()
    expect(owner.page.locator("#impact")).to_contain_text("Between twelve and forty people")


def test_what_is_typed_is_kept_and_only_its_author_sees_it(
    desk: Desk, owner: Watched, rita: Watched
) -> None:
    ref = draft_of(desk, "Kept")
    place = f"/postmortems/{ref}/sections/impact/"
    owner.go(place)
    owner.page.get_by_label("Text in Markdown").press_sequentially("Half a thought")
    expect(owner.page.locator("[data-kept]")).to_contain_text("Kept for you")
    owner.go(place)
    expect(owner.page.get_by_label("Text in Markdown")).to_have_value(
        desk.rows("SELECT body FROM postmortems_unsavedtext")[0][0]
    )
    expect(owner.page.get_by_text("This is what you typed")).to_be_visible()
    rita.go(place)
    assert "Half a thought" not in rita.page.content()


def test_markup_in_a_section_runs_nothing(desk: Desk, owner: Watched) -> None:
    ref = draft_of(desk, "Marked up")
    hostile = (
        "<script>window.ran=1</script><img src=http://evil.example/i onerror='window.ran=1'>"
        "<svg onload=window.ran=1> [x](javascript:window.ran=1) "
        "<a href=//evil.example hx-get=/x hx-trigger=load>a</a> <style>*{display:none}</style>"
    )
    owner.go(f"/postmortems/{ref}/sections/impact/")
    owner.page.get_by_label("Text in Markdown").fill(hostile)
    owner.page.get_by_role("button", name="Preview").click()
    expect(owner.page.get_by_label("Preview", exact=True)).to_contain_text("window.ran=1")
    owner.page.get_by_role("button", name="Save section").click()
    expect(owner.page.locator("#impact")).to_contain_text("<script>")
    assert owner.page.evaluate("window.ran") is None
    assert owner.complaints() == []
