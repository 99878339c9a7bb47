"""Sections as people read them: markdown, drafted lines marked, citations as links. No queries."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from core.markdown import render
from postmortems.generated import render_marked
from postmortems.models import Section

CITED = re.compile(r"\[E([1-9][0-9]{0,3})\]")
_TAG = re.compile(r"""(<(?:"[^"]*"|[^">])*>)""")


def section_html(section: Section, cited: Collection[int] = ()) -> SafeString:
    """Safe HTML of a section on its page; `cited` are the numbers of its document's citations."""
    return with_links(render_marked(section.body, section.generated), cited)


def text_html(body: str, cited: Collection[int] = ()) -> SafeString:
    """The same of any text, without marks."""
    return with_links(render(body), cited)


def with_links(html: SafeString, cited: Collection[int]) -> SafeString:
    """`[E3]` leads to the third citation where there is one; inside of links it stays text."""
    if not cited or "[E" not in html:
        return html
    parts, in_link = [], 0
    for part in _TAG.split(html):
        if part.startswith("<"):
            in_link += part.startswith("<a ") - part.startswith("</a")
            parts.append(part)
        else:
            parts.append(part if in_link else _linked(part, cited))
    return mark_safe("".join(parts))  # noqa: S308 - sanitised; only our links were added


def _linked(text: str, cited: Collection[int]) -> str:
    def link(found: re.Match[str]) -> str:
        number = int(found.group(1))
        if number not in cited:
            return found.group()
        return format_html('<a href="#evidence-{}">[E{}]</a>', number, number)

    return CITED.sub(link, text)


def cited_in(bodies: Iterable[str]) -> set[int]:
    """The numbers that texts cite."""
    return {int(found.group(1)) for body in bodies for found in CITED.finditer(body)}
