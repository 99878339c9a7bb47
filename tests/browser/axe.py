"""axe-core on an open page: what would keep somebody out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.sync_api import Page

AXE = (Path(__file__).parent / "vendor" / "axe-4.14.1.min.js").read_text()
GRAVE = ("serious", "critical")
EVERYTHING: dict[str, Any] = {"rules": {"target-size": {"enabled": True}}}
# Another theme changes colours and nothing else.
COLOURS: dict[str, Any] = {
    "runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
}


def findings(page: Page, options: dict[str, Any] = EVERYTHING) -> list[str]:
    """Each serious or critical one with the places where it was found."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    found = page.evaluate(
        "options => axe.run(document, {resultTypes: ['violations'], ...options})", options
    )
    return [
        f"{one['id']}: {one['help']}: {node['html'][:160]} {node['failureSummary'][-220:]}"
        for one in found["violations"]
        if one["impact"] in GRAVE
        for node in one["nodes"][:4]
    ]
