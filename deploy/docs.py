"""`make docs`: the documentation as a folder of plain pages (`site/`), readable from disk.

Every Markdown file of the project becomes a page; links between them keep working.
"""

from __future__ import annotations

import html
import re
import shutil
from pathlib import Path

import markdown

ROOT = Path(__file__).parent.parent
SITE = ROOT / "site"
FIRST = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")
PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title} · AIRE</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>
:root {{ color-scheme: light dark }}
body {{ font: 16px/1.6 system-ui, sans-serif; margin: 0 auto; max-width: 60rem; padding: 1.5rem }}
nav a {{ margin-right: 1rem }} pre {{ overflow-x: auto; padding: 1rem; border: 1px solid #8886 }}
table {{ border-collapse: collapse; display: block; overflow-x: auto }}
td, th {{ border: 1px solid #8886; padding: .3rem .6rem; text-align: left; vertical-align: top }}
img {{ max-width: 100% }}
</style></head><body><nav>{nav}</nav><main>{body}</main></body></html>
"""


def sources() -> list[Path]:
    """All Markdown files, the front page first, each once."""
    found = [ROOT / name for name in FIRST if (ROOT / name).exists()]
    for folder in ("docs", "integrations", "clients", "examples", "bench"):
        found += sorted((ROOT / folder).rglob("*.md"))
    return found


def target(source: Path) -> Path:
    """Where a source's page lies: the README of the root is the index."""
    relative = source.relative_to(ROOT).with_suffix(".html")
    return SITE / ("index.html" if relative == Path("README.html") else relative)


def title_of(text: str, source: Path) -> str:
    found = re.search(r"^# (.+)$", text, re.MULTILINE)
    return found[1].strip() if found else source.stem


def navigation(page: Path, pages: dict[Path, str]) -> str:
    up = "../" * len(page.relative_to(SITE).parent.parts)
    return " ".join(
        f'<a href="{up}{target(source).relative_to(SITE).as_posix()}">{html.escape(title)}</a>'
        for source, title in pages.items()
    )


def build() -> int:
    """Write the site anew; answers how many pages it has."""
    shutil.rmtree(SITE, ignore_errors=True)
    texts = {source: source.read_text(encoding="utf-8") for source in sources()}
    titles = {source: title_of(text, source) for source, text in texts.items()}
    for source, text in texts.items():
        page = target(source)
        page.parent.mkdir(parents=True, exist_ok=True)
        # Links to Markdown files become links to their pages; the README is the index.
        linked = re.sub(r"\]\(((?:\.\./)*)README\.md", r"](\1index.html", text)
        linked = re.sub(r"(\]\([^)#:]+)\.md([)#])", r"\1.html\2", linked)
        body = markdown.markdown(linked, extensions=["tables", "fenced_code", "sane_lists", "toc"])
        page.write_text(
            PAGE.format(title=html.escape(titles[source]), nav=navigation(page, titles), body=body),
            encoding="utf-8",
        )
    pictures = ROOT / "docs" / "screenshots"
    if pictures.is_dir():
        shutil.copytree(pictures, SITE / "docs" / "screenshots", dirs_exist_ok=True)
    return len(texts)


if __name__ == "__main__":
    print(f"{build()} pages: open {SITE / 'index.html'}")  # noqa: T201 - a command's answer
