"""Everything essential by keyboard alone, and what single keys must never do."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.axe import COLOURS, EVERYTHING, findings
from tests.browser.desk import Desk, Watched
from tests.program.harness import ADMIN, PASSWORD

pytestmark = pytest.mark.browser


@pytest.fixture
def watched(desk: Desk) -> Iterator[Watched]:
    with desk.open() as opened:
        yield opened
        assert opened.complaints() == []


def type_keys(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def box(page: Page) -> Locator:
    return page.get_by_role("combobox", name="Search, or run a command")


def open_palette(page: Page, text: str = "") -> None:
    page.keyboard.press("Control+k")
    expect(box(page)).to_be_focused()
    page.keyboard.type(text)


def chosen(page: Page) -> str:
    """The text of the option that Enter would take, as a screen reader is told of it."""
    name = box(page).get_attribute("aria-activedescendant")
    return page.locator(f"#{name}").inner_text() if name else ""


def tab_to(page: Page, wanted: Locator, most: int = 8) -> None:
    for _ in range(most):
        page.keyboard.press("Tab")
        if wanted.evaluate("one => one === document.activeElement"):
            return
    expect(wanted).to_be_focused()


def status(page: Page) -> Locator:
    return page.locator(".page-head .meta")


def until_status(page: Page, word: str) -> None:
    """Keys work when the scripts of the page that came as the answer have run."""
    expect(status(page)).to_contain_text(word)
    page.wait_for_load_state()


def test_sign_in_find_acknowledge_note_and_resolve_by_keyboard_alone(desk: Desk) -> None:
    ref = desk.incident_about("Keyboard")
    with desk.open(signed_in=False) as watched:
        page = watched.page
        watched.go("/")
        tab_to(page, page.get_by_label("E-mail address"))
        page.keyboard.type(ADMIN)
        page.keyboard.press("Tab")
        page.keyboard.type(PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(f"{desk.origin}/")

        page.keyboard.press("/")
        expect(page.get_by_role("searchbox", name="Search")).to_be_focused()
        page.keyboard.type(ref)
        page.keyboard.press("Enter")
        page.wait_for_url(f"**/incidents/{ref}/")
        expect(page.get_by_role("heading", name="Keyboard burns its budget")).to_be_visible()

        page.keyboard.press("a")
        until_status(page, "Acknowledged")

        page.keyboard.press("u")
        expect(page.get_by_label("Update or note")).to_be_focused()
        page.keyboard.type("Nobody touched the mouse.")
        tab_to(page, page.get_by_role("button", name="Add note"))
        page.keyboard.press("Enter")
        expect(page.locator("#timeline")).to_contain_text("Nobody touched the mouse.")
        page.wait_for_load_state()

        page.keyboard.press("t")
        expect(page.get_by_role("button", name="Cancel", exact=True)).to_be_focused()
        type_keys(page, "Shift+Tab", "Shift+Tab", "Shift+Tab")
        expect(page.get_by_role("button", name="Resolve")).to_be_focused()
        page.keyboard.press("Enter")
        until_status(page, "Resolved")
        assert watched.complaints() == []


def test_a_command_in_the_box_resolves(desk: Desk, watched: Watched) -> None:
    page = watched.page
    watched.go(f"/incidents/{desk.incident_about('Command')}/")
    page.keyboard.press("u")
    page.keyboard.type("/resolve the old index is back")
    page.get_by_role("button", name="Add note").press("Enter")
    until_status(page, "Resolved")
    expect(page.locator("#timeline")).to_contain_text("the old index is back")


def test_the_palette_finds_on_the_server_and_gives_the_focus_back(
    desk: Desk, watched: Watched
) -> None:
    page = watched.page
    watched.go("/incidents/")
    page.locator("#main").focus()
    open_palette(page, "support assist")
    option = page.get_by_role("option", name="Support assistant Language model")
    expect(option).to_be_visible()
    assert page.locator("#palette [aria-selected=true]").count() == 1
    first = chosen(page)
    page.keyboard.press("ArrowDown")
    assert chosen(page) != first
    page.keyboard.press("ArrowUp")
    assert chosen(page) == first
    page.keyboard.press("Escape")
    expect(page.locator("#main")).to_be_focused()
    open_palette(page)
    assert box(page).input_value() == ""
    page.keyboard.press("Control+k")
    expect(page.locator("#palette")).to_be_hidden()


def test_enter_in_the_palette_opens_what_was_found_or_asks_the_search(
    desk: Desk, watched: Watched
) -> None:
    page = watched.page
    watched.go("/incidents/")
    open_palette(page, "INC-1")
    expect(page.get_by_role("option", name="INC-1", exact=False).first).to_be_visible()
    page.keyboard.press("Enter")
    page.wait_for_url("**/incidents/INC-1/")
    # Faster than any answer: nothing that was found for an earlier text may be taken.
    open_palette(page, "INC-2")
    page.keyboard.press("Enter")
    page.wait_for_url("**/incidents/INC-2/")


def test_the_palette_runs_the_commands_of_the_page_and_prints_their_keys(
    desk: Desk, watched: Watched
) -> None:
    page = watched.page
    ref = desk.ref_of("Browser burns its budget")
    watched.go(f"/incidents/{ref}/")
    open_palette(page, "severity")
    option = page.get_by_role("option", name="Change severity")
    assert option.locator("kbd").all_inner_texts() == ["s"]
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/incidents/{ref}/severity/")
    open_palette(page, "on-call")
    option = page.get_by_role("option", name="On-call").first
    assert option.locator("kbd").all_inner_texts() == ["g", "o"]


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_the_open_palette_and_the_list_of_shortcuts_keep_nobody_out(
    desk: Desk, colours: str
) -> None:
    with desk.open(color_scheme=colours) as watched:
        page = watched.page
        watched.go("/incidents/")
        options = EVERYTHING if colours == "light" else COLOURS
        open_palette(page, "assistant")
        expect(page.get_by_role("option", name="Search everything")).to_be_visible()
        assert findings(page, options) == []
        page.keyboard.press("Escape")
        expect(page.get_by_role("combobox", name="Search, or run a command")).to_be_hidden()
        page.keyboard.press("?")
        expect(page.get_by_role("heading", name="Keyboard shortcuts")).to_be_visible()
        assert findings(page, options) == []
        assert watched.complaints() == []


def test_the_list_of_shortcuts_is_what_the_page_offers(desk: Desk, watched: Watched) -> None:
    page = watched.page
    watched.go(f"/incidents/{desk.ref_of('Browser burns its budget')}/")
    offered = page.locator(":not(dialog) [data-key]").evaluate_all(
        "all => all.filter(one => !one.closest('[hidden]')).map(one => one.dataset.key)"
    )
    page.keyboard.press("?")
    listed = [
        " ".join(line.locator("kbd").all_inner_texts())
        for line in page.locator("#shortcut-list > div").all()
    ]
    assert listed == offered
    assert {"a", "u", "t", "s", "l", "p", "e", ".", "/", "?", "c", "g i", "g o", "g h"} <= {*listed}


def test_keys_move_through_a_list_and_go_to_places(desk: Desk, watched: Watched) -> None:
    page = watched.page
    watched.go("/incidents/?status=all")
    rows = page.locator(".row-link")
    type_keys(page, "j", "j")
    expect(rows.nth(1)).to_be_focused()
    page.keyboard.press("k")
    expect(rows.nth(0)).to_be_focused()
    page.get_by_role("button", name="Next row").click()
    title = rows.nth(0).inner_text()
    rows.nth(0).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=title, level=1)).to_be_visible()
    page.wait_for_load_state()
    type_keys(page, "g", "o")
    page.wait_for_url("**/on-call/")
    type_keys(page, "g", "i")
    page.wait_for_url("**/incidents/")
    type_keys(page, "g", "h")
    page.wait_for_url(f"{desk.origin}/")
    page.keyboard.press("c")
    page.wait_for_url("**/incidents/new/")


def test_a_menu_is_walked_with_the_arrows(desk: Desk, watched: Watched) -> None:
    page = watched.page
    watched.go(f"/incidents/{desk.ref_of('Browser burns its budget')}/")
    page.keyboard.press(".")
    items = page.locator(".page-head .menu-list :is(a, button):visible")
    expect(items.first).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(items.last).to_be_focused()
    type_keys(page, "ArrowDown", "ArrowDown")
    expect(items.nth(1)).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_label("More")).to_be_focused()


def test_no_single_key_moves_an_incident_on_but_acknowledging(desk: Desk, watched: Watched) -> None:
    ref = desk.incident_about("Careful")
    pages = "SELECT count(*) FROM oncall_page"
    desk.until(lambda: bool(desk.inboxes.about("Careful")), "nobody was paged", seconds=30)
    before = desk.rows(pages)
    page = watched.page
    watched.go(f"/incidents/{ref}/")
    targets = page.locator("[data-key]").evaluate_all(
        "all => all.map(one => [one.dataset.key, one.hash ? '' : one.href || ''])"
    )
    for key, leads_to in targets:
        if len(key) > 1 or key == "a":
            continue
        watched.go(f"/incidents/{ref}/")
        page.keyboard.press(key)
        if leads_to:
            page.wait_for_url(leads_to)
        else:
            page.wait_for_timeout(200)
    state = "SELECT status FROM incidents_incident WHERE id = %s"
    assert desk.rows(state, [int(ref.removeprefix("INC-"))]) == [("open",)]
    assert desk.rows(pages) == before


def test_single_keys_rest_while_somebody_writes(desk: Desk, watched: Watched) -> None:
    page = watched.page
    watched.go(f"/incidents/{desk.ref_of('Browser burns its budget')}/")
    page.keyboard.press("u")
    page.keyboard.type("a g i ? /")
    assert page.get_by_label("Update or note").input_value() == "a g i ? /"
    expect(status(page)).to_contain_text("Open")
    page.get_by_label("Update or note").fill("")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("t")
    page.keyboard.press("a")
    expect(page.get_by_role("heading", name="Status of")).to_be_visible()
    expect(status(page)).to_contain_text("Open")


def test_single_keys_can_be_switched_off_and_on(desk: Desk, watched: Watched) -> None:
    page = watched.page
    for wanted in (False, True):
        watched.go("/settings/profile/")
        page.get_by_label("Single-key shortcuts").set_checked(wanted)
        page.get_by_role("button", name="Save profile").click()
        expect(page.get_by_text("Your profile is saved.")).to_be_visible()
        page.keyboard.press("?")
        expect(page.locator("#shortcuts")).to_be_visible(visible=wanted)
        if not wanted:
            open_palette(page)
            page.keyboard.press("Escape")
