"""Other ways to look at a page: without motion, in forced colours, on paper, with menus open."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.axe import findings
from tests.browser.desk import PHONE, WIDE, Desk

pytestmark = pytest.mark.browser
MOVING = """() => [...document.querySelectorAll("*")].filter((element) => {
  const style = getComputedStyle(element);
  const seconds = (text) => Math.max(...text.split(",").map(parseFloat));
  return style.animationName !== "none" || seconds(style.transitionDuration) > 0;
}).map((element) => element.outerHTML.slice(0, 80))"""
# What lies below an open menu is no target while it is open.
OVERLAID = {"rules": {"target-size": {"enabled": False}}}
PATHS = ["/", "/settings/design/", "/on-call/"]


@pytest.mark.parametrize("path", PATHS)
def test_nothing_moves_for_who_wants_no_motion(desk: Desk, path: str) -> None:
    with desk.open(reduced_motion="reduce") as watched:
        watched.go(path)
        assert watched.page.evaluate(MOVING) == []


def test_without_that_wish_something_may_move(desk: Desk) -> None:
    """The check above can fail."""
    with desk.open(reduced_motion="no-preference") as watched:
        watched.go("/settings/design/")
        assert watched.page.evaluate(MOVING) != []


@pytest.mark.parametrize("path", PATHS)
def test_in_forced_colours_buttons_and_marks_keep_an_outline(desk: Desk, path: str) -> None:
    with desk.open(forced_colors="active") as watched:
        watched.go(path)
        page = watched.page
        # A button to copy lies inside the outline of what it copies.
        for name in (".btn:not(.copy .btn)", ".badge", ".copy"):
            for element in page.locator(f"main {name}:visible").all():
                style = element.evaluate("e => getComputedStyle(e).borderTopStyle")
                assert style == "solid", element.evaluate("e => e.outerHTML")
        shapes = page.locator("main .sev-shape:visible").all()
        # Colours are the reader's own: black and white in a test.
        colours = {shape.evaluate("e => getComputedStyle(e).fill") for shape in shapes}
        assert len(colours) <= 1
        assert watched.complaints() == []


def test_an_incident_on_paper_is_light_whole_and_without_buttons(desk: Desk) -> None:
    ref = desk.incident_about("Printed")
    with desk.open(size=(794, 1123), color_scheme="dark") as watched:
        watched.go(f"/incidents/{ref}/")
        page = watched.page
        page.emulate_media(media="print", color_scheme="dark")
        for chrome in (".topbar", ".footer", ".actions"):
            expect(page.locator(chrome).first).to_be_hidden()
        for kept in ("h1", "#timeline", "text=Paging", "text=Affected systems"):
            expect(page.locator(kept).first).to_be_visible()
        ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert ground == "rgb(255, 255, 255)"
        dark = page.locator("h1").evaluate("e => getComputedStyle(e).color")
        assert dark == "rgb(27, 32, 39)"
        expect(page.locator("main").get_by_role("button")).to_have_count(0)
        assert watched.overhang() <= 0


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_menus_and_dialogs_are_fit_for_everybody_when_they_are_open(
    desk: Desk, size: tuple[int, int]
) -> None:
    ref = desk.incident_about("Opened")
    wrong = []
    with desk.open(size=size, reduced_motion="reduce") as watched:
        page = watched.page
        watched.go(f"/incidents/{ref}/")
        for menu in page.locator("details.menu > summary:visible").all():
            menu.click()
            wrong += findings(page, OVERLAID)
            page.keyboard.press("Escape")
        page.keyboard.press("Control+k")
        expect(page.get_by_role("combobox")).to_be_focused()
        wrong += findings(page, OVERLAID)
        page.keyboard.press("Escape")
        wrong += watched.complaints()
    assert not wrong, "\n".join(wrong)
