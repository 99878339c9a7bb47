"""Takes the pictures of the documentation from the demo: `make screenshots`.

Starts the program in a home of its own, signs in, and looks at the main pages as a person would.
Needs the test tools (Playwright) and a Chromium.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from icons import browser_path
from playwright.sync_api import Browser, Page, StorageState, sync_playwright
from running import ROOT, program

FOLDER = ROOT / "docs" / "screenshots"
EMAIL = "priya.raman@larkmoor.example"
PASSWORD = "a password for pictures"  # noqa: S105 - of a home that lives for a minute
MAX_BYTES = 150 * 1024
PAGED_WITHIN_SECONDS = 30
# Grey edges instead of coloured ones: steady across machines, and much smaller as PNG.
ARGUMENTS = ["--no-sandbox", "--disable-lcd-text", "--font-render-hinting=none"]
DESKTOP = (1280, 800)
PHONE = (390, 844)


@dataclass(frozen=True, slots=True)
class Shot:
    """`link` is clicked after the address was opened: the first one of this place. `paged`: a new
    incident waits for the reader's answer."""

    name: str
    path: str
    link: str = ""
    size: tuple[int, int] = DESKTOP
    dark: bool = False
    paged: bool = False


SHOTS = (
    Shot("now", "/"),
    Shot("incidents", "/incidents/?status=all"),
    Shot("incident", "/incidents/", link="main table a[href^='/incidents/INC-']"),
    Shot("alerts", "/alerts/", size=(1280, 660)),
    Shot("alert-trace", "/alerts/", link="main table a[href^='/alerts/']"),
    Shot("systems", "/systems/"),
    Shot("system", "/systems/support-assistant/"),
    Shot("slos", "/slos/"),
    Shot("slo", "/slos/grounded-answers/"),
    Shot("on-call", "/on-call/"),
    Shot("sources", "/alerts/sources/"),
    Shot("taxonomy", "/taxonomy/"),
    Shot("incident-dark", "/incidents/", "main table a[href^='/incidents/INC-']", dark=True),
    Shot("incident-phone", "/incidents/", "main table a[href^='/incidents/INC-']", size=PHONE),
    # Last: it changes what the others would show.
    Shot("on-call-phone", "/on-call/", size=PHONE, paged=True),
)


def main() -> int:
    FOLDER.mkdir(parents=True, exist_ok=True)
    wanted = set(sys.argv[1:])
    shots = [shot for shot in SHOTS if not wanted or shot.name in wanted]
    demo = program(DEMO="1", AIRE_ADMIN_EMAIL=EMAIL, AIRE_ADMIN_PASSWORD=PASSWORD)
    with demo as (address, _), sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser_path(), args=ARGUMENTS)
        state = sign_in(chromium, address)
        large = [shot.name for shot in shots if take(chromium, address, state, shot) > MAX_BYTES]
        chromium.close()
    if large:
        sys.stderr.write(f"Larger than {MAX_BYTES // 1024} KB: {', '.join(large)}\n")
    return 1 if large else 0


def sign_in(chromium: Browser, address: str) -> StorageState:
    page = chromium.new_page()
    page.goto(f"{address}/accounts/login/")
    page.get_by_label("E-mail address").fill(EMAIL)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{address}/")
    state = page.context.storage_state()
    page.context.close()
    return state


def take(chromium: Browser, address: str, state: StorageState, shot: Shot) -> int:
    """Answers how many bytes the picture has."""
    width, height = shot.size
    context = chromium.new_context(
        storage_state=state,
        viewport={"width": width, "height": height},
        color_scheme="dark" if shot.dark else "light",
        reduced_motion="reduce",
        locale="en-GB",
    )
    page = context.new_page()
    if shot.paged:
        be_paged(page, address)
    page.goto(f"{address}{shot.path}")
    if shot.link:
        page.locator(shot.link).first.click()
        page.wait_for_load_state()
    settle(page)
    picture = FOLDER / f"{shot.name}.png"
    page.screenshot(path=picture, animations="disabled", caret="hide")
    context.close()
    return picture.stat().st_size


def be_paged(page: Page, address: str) -> None:
    """Take a shift over, then declare what pages whoever has it."""
    day = timedelta(days=1)
    page.goto(f"{address}/on-call/schedules/risk-primary/")
    form = page.locator("form", has=page.get_by_role("button", name="Add override"))
    form.locator("[name=user]").select_option(EMAIL)
    form.locator("[name=starts]").fill(f"{datetime.now(UTC) - day:%Y-%m-%dT%H:%M}")
    form.locator("[name=ends]").fill(f"{datetime.now(UTC) + day:%Y-%m-%dT%H:%M}")
    form.get_by_role("button", name="Add override").click()
    page.goto(f"{address}/incidents/new/")
    page.locator("[name=title]").fill("Orders from returning buyers are held as fraud")
    page.locator("[name=severity][value=sev1]").check()
    page.locator("[name=systems][value=fraud-scorer]").check()
    page.locator("main form button.btn-primary").click()
    page.wait_for_url("**/incidents/INC-*/")
    paged = page.get_by_role("heading", name="You are paged")
    for _ in range(PAGED_WITHIN_SECONDS):
        page.goto(f"{address}/on-call/")
        if paged.is_visible():
            return
        page.wait_for_timeout(1_000)
    raise SystemExit("The page did not come.")


def settle(page: Page) -> None:
    """Until the regions have asked once. A stream stays open, so the network is never idle."""
    page.wait_for_timeout(800)
    page.mouse.move(0, 0)


if __name__ == "__main__":
    sys.exit(main())
