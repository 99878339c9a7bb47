"""Beginning and ending shadow mode, and whether a page falls under it."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models.functions import Now

from accounts import audit
from core import clock
from core.actor import Actor
from core.errors import Conflict, Invalid, NotFound
from oncall.shadow.models import Shadow

SCOPE = re.compile(r"(?:source|team):[a-z0-9][a-z0-9_-]{0,62}")


@transaction.atomic
def begin_shadow(*, scope: str, until: datetime | None, actor: Actor, reason: str = "") -> Shadow:
    """From now on nobody is paged about what only this source or team is about. Without `until`
    it ends by hand."""
    if not SCOPE.fullmatch(scope):
        raise Invalid("Choose a source or a team.", errors={"scope": ["Choose one of the list."]})
    if until is not None and until <= clock.now():
        raise Invalid("That is over already.", errors={"until": ["Give a time to come."]})
    _close_overdue()
    if Shadow.objects.filter(scope=scope, ended_at=None).exists():
        raise Conflict("It is in shadow mode already.")
    shadow = Shadow.objects.create(
        scope=scope, until=until, reason=reason.strip()[:300], started_by=actor.label[:200]
    )
    _record(actor, "shadow.begin", shadow)
    return shadow


@transaction.atomic
def end_shadow(*, shadow_id: int, actor: Actor) -> Shadow:
    """What begins from now on pages for real. What runs in shadow stays recorded only."""
    shadow = Shadow.objects.select_for_update().filter(pk=shadow_id, ended_at=None).first()
    if shadow is None:
        raise NotFound("It has ended already.")
    shadow.ended_at, shadow.ended_by = clock.now(), actor.label[:200]
    shadow.save(update_fields=["ended_at", "ended_by"])
    _record(actor, "shadow.end", shadow)
    return shadow


def active_scopes() -> set[str]:
    """What is in shadow mode now."""
    running = Shadow.objects.filter(ended_at=None).values_list("scope", "until")
    now = clock.now()
    return {scope for scope, until in running if until is None or until > now}


def in_shadow(active: Collection[str], *, sources: Collection[str], teams: Collection[str]) -> bool:
    """Whether nobody is to be paged: every one of the sources is in shadow mode, or every one of
    the teams. One that is not pages (fail open)."""
    by_source = bool(sources) and all(f"source:{slug}" in active for slug in sources)
    return by_source or (bool(teams) and all(f"team:{slug}" in active for slug in teams))


def _close_overdue() -> None:
    """Those whose date has come: written down as ended then."""
    for shadow in Shadow.objects.filter(ended_at=None, until__lte=Now()):
        shadow.ended_at, shadow.ended_by = shadow.until, "its date"
        shadow.save(update_fields=["ended_at", "ended_by"])


def close_overdue() -> int:
    """A chore; nothing depends on it."""
    with transaction.atomic():
        _close_overdue()
    return 0


def _record(actor: Actor, action: str, shadow: Shadow) -> None:
    audit.record(
        actor=actor,
        action=action,
        target_kind="shadow",
        target_ref=shadow.scope,
        until=shadow.until.isoformat() if shadow.until else None,
    )
