"""Draws the icons of the phone app from static/logo.svg: `python deploy/icons.py` after a change.

Needs the test tools (Playwright) and a Chromium; what it makes is part of the repository.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[1]
LOGO = ROOT / "static" / "logo.svg"
FOLDER = ROOT / "static" / "icons"
GROUND = "#1D5C9E"
# file -> (size in pixels, colour behind the logo: systems cut such icons to their own shape)
ICONS = {
    "icon-192.png": (192, "transparent"),
    "icon-512.png": (512, "transparent"),
    "icon-maskable-512.png": (512, GROUND),
    "icon-apple-180.png": (180, GROUND),
}


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser_path(), args=["--no-sandbox"])
        for name, (size, ground) in ICONS.items():
            page = chromium.new_page(viewport={"width": size, "height": size})
            page.set_content(
                f"<style>html{{background:{ground}}}body{{margin:0}}"
                f"svg{{display:block;width:{size}px;height:{size}px}}</style>{LOGO.read_text()}"
            )
            page.screenshot(path=FOLDER / name, omit_background=True)
            page.close()
        chromium.close()


def browser_path() -> str:
    """Found, and where that can be done installed, as for the browser tests."""
    script = ROOT / "deploy" / "install_browser.sh"
    found = subprocess.run(["/bin/sh", str(script)], check=True, capture_output=True, text=True)  # noqa: S603
    return found.stdout.strip()


if __name__ == "__main__":
    main()
