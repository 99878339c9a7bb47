"""The template tags every page uses: icons, marks, times, links. No queries, no rules.

Each tag is documented in docs/design.md and shown at /settings/design/.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from django import template
from django.conf import settings
from django.forms import BoundField, CheckboxInput
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from core import svg, urls
from core.clock import now
from core.durations import age_words, exact_words, seconds_words
from core.markdown import render as render_markdown

register = template.Library()

THEMES = ("light", "dark")

# Shape and tone of every state that a page shows. Colour never stands alone: the word is beside it.
_STATUS_MARKS: Mapping[str, tuple[str, str]] = {
    "open": ("solid", ""),
    "acknowledged": ("half", ""),
    "mitigated": ("stripe", ""),
    "resolved": ("check", "good"),
    "closed": ("outline", "quiet"),
    "cancelled": ("dash", "quiet"),
    "firing": ("solid", ""),
    "silenced": ("slash", "quiet"),
    "pending": ("dots", "quiet"),
    "sending": ("dots", "quiet"),
    "sent": ("check", "good"),
    "delivered": ("check", "good"),
    "done": ("check", "good"),
    "in_progress": ("half", ""),
    "wont_do": ("dash", "quiet"),
    "connected": ("check", "good"),
    "failed": ("cross", "bad"),
    "dead": ("cross", "bad"),
    "set_aside": ("cross", "bad"),
    "skipped": ("dash", "quiet"),
    "ended": ("outline", "quiet"),
    "draft": ("dots", "quiet"),
    "in_review": ("half", ""),
    "changes_requested": ("stripe", ""),
    "approved": ("check", "good"),
    "published": ("solid", "good"),
    "planning": ("dots", "quiet"),
    "ready": ("outline", ""),
    "waiting": ("half", ""),
    "running": ("dots", ""),
    "verifying": ("dots", ""),
    "held": ("cross", "bad"),
    "uncertain": ("cross", "bad"),
    "succeeded": ("check", "good"),
    "stopped": ("dash", "quiet"),
    "undoing": ("dots", ""),
    "undone": ("outline", "quiet"),
    "refused": ("slash", "quiet"),
    "expired": ("slash", "quiet"),
}


@register.simple_tag
def icon(name: str, size: str = "") -> SafeString:
    """`{% icon "flame" %}`, `{% icon "flame" "lg" %}`; names are the ids in static/icons.svg."""
    return format_html(
        '<svg class="icon{}" aria-hidden="true"><use href="{}#{}"/></svg>',
        " icon-lg" if size == "lg" else "",
        static("icons.svg"),
        name,
    )


@register.simple_tag
def severity_mark(severity: str | None, style: str = "") -> SafeString:
    """`{% severity_mark incident.severity %}`; "compact" keeps the word for screen readers only."""
    level = str(severity or "").lower().removeprefix("sev")
    if level not in {"1", "2", "3", "4"}:
        return format_html('<span class="mark muted">{}</span>', "No severity")
    return format_html(
        '<span class="mark sev{}" title="Severity {}">{}<span class="{}">SEV{}</span></span>',
        level,
        level,
        svg.severity_shape(int(level)),
        "sr-only" if style == "compact" else "sev-word",
        level,
    )


@register.simple_tag
def status_mark(status: str | None, label: str = "") -> SafeString:
    """`{% status_mark incident.status %}`: shape and word; `label` replaces the word."""
    key = str(status or "").lower()
    shape, tone = _STATUS_MARKS.get(key, ("outline", "quiet"))
    word = label or key.replace("_", " ").capitalize() or "Unknown"
    return format_html(
        '<span class="mark status{}">{}<span>{}</span></span>',
        f" status-{tone}" if tone else "",
        svg.status_shape(shape),
        word,
    )


@register.simple_tag
def when(moment: datetime | None, none: str = "–") -> SafeString:
    """`{% when incident.opened_at %}`: relative as text, exact on hover, kept true by ages.js."""
    if moment is None:
        return format_html('<span class="muted">{}</span>', none)
    return format_html(
        '<time datetime="{}" title="{}" data-age>{}</time>',
        moment.isoformat(timespec="seconds"),
        exact_words(timezone.localtime(moment)),
        age_words(moment, at=now()),
    )


@register.simple_tag
def exact(moment: datetime | None, none: str = "–") -> SafeString:
    """`{% exact event.occurred_at %}`: the full time in the viewer's zone."""
    if moment is None:
        return format_html('<span class="muted">{}</span>', none)
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        moment.isoformat(timespec="seconds"),
        age_words(moment, at=now()),
        exact_words(timezone.localtime(moment)),
    )


@register.filter
def of(found: Any, key: Any) -> Any:
    """`{% with mark=marks|of:incident.pk %}`: what a mapping has under a key; None without."""
    return found.get(key) if found else None


@register.filter
def duration(seconds: Any) -> str:
    """`{{ seconds|duration }}`: "4 min 10 s", "3 h 12 min"; takes seconds or a timedelta."""
    total = getattr(seconds, "total_seconds", lambda: seconds)()
    try:
        return seconds_words(float(total))
    except (TypeError, ValueError, OverflowError):
        return "–"


@register.filter
def markdown(text: str | None) -> SafeString:
    """`{{ text|markdown }}`: sanitised HTML; put it into an element of class `prose`."""
    return render_markdown(text or "")


@register.filter
def safe_href(url: str | None) -> str | None:
    """`{% with href=url|safe_href %}{% if href %}`: the URL when a link may point there."""
    return urls.safe_href(url) if url else None


