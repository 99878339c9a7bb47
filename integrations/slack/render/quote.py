"""What somebody wrote in AIRE's small markdown, as Slack's markup, set off by a bar. Pure.

Slack's markup has no headings, tables or labelled links that can be trusted: an address is always
shown as itself.
"""

from __future__ import annotations

import re

from core.urls import safe_href
from integrations.slack.render import limits
from integrations.slack.render.words import cut, escape, escape_url

_FENCE = re.compile(r"\s{0,3}(?:```|~~~)")
_HEADING = re.compile(r"\s{0,3}#{1,6}\s+(.+?)\s*#*$")
_BULLET = re.compile(r"(\s*)[-*+]\s+(.*)")
_INLINE = re.compile(
    r"`(?P<code>[^`\n]+)`"
    r"|!?\[(?P<label>[^\]\n]{0,300})\]\((?P<url>[^()\s]{1,2000})\)"
    r"|(?P<bare>https?://[^\s<>\[\]\"'`\\|]{1,2000}[^\s<>\[\]\"'`\\|.,;:!?)*_])"
    r"|\*\*(?P<bold>[^*\n]+)\*\*"
    r"|~~(?P<struck>[^~\n]+)~~"
)


def quoted(text: str, limit: int = limits.QUOTE) -> str:
    """Within the limit; what is cut ends with the words that lead to the rest."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    kept = text[:limit]
    out = _converted(kept)
    while len(out) > limit or (len(kept) < len(text) and not out.endswith(limits.MORE)):
        room = limit - len(limits.MORE) - 4
        kept = kept[: min(len(kept) - 1, room) - max(0, len(out) - limit) // 6]
        out = _converted(kept) + f"\n{limits.MORE}"
        if not kept:
            return cut(limits.MORE, limit)
    return out


def _converted(text: str) -> str:
    lines: list[str] = []
    fenced = False
    for line in text.split("\n"):
        if _FENCE.match(line):
            fenced = not fenced
            lines.append("```")
        elif fenced:
            lines.append(escape(line).replace("```", "'''"))
        else:
            lines.append(_line(line))
    if fenced:
        lines.append("```")
    if "```" in lines:
        return "\n".join(lines)
    return "\n".join(f"> {line}" for line in lines)


def _line(line: str) -> str:
    if heading := _HEADING.fullmatch(line):
        return f"*{escape(heading[1].replace('*', ''))}*"
    if bullet := _BULLET.fullmatch(line):
        return f"{bullet[1]}• {_inline(bullet[2])}"
    return _inline(line)


def _inline(line: str) -> str:
    out, last = "", 0
    for found in _INLINE.finditer(line):
        out += escape(line[last : found.start()]) + _marked(found)
        last = found.end()
    return out + escape(line[last:])


def _marked(found: re.Match[str]) -> str:
    match found.lastgroup:
        case "code":
            return f"`{escape(found['code'])}`"
        case "bold":
            return f"*{escape(found['bold'])}*"
        case "struck":
            return f"~{escape(found['struck'])}~"
        case "bare":
            return _address(found["bare"]) or escape(found["bare"])
        case _:
            shown = _address(found["url"])
            return f"{escape(found['label'])} ({shown})" if shown else escape(found[0])


def _address(url: str) -> str | None:
    href = safe_href(url)
    return f"<{escape_url(href)}>" if href else None
