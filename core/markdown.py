"""Markdown of people and senders to safe HTML: notes, summaries, postmortems. No queries here.

Raw HTML is shown as text, images become links, and what comes out passes an allow-list. A text
that is built to be slow is shown as plain text instead: the cost is estimated before it is paid.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final
from urllib.parse import urlsplit
from xml.etree import ElementTree as etree

import markdown
import nh3
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from markdown.extensions import Extension
from markdown.extensions.fenced_code import FencedBlockPreprocessor
from markdown.extensions.tables import TableExtension
from markdown.inlinepatterns import InlineProcessor
from markdown.util import AtomicString

MAX_CHARACTERS: Final = 200_000
CACHED: Final = 256
CACHED_CHARACTERS: Final = 20_000

# What Markdown may cost here. Each bound keeps the worst text found for it under about half a
# second (Markdown 3.11: its block and link scanners are quadratic in unfinished constructs).
_MAX_LINES: Final = 10_000
_MAX_FENCES: Final = 400
_MAX_MARKS: Final = 20_000
_MAX_SCANNED: Final = 2_000_000
_MAX_REBUILT: Final = 20_000_000
_MAX_NESTING: Final = 20

_FENCE_LINE: Final = re.compile(r"^ {0,3}(?:```|~~~)", re.MULTILINE)
_DEEP_QUOTE: Final = re.compile(rf"^(?:[ \t]*>){{{_MAX_NESTING + 1}}}", re.MULTILINE)
_DEEP_INDENT: Final = re.compile(rf"^(?: {{4}}|\t){{{_MAX_NESTING + 1}}}", re.MULTILINE)
_STRUCTURE_LINE: Final = re.compile(r"^[ \t]*(?:#|=+[ \t]*$|[-*_][-*_ \t]*$)", re.MULTILINE)
_BLANK: Final = re.compile(r"\n[ \t]*\n")
_CLOSES: Final = {"]": "[", ")": "(", ">": "<"}
_BRACKET: Final = re.compile(r"[\[\]()<>]")
_UNSHOWN: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")

_BARE_URL: Final = r"(?<![\w/@.:])(https?://[^\s<>\[\]\"'`\\|]{1,2000}[^\s<>\[\]\"'`\\|.,;:!?)*_])"
_TAGS: Final = (
    {"a", "blockquote", "br", "code", "em", "hr", "li", "ol", "p", "pre", "strong", "ul"}
    | {"table", "tbody", "td", "th", "thead", "tr"}
    | {"h1", "h2", "h3", "h4", "h5", "h6"}
)


def render(text: str) -> SafeString:
    """Safe HTML of a Markdown text. Never raises; the same text is rendered once."""
    text = _UNSHOWN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    if len(text) > MAX_CHARACTERS:
        text = text[:MAX_CHARACTERS] + "\n\n…"
    return _cached(text) if len(text) <= CACHED_CHARACTERS else _converted(text)


def _converted(text: str) -> SafeString:
    if is_tangled(text):
        return _plain(text)
    try:
        html = _converter().convert(text)
    except (RecursionError, ValueError, AssertionError):
        # A text can nest deeper than the library follows; its reader still needs the words.
        return _plain(text)
    return mark_safe(_CLEANER.clean(html))  # noqa: S308 - this is the sanitiser


# Keyed by the text itself. Only usual lengths are kept, so that the cache stays small.
_cached = lru_cache(maxsize=CACHED)(_converted)


def _plain(text: str) -> SafeString:
    return mark_safe(f'<pre tabindex="0">{escape(text)}</pre>')  # noqa: S308 - escaped right here


def is_tangled(text: str) -> bool:
    """Would Markdown take too long over this? Answered in time linear in the text."""
    if len(_FENCE_LINE.findall(text)) > _MAX_FENCES or _DEEP_QUOTE.search(text):
        return True
    # Fenced code is taken out first by Markdown too: a long log in a fence costs nothing.
    text = FencedBlockPreprocessor.FENCED_BLOCK_RE.sub("\n\n", text)
    if text.count("\n") > _MAX_LINES or _DEEP_INDENT.search(text):
        return True
    if sum(text.count(mark) for mark in "*_`\\|<&") > _MAX_MARKS:
        return True
    blocks = _BLANK.split(text)
    if sum(len(_STRUCTURE_LINE.findall(block)) * len(block) for block in blocks) > _MAX_REBUILT:
        return True
    return sum(map(_scanned, blocks)) > _MAX_SCANNED


def _scanned(block: str) -> int:
    """How many characters are read in looking for the ends of brackets, the missing included."""
    cost = 0
    opened: dict[str, list[int]] = {"[": [], "(": [], "<": []}
    for found in _BRACKET.finditer(block):
        mark = found.group()
        if mark in opened:
            opened[mark].append(found.start())
        elif starts := opened[_CLOSES[mark]]:
            cost += found.start() - starts.pop()
    return cost + sum(len(block) - start for starts in opened.values() for start in starts)


class _BareUrl(InlineProcessor):
    """A bare address becomes a link, as people expect of what they paste."""

    ANCESTOR_EXCLUDES = ("a",)

    def handleMatch(  # type: ignore[override]
        self, found: re.Match[str], data: str
    ) -> tuple[etree.Element, int, int]:
        link = etree.Element("a", {"href": found.group(1)})
        link.text = AtomicString(found.group(1))
        return link, found.start(0), found.end(0)


class _House(Extension):
    """Takes out raw HTML and images, adds links for bare addresses."""

    def extendMarkdown(self, md: markdown.Markdown) -> None:
        md.preprocessors.deregister("html_block")
        md.inlinePatterns.deregister("html")
        for image in ("image_link", "image_reference", "short_image_ref"):
            md.inlinePatterns.deregister(image)
        md.inlinePatterns.register(_BareUrl(_BARE_URL, md), "bare_url", 70)


def _converter() -> markdown.Markdown:
    """A fresh one each time: a converter keeps state and must not be shared by threads."""
    return markdown.Markdown(
        extensions=[
            TableExtension(use_align_attribute=True),
            "fenced_code",
            "sane_lists",
            _House(),
        ],
        output_format="html",
    )


def _link(tag: str, name: str, value: str) -> str | None:
    """Only whole addresses: no `//host`, no credentials before the host, nothing browsers mend."""
    if tag != "a" or name != "href":
        return value
    if re.search(r"[\s\\\x00-\x1f\x7f]", value):
        return None
    try:
        parts = urlsplit(value)
        host = parts.hostname
    except ValueError:
        return None
    if parts.scheme == "mailto":
        return value if "@" in parts.path and not parts.netloc else None
    whole = re.match(r"https?://[^/?#@]", value, re.IGNORECASE)
    return value if whole and host and "@" not in parts.netloc else None


_ALIGNED: Final = {"align": {"left", "center", "right"}}
_CLEANER: Final = nh3.Cleaner(
    tags=_TAGS,
    attributes={"a": {"href", "title"}, "ol": {"start"}},
    # Both scroll sideways on a phone, and what scrolls has to be reached by keyboard.
    set_tag_attribute_values={"pre": {"tabindex": "0"}, "table": {"tabindex": "0"}},
    tag_attribute_values={"th": _ALIGNED, "td": _ALIGNED},
    url_schemes={"http", "https", "mailto"},
    url_relative="deny",
    link_rel="noopener nofollow",
    attribute_filter=_link,
)