@register.simple_tag
def sparkline(values: Sequence[float | None] | None, title: str = "") -> SafeString:
    """`{% sparkline counts "Alerts in the last 24 hours" %}`; `None` in the values is a gap."""
    data = list(values or [])
    present = [value for value in data if value is not None]
    reading = f"latest {present[-1]:g}, highest {max(present):g}" if present else "no data"
    return svg.sparkline(data, title=f"{title}: {reading}" if title else reading.capitalize())


@register.simple_tag
def bar(percent: float | None, tone: str = "accent", title: str = "") -> SafeString:
    """`{% bar 61 "ok" "61% of the budget left" %}`; tones: accent, ok, warn, danger."""
    if percent is None:
        return format_html('<span class="muted">{}</span>', "No data")
    return svg.bar(percent, tone=tone, title=title or f"{percent:g}%")


@register.simple_tag
def parts_bar(parts: Sequence[float | None], title: str, chart: Any, standing: bool = False) -> str:
    """`{% parts_bar item.parts item.reading chart True %}`: one bar of a chart on its scale."""
    return svg.parts_bar(
        parts, highest=chart.highest, title=title, standing=standing, overlay=chart.overlay
    )


@register.simple_tag
def swatch(number: int) -> SafeString:
    """`{% swatch forloop.counter %}`: the colour of a chart's nth part."""
    return svg.swatch(number)


@register.simple_tag
def avatar(user: Any, style: str = "") -> SafeString:
    """`{% avatar user %}`: initials with the name for screen readers; "decorative" where the name
    is printed beside it."""
    return _avatar(person_name(user), style)


@lru_cache(maxsize=4096)
def _avatar(name: str, style: str) -> SafeString:
    words = [word for word in name.split("@")[0].replace(".", " ").split() if word]
    initials = "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words))
    hidden = mark_safe('aria-hidden="true"')
    return format_html(
        '<span class="avatar avatar-{}" title="{}" {}>{}</span>',
        zlib.crc32(name.encode()) % 4,
        name,
        hidden if style == "decorative" else format_html('role="img" aria-label="{}"', name),
        initials.upper() or "?",
    )


@register.filter
def person_name(user: Any) -> str:
    """`{{ user|person_name }}`: the full name, else the address, else "Nobody"."""
    if user is None or user == "":
        return "Nobody"
    full = getattr(user, "get_full_name", None)
    name = full() if callable(full) else getattr(user, "name", "")
    return str(name or getattr(user, "email", "") or user)


@register.simple_tag(takes_context=True)
def nav_link(
    context: template.Context, name: str, label: str, icon_name: str = "", key: str = ""
) -> str:
    """`{% nav_link "incidents:list" "Incidents" "flame" "g i" %}`; nothing where there is no
    address. `key` are the keys that go there."""
    try:
        href = reverse(name)
    except NoReverseMatch:
        return ""
    request: HttpRequest | None = context.get("request")
    path = request.path if request else ""
    current = path == href or (href != "/" and path.startswith(href))
    return format_html(
        '<a class="nav-link" href="{}"{}{}>{}<span>{}</span></a>',
        href,
        format_html(' data-key="{}"', key) if key else "",
        mark_safe(' aria-current="page"') if current else "",
        icon(icon_name) if icon_name else "",
        label,
    )


@register.simple_tag
def url_or_none(name: str, *args: Any) -> str | None:
    """`{% url_or_none "account_logout" as logout %}`: None where the address is absent."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return None


@register.simple_tag(takes_context=True)
def querystring_with(context: template.Context, **changes: Any) -> str:
    """`{% querystring_with status="open" %}`: the filters kept, these changed, paging dropped.

    `None` or an empty text removes a filter. Always starts with "?", so that a link made of it
    clears the query when nothing is left.
    """
    request: HttpRequest | None = context.get("request")
    query = request.GET.copy() if request else None
    if query is None:
        return "?"
    query.pop("cursor", None)
    for key, value in changes.items():
        query.pop(key, None)
        if value is None or value == "":
            continue
        many = isinstance(value, Iterable) and not isinstance(value, str)
        query.setlist(key, [str(item) for item in value] if many else [str(value)])
    return f"?{query.urlencode()}"


@register.simple_tag
def field(bound: BoundField, label: str = "") -> SafeString:
    """`{% field form.title %}`: label, control, help and errors, joined by aria-describedby."""
    widget = bound.field.widget
    return render_to_string(
        "components/field.html",
        {
            "field": bound,
            "label": label or bound.label,
            "is_checkbox": isinstance(widget, CheckboxInput),
            "is_group": bound.use_fieldset,
        },
    )


@register.simple_tag(takes_context=True)
def theme(context: template.Context, *, ask_account: bool = True) -> str:
    """The theme for `<html data-theme>`: this browser's choice, else the account's, else none.

    Pages that must be drawn while the database is away do not ask the account.
    """
    request: HttpRequest | None = context.get("request")
    chosen = request.COOKIES.get("aire_theme", "") if request else ""
    if chosen == "system" or (chosen not in THEMES and not ask_account):
        return ""
    if chosen in THEMES:
        return chosen
    account = getattr(context.get("user"), "theme", "")
    return account if account in THEMES else ""


@register.simple_tag
def time_zone() -> str:
    """The name of the viewer's zone, as the time-zone middleware set it."""
    return timezone.get_current_timezone_name()


@register.simple_tag
def version() -> str:
    """The running version of AIRE."""
    return str(getattr(settings, "VERSION", ""))
