"""An answer on a page: blocks as what a template draws. Everything from outside is escaped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from chatops.surface import (
    Block,
    Bold,
    Code,
    Context,
    Fields,
    Heading,
    Link,
    Person,
    Piece,
    Quote,
    Row,
    Text,
    When,
    Words,
)
from core.templatetags.aire import exact, when
from core.urls import safe_href

BREAK = mark_safe("<br>")


@dataclass(frozen=True, slots=True)
class HtmlBlock:
    """`kind` chooses how the template draws it; `words` are escaped already."""

    kind: str
    words: SafeString | None = None
    text: str = ""
    rows: tuple[tuple[str, SafeString], ...] = ()


def html_blocks(blocks: Sequence[Block]) -> list[HtmlBlock]:
    """Without buttons and pickers: the page has its own, and lines lead to what they are about."""
    return [drawn for block in blocks if (drawn := _block(block))]


def words_html(words: Words) -> SafeString:
    return format_html_join("", "{}", ((_piece(piece),) for piece in words))


def _piece(piece: Piece) -> SafeString | str:
    match piece:
        case Bold(text=text):
            return format_html("<strong>{}</strong>", text)
        case Code(text=text):
            return format_html('<code class="mono">{}</code>', text)
        case Link(label=label, url=url):
            href = url if url.startswith("/") and not url.startswith("//") else safe_href(url)
            return format_html('<a href="{}">{}</a>', href, label) if href else label
        case Person(name=name):
            return name
        case When(at=at, style=style):
            return exact(at) if style == "full" else when(at)
        case str():
            lines = ((line,) for line in piece.split("\n"))
            return format_html_join(BREAK, "{}", lines)
    raise TypeError(f"not a piece of text: {piece!r}")


def _block(block: Block) -> HtmlBlock | None:
    match block:
        case Heading(text=text):
            return HtmlBlock("heading", text=text)
        case Text(words=words):
            return HtmlBlock("text", words_html(words))
        case Quote(text=text):
            return HtmlBlock("quote", text=text)
        case Row(words=words):
            return HtmlBlock("text", words_html(words))
        case Fields(rows=rows):
            return HtmlBlock("fields", rows=tuple((name, words_html(w)) for name, w in rows))
        case Context(words=words):
            return HtmlBlock("context", words_html(words))
    return None
