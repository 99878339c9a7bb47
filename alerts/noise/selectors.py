"""Reads of silences and of what is held back, for pages and the API."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet

from accounts.models import User
from alerts.models import Alert, Flap, Hold, Inhibition, Silence
from alerts.noise.windows import Window, active_window, windows
from catalog.models import System
from core import clock
from core.errors import NotFound
from core.pages import Page, paginate

STATES = ("active", "planned", "over")
ORDER = ("-created_at", "-id")
PAGE_SIZE = 50
SHOWN = 50
MOST = 1000
AHEAD = 5


@dataclass(frozen=True, slots=True)
class Shown:
    """A silence as pages show it: its state now, and its windows from now on."""

    silence: Silence
    state: str
    window: Window | None
    ahead: tuple[Window, ...] = ()
    holding: int = 0

    @property
    def next(self) -> Window | None:
        return self.ahead[0] if self.ahead else None


@dataclass(frozen=True, slots=True)
class Quiet:
    """What keeps AIRE quiet right now, in numbers."""

    silences: int
    maintenance: int
    held: int
    ends_first: datetime | None

    @property
    def any(self) -> bool:
        return bool(self.silences or self.maintenance or self.held)


def visible_silences(user: User) -> QuerySet[Silence]:
    """Silences are open to everyone signed in, as alerts are."""
    silences = Silence.objects.select_related("system").defer("system__search")
    return silences.order_by(*ORDER) if user.is_active else silences.none()


def silence_for(user: User, pk: UUID) -> Silence:
    silence = visible_silences(user).filter(pk=pk).first()
    if silence is None:
        raise NotFound("There is no such silence.")
    return silence


def silence_query(user: User, *, state: str = "", system: str = "") -> QuerySet[Silence]:
    """`active` and `planned` are told apart by their windows, afterwards; here both are current."""
    found, now = visible_silences(user), clock.now()
    over = Q(expired_at__isnull=False) | Q(last_ends_at__lte=now)
    if state == "over":
        found = found.filter(over)
    elif state in ("active", "planned", "current"):
        found = found.exclude(over)
    if system:
        found = found.filter(system__slug=system)
    return found


def current_silences(user: User) -> list[Shown]:
    """All that hold now or will, those that hold first."""
    found = shown(silence_query(user, state="current")[:MOST])
    return sorted(found, key=lambda one: (one.state != "active", _soon(one)))


def past_silences(user: User, *, cursor: str | None = None) -> Page[Silence]:
    return paginate(silence_query(user, state="over"), order=ORDER, cursor=cursor, size=PAGE_SIZE)


def shown(silences: Iterable[Silence]) -> list[Shown]:
    """With how many alerts each holds back; one query for all."""
    rows = list(silences)
    refs = Hold.objects.filter(ref__in=[str(row.pk) for row in rows]).values_list("ref", flat=True)
    counts: dict[str, int] = {}
    for ref in refs:
        counts[ref] = counts.get(ref, 0) + 1
    now = clock.now()
    return [_shown(row, counts.get(str(row.pk), 0), now) for row in rows]


def state_of(silence: Silence, at: datetime) -> str:
    return _shown(silence, 0, at).state


def _shown(silence: Silence, holding: int, now: datetime) -> Shown:
    found = windows(silence.starts_at, silence.ends_at, silence.recurrence, silence.time_zone)
    if silence.expired_at is not None or found[-1].ends <= now:
        return Shown(silence, "over", None, (), holding)
    window = active_window(found, now)
    ahead = tuple(one for one in found if one.starts > now)[:AHEAD]
    return Shown(silence, "active" if window else "planned", window, ahead, holding)


def _soon(one: Shown) -> datetime:
    if one.window:
        return one.window.ends
    return one.next.starts if one.next else one.silence.last_ends_at


def held_alerts(user: User, silence: Silence) -> list[Alert]:
    """The alerts that it holds back now, the last heard of first."""
    refs = Hold.objects.filter(ref=str(silence.pk)).values("alert_id")
    alerts = Alert.objects.visible_to(user).filter(pk__in=refs).select_related("source", "system")
    return list(alerts.defer("system__search", "annotations").order_by("-listed_at")[:SHOWN])


def holds_of(alert: Alert) -> list[Hold]:
    return list(alert.holds.order_by("since"))


def flapping_since(alert: Alert) -> datetime | None:
    """Since when the alert's condition has been flapping, if it does."""
    flap = Flap.objects.filter(source_id=alert.source_id, dedup_key=alert.dedup_key).first()
    return flap.flapping_since if flap else None


def quiet_now(user: User, systems: Sequence[System] | None = None) -> Quiet:
    """What is silent right now, of these systems or everywhere. One query while nothing is."""
    ids = None if systems is None else [system.pk for system in systems]
    with connection.cursor() as cursor:
        cursor.execute(_QUIET, {"systems": ids, "now": clock.now(), "most": MOST})
        held, current = cursor.fetchone() if user.is_active else (0, 0)
    found = silence_query(user, state="current")[:MOST] if current else []
    active = [
        one
        for one in (_shown(silence, 0, clock.now()) for silence in found)
        if one.window and (ids is None or one.silence.system_id in ids)
    ]
    ends = [one.window.ends for one in active if one.window]
    return Quiet(
        silences=sum(not one.silence.is_maintenance for one in active),
        maintenance=sum(one.silence.is_maintenance for one in active),
        held=held,
        ends_first=min(ends, default=None),
    )


_QUIET = """
    SELECT (SELECT count(*) FROM (
                SELECT 1 FROM alerts_alert WHERE status = 'silenced'
                   AND (%(systems)s::bigint[] IS NULL OR system_id = ANY(%(systems)s::bigint[]))
                 LIMIT %(most)s) held),
           (SELECT count(*) FROM alerts_silence
             WHERE expired_at IS NULL AND last_ends_at > %(now)s
               AND (%(systems)s::bigint[] IS NULL OR system_id = ANY(%(systems)s::bigint[])))"""


def silences_of_system(user: User, system: System) -> list[Shown]:
    """The maintenance of a system that holds or is planned."""
    found = shown(silence_query(user, state="current", system=system.slug)[:MOST])
    return sorted(found, key=_soon)


def visible_inhibitions(user: User) -> QuerySet[Inhibition]:
    rules = Inhibition.objects.order_by("name", "id")
    return rules if user.is_active else rules.none()


def inhibition_for(user: User, slug: str) -> Inhibition:
    rule = None if "\x00" in slug else visible_inhibitions(user).filter(slug=slug).first()
    if rule is None:
        raise NotFound("There is no such rule.")
    return rule
