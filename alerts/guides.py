"""What an operator reads about a sender: one Markdown text a format. Filled by wiring."""

from __future__ import annotations

from pathlib import Path

from core.registry import Registry

guides: Registry[Path] = Registry("guide to a sender")


def guide_of(format_name: str) -> str:
    """The text, without its title, which the page has already; "" where there is none."""
    path = guides.get(format_name)
    if path is None or not path.is_file():
        return ""
    text = path.read_text(encoding="utf-8")
    title, _, rest = text.partition("\n")
    return rest.strip() if title.startswith("# ") else text
