"""What is in shadow mode, what it recorded, and how that compares."""

from __future__ import annotations

from collections.abc import Iterator

from django.template.loader import render_to_string

from accounts.models import Team, User
from core import clock
from oncall.models import Page
from oncall.selectors import all_pages, visible_pages
from oncall.shadow.models import Shadow
from oncall.shadow.services import active_scopes

SHOWN = 500
EXPORTED = 10_000


def shadows() -> tuple[list[Shadow], list[Shadow]]:
    """Those that are on, and the newest that have ended."""
    on = active_scopes()
    running = [one for one in Shadow.objects.filter(ended_at=None) if one.scope in on]
    known = {one.pk for one in running}
    return running, list(Shadow.objects.exclude(pk__in=known)[:20])


def shadow_banner(scope: str) -> str:
    """What the page of a source or a team says on top while it is in shadow mode, else ""."""
    shadow = Shadow.objects.filter(scope=scope, ended_at=None).first()
    if shadow is None or (shadow.until is not None and shadow.until <= clock.now()):
        return ""
    context = {"shadow": shadow, "what": shadow.kind}
    return render_to_string("oncall/shadow_banner.html", context)


def scope_choices(sources: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """`sources` are slug and name: they are kept by a room above this one."""
    teams = [(f"team:{team.slug}", f"Team: {team.name}") for team in Team.objects.all()]
    return [*((f"source:{slug}", f"Source: {name}") for slug, name in sources), *teams]


def recorded(user: User, *, limit: int = SHOWN) -> list[Page]:
    """Who would have been paged, newest first, as far as this person may see it."""
    pages = all_pages().filter(shadow=True).order_by("-created_at", "-id")[:limit]
    return visible_pages(user, pages)


def by_person(pages: list[Page]) -> list[tuple[str, int]]:
    """How often whom: the line to compare with the old tool."""
    counts: dict[str, int] = {}
    for page in pages:
        name = str(page.user) if page.user else page.target
        counts[name] = counts.get(name, 0) + 1
    return sorted(counts.items())


def csv_rows(user: User) -> Iterator[list[str]]:
    yield ["at", "who", "email", "about", "title", "severity", "step", "because"]
    for page in recorded(user, limit=EXPORTED):
        card = page.escalation.card
        yield [
            page.created_at.isoformat(),
            str(page.user) if page.user else page.target,
            page.user.email if page.user else "",
            str(card.get("ref") or ""),
            str(card.get("title") or ""),
            str(card.get("severity") or ""),
            str(page.step + 1),
            page.because,
        ]
