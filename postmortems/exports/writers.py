"""Writes a collected document as Markdown, HTML or JSON, and hands the HTML to the PDF maker."""

from __future__ import annotations

import importlib
import importlib.util
import json
import re
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from django.template.loader import render_to_string

from core.durations import seconds_words
from core.errors import Invalid
from core.markdown import render
from postmortems.drafting import plain
from postmortems.exports.tree import Tree

FORMATS = {
    "md": "text/markdown",
    "html": "text/html",
    "json": "application/json",
    "pdf": "application/pdf",
}
NO_PDF = (
    "PDF needs WeasyPrint, which is not installed here. Whoever runs AIRE can install "
    "requirements-pdf.txt; until then, print the page or export HTML."
)
_BIDI = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def write(tree: Tree, form: str) -> bytes:
    """Raises `Invalid` for a form that there is not, or that cannot be made here."""
    if form == "md":
        return markdown(tree).encode()
    if form == "json":
        return json.dumps(_data(tree), ensure_ascii=False, indent=2, default=_iso).encode()
    if form == "html":
        return html(tree).encode()
    if form == "pdf":
        return pdf(tree)
    raise Invalid(f"There is no form “{form[:20]}”. There are: {', '.join(FORMATS)}.")


def file_name(tree: Tree, form: str) -> str:
    outside = "-external" if tree.redacted else ""
    return f"{tree.ref}{outside}.{form}"


def facts(tree: Tree) -> list[tuple[str, str]]:
    """The head of the document, without what is not known."""
    began = tree.onset_at or tree.opened_at
    ended = tree.resolved_at
    lasted = seconds_words((ended - began).total_seconds()) if ended else ""
    rows = [
        ("Severity", tree.severity.upper()),
        ("Incident", "" if tree.redacted else tree.incident),
        ("Systems", "" if tree.redacted else ", ".join(tree.systems)),
        ("Began", _moment(began)),
        ("Resolved", _moment(ended)),
        ("Lasted", lasted),
        ("Written by", tree.owner),
        ("Version", tree.edition),
        ("Published", _moment(tree.published_at)),
        ("Template", tree.template),
    ]
    return [(name, value) for name, value in rows if value]


# -- Markdown --------------------------------------------------------------------------------


def markdown(tree: Tree) -> str:
    return "\n".join(_markdown_lines(tree)).rstrip() + "\n"


def _markdown_lines(tree: Tree) -> Iterator[str]:
    yield f"# {plain(tree.title)}"
    yield ""
    for name, value in facts(tree):
        yield f"- {name}: {plain(value)}"
    for section in tree.sections:
        yield from ("", f"## {plain(section.title)}", "")
        yield section.body or "_Not written._"
    for block in tree.blocks:
        if block.lines:
            yield from ("", f"## {plain(block.title)}", "", *block.lines)
    if tree.evidence:
        yield from ("", "## Evidence", "")
        for one in tree.evidence:
            when = f" ({_moment(one.occurred_at)})" if one.occurred_at else ""
            yield f"- \\[E{one.number}\\] {plain(one.title)}{when}"
    if tree.files:
        yield from ("", "## Files", "")
        for name, media_type, size, digest in tree.files:
            yield f"- {plain(name)} ({media_type}, {size} bytes, SHA-256 {digest})"
    for number, at, by, body in tree.addenda:
        named = f", {plain(by)}" if by else ""
        yield from ("", f"## Addendum {number}, {_moment(at)}{named}", "", body)
    if tree.reviewers:
        yield from ("", "## Review", "")
        for name, state, decided in tree.reviewers:
            when = f", {_moment(decided)}" if decided else ""
            yield f"- {plain(name)}: {state.lower()}{when}"


# -- HTML and PDF ----------------------------------------------------------------------------


def html(tree: Tree) -> str:
    """One file without any reference to the outside: styles stand in it, nothing is loaded."""
    context = {
        "tree": tree,
        "facts": facts(tree),
        "sections": [(section.title, render(section.body)) for section in tree.sections],
        "blocks": [
            (block.title, render("\n".join(block.lines))) for block in tree.blocks if block.lines
        ],
        "addenda": [
            (number, _moment(at), by, render(body)) for number, at, by, body in tree.addenda
        ],
        "title": _BIDI.sub("", tree.title),
    }
    return render_to_string("postmortems/export.html", context)


def pdf_possible() -> bool:
    """Is the PDF maker installed? Does not load it: that takes a third of a second."""
    return importlib.util.find_spec("weasyprint") is not None


def pdf(tree: Tree) -> bytes:
    """Raises `Invalid` with a plain sentence where the PDF maker is not installed."""
    maker = _weasyprint()
    if maker is None:
        raise Invalid(NO_PDF)
    page = maker.HTML(string=html(tree), url_fetcher=_nothing)
    made: bytes = page.write_pdf()
    return made


def _nothing(url: str, *args: Any, **more: Any) -> Any:
    """A document has all it needs: nothing is fetched while it is printed."""
    raise ValueError(f"not fetched: {url[:100]}")


def _weasyprint() -> Any:

    try:
        return importlib.import_module("weasyprint")
    except (ImportError, OSError):
        # Not installed, or without the libraries of the system that it needs.
        return None


# -- data ------------------------------------------------------------------------------------


def _data(tree: Tree) -> dict[str, Any]:
    return {"format": "aire.postmortem/1", **asdict(tree)}


def _iso(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _moment(at: datetime | None) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC" if at else ""
