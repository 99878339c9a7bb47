"""Lines that a rule drafted and nobody has accepted yet: kept beside the text, marked in it. Pure.

A section remembers its generated lines as text. A line stays marked as long as the body still has
exactly this line; whoever changes it has made it theirs.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from django.utils.safestring import SafeString, mark_safe

from core.markdown import render

# Private-use characters that survive Markdown and its sanitiser, and that no text may bring along.
_OPEN, _CLOSE = "\ue0a0", "\ue0a1"
_MARK = '<mark class="drafted" title="Drafted, not accepted yet">'
_STRUCTURE = re.compile(r"[ \t]*(?:>[ \t]*)*(?:#{1,6}[ \t]+|(?:[-*+]|[0-9]{1,9}[.)])[ \t]+)?")
_TAG = re.compile(r"""(<(?:"[^"]*"|[^">])*>)""")


def still_generated(body: str, generated: Iterable[str]) -> list[str]:
    """Those generated lines that the body still has unchanged, in the order of the body."""
    left = Counter(generated)
    kept = []
    for line in body.split("\n"):
        if left[line] > 0:
            left[line] -= 1
            kept.append(line)
    return kept


def accepted(generated: Iterable[str], line: str) -> list[str]:
    """Without one occurrence of this line. The same list where it is not among them."""
    rest = list(generated)
    if line in rest:
        rest.remove(line)
    return rest


def render_marked(body: str, generated: Iterable[str]) -> SafeString:
    """Safe HTML in which generated lines stand in `<mark class="drafted">`."""
    text = body.replace(_OPEN, "").replace(_CLOSE, "")
    left = Counter(generated)
    lines = []
    for line in text.split("\n"):
        if left[line] > 0:
            left[line] -= 1
            line = _marked(line)
        lines.append(line)
    html = render("\n".join(lines))
    if _OPEN not in html and _CLOSE not in html:
        return html
    return mark_safe("".join(map(_told, _TAG.split(html))))  # noqa: S308 - sanitised before


def _told(part: str) -> str:
    """Marks stand in text only: in an attribute they would end it."""
    if part.startswith("<"):
        return part.replace(_OPEN, "").replace(_CLOSE, "")
    return part.replace(_OPEN, _MARK).replace(_CLOSE, "</mark>")


def _marked(line: str) -> str:
    """The words of the line, without what makes it a list item, a heading or a quotation. The
    blank keeps the mark out of an address that ends the line."""
    found = _STRUCTURE.match(line)
    start = found.group() if found else ""
    words = line[len(start) :].rstrip()
    return f"{start}{_OPEN}{words} {_CLOSE}" if words else line
