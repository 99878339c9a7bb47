"""Reads of the catalog, each fully loaded for its page and through what the reader may see."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Prefetch, QuerySet

from accounts.models import User
from catalog.filters import SystemFilter
from catalog.graph import Edge, circle_through
from catalog.models import Change, System, SystemDependency, SystemOwner, SystemPart
from core.errors import Invalid, NotFound
from core.pages import Page, paginate

LIST_ORDER = ("tier", "name", "id")
CHANGE_ORDER = ("-occurred_at", "-id")
RECENT_CHANGES = 10
PAGE_SIZE = 50
MAX_DISTANCE = 5
MAX_SHOWN = 500

_UPSTREAM = ("system_id", "depends_on_id")
_DOWNSTREAM = ("depends_on_id", "system_id")


@dataclass(frozen=True, slots=True)
class OwnerSlot:
    """One discipline of a system. `user` is None where nobody is named; `gap` also counts somebody
    who can no longer sign in."""

    discipline: str
    label: str
    user: User | None

    @property
    def gap(self) -> bool:
        return self.user is None or not self.user.is_active


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A system reached over dependencies, `distance` steps away."""

    system: System
    distance: int


@dataclass(frozen=True, slots=True)
class Reach:
    """How far a failure of a system goes: who depends on it, directly or through others."""

    systems: int
    critical: int
    farthest: int


@dataclass(frozen=True, slots=True)
class SystemPage:
    system: System
    owners: tuple[OwnerSlot, ...]
    upstream: tuple[Neighbour, ...]
    dependents: tuple[Neighbour, ...]
    reach: Reach
    changes: tuple[Change, ...]
    parts: tuple[SystemPart, ...]
    circle: tuple[str, ...] = ()
    """The names along which the system depends on itself, () when it does not."""

    @property
    def gaps(self) -> int:
        return sum(slot.gap for slot in self.owners)


def visible_systems(user: User) -> QuerySet[System]:
    """Systems with team, owners and direct dependencies: a fixed number of queries."""
    return (
        System.objects.visible_to(user)
        .defer("search")
        .select_related("team")
        .prefetch_related(
            Prefetch("owners", SystemOwner.objects.select_related("user")),
            Prefetch("depends_on", System.objects.only("slug", "name").order_by("slug")),
        )
    )


def whole_systems(user: User) -> QuerySet[System]:
    """With their parts and KPIs as well: all that the System kind says."""
    return visible_systems(user).prefetch_related("parts", "kpis")


def system_filter(user: User, asked: Mapping[str, Any]) -> SystemFilter:
    """The list's filters over what the user sees; `.qs` is the result, `.form` the controls."""
    return SystemFilter(asked, queryset=visible_systems(user))


def systems_page(
    user: User, filters: Mapping[str, Any], *, cursor: str | None = None
) -> Page[System]:
    """One page of the list, most critical tier first. Values that no filter knows are ignored."""
    systems: QuerySet[System] = system_filter(user, filters).qs
    return paginate(systems, order=LIST_ORDER, cursor=cursor, size=PAGE_SIZE)


def system_for(user: User, slug: str) -> System:
    system = None if "\x00" in slug else visible_systems(user).filter(slug=slug).first()
    if system is None:
        raise NotFound(f"There is no system “{slug[:63]}”, or you may not see it.")
    return system


def system_named(user: User, slug: str) -> System:
    """Like `system_for`, where a field of the input names the system."""
    try:
        return system_for(user, slug)
    except NotFound as error:
        raise Invalid(error.message, errors={"system": [error.message]}) from error


def system_page(user: User, slug: str) -> SystemPage:
    around = surroundings(user, slug)
    system = around.system
    return SystemPage(
        system=system,
        owners=owner_slots(system),
        upstream=around.upstream,
        dependents=around.dependents,
        reach=around.reach,
        changes=tuple(visible_changes(user).filter(system=system)[:RECENT_CHANGES]),
        parts=_in_order(system.parts.all()),
        circle=around.circle,
    )


@dataclass(frozen=True, slots=True)
class Surroundings:
    """A system between what it needs and who needs it, the nearest `MAX_SHOWN` of each."""

    system: System
    upstream: tuple[Neighbour, ...]
    dependents: tuple[Neighbour, ...]
    reach: Reach
    circle: tuple[str, ...]


def surroundings(user: User, slug: str) -> Surroundings:
    system = system_for(user, slug)
    upstream, dependents = upstream_of([system.pk]), dependents_of([system.pk])
    reached = neighbours(user, dependents)
    return Surroundings(
        system,
        neighbours(user, upstream)[:MAX_SHOWN],
        reached[:MAX_SHOWN],
        reach_of(reached),
        circle_of(user, system, upstream, dependents),
    )


def _in_order(parts: Iterable[SystemPart]) -> tuple[SystemPart, ...]:
    """The model first, as the kinds are listed."""
    kinds = SystemPart.Kind.values
    return tuple(sorted(parts, key=lambda part: (kinds.index(part.kind), part.name)))


def reach_of(dependents: Collection[Neighbour]) -> Reach:
    return Reach(
        systems=len(dependents),
        critical=sum(one.system.tier == 1 for one in dependents),
        farthest=max((one.distance for one in dependents), default=0),
    )


def edges_among(system_ids: Collection[int]) -> list[Edge]:
    """The dependencies between these systems. One query."""
    rows = SystemDependency.objects.filter(system__in=system_ids, depends_on__in=system_ids)
    return list(rows.values_list("system_id", "depends_on_id"))


def circle_of(
    user: User | None, system: System, upstream: Collection[int], dependents: Collection[int]
) -> tuple[str, ...]:
    """The names of a circle of dependencies through the system, from it back to it; () without
    one. No query unless there is one. Without a user for whoever applies files, who sees all."""
    around = {*upstream} & {*dependents}
    if not around:
        return ()
    way = circle_through(system.pk, edges_among([system.pk, *around]))
    seen = System.objects.visible_to(user) if user else System.objects.all()
    names = dict(seen.filter(pk__in=way).values_list("pk", "name"))
    return tuple(names[key] for key in way if key in names)


def owner_slots(system: System) -> tuple[OwnerSlot, ...]:
    """Every discipline in its order, named or not."""
    named = {owner.discipline: owner.user for owner in system.owners.all()}
    return tuple(
        OwnerSlot(value, str(label), named.get(value))
        for value, label in SystemOwner.Discipline.choices
    )


def visible_changes(user: User) -> QuerySet[Change]:
    """Changes of the systems that the user sees, newest first."""
    changes = Change.objects.select_related("system").defer("system__search")
    return changes if user.is_active else changes.none()


def changes_page(user: User, system: System, *, cursor: str | None = None) -> Page[Change]:
    changes = visible_changes(user).filter(system=system)
    return paginate(changes, order=CHANGE_ORDER, cursor=cursor, size=PAGE_SIZE)


def upstream_of(system_ids: Collection[int], *, max_distance: int = MAX_DISTANCE) -> dict[int, int]:
    """What these systems depend on, directly or through others: primary key → number of steps."""
    return _walk(_UPSTREAM, system_ids, max_distance)


def dependents_of(
    system_ids: Collection[int], *, max_distance: int = MAX_DISTANCE
) -> dict[int, int]:
    """What depends on these systems, directly or through others: primary key → steps."""
    return _walk(_DOWNSTREAM, system_ids, max_distance)


def _walk(
    direction: tuple[str, str], system_ids: Collection[int], max_distance: int
) -> dict[int, int]:
    """One recursive query. Circles end it: each (system, distance) is kept once, and distances
    are bounded. The systems it starts from are left out."""
    start, end = direction
    ids = list(system_ids)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH RECURSIVE walk (id, distance) AS (
                SELECT {end}, 1 FROM catalog_systemdependency WHERE {start} = ANY(%(ids)s)
                UNION
                SELECT edge.{end}, walk.distance + 1
                FROM walk JOIN catalog_systemdependency edge ON edge.{start} = walk.id
                WHERE walk.distance < %(limit)s
            )
            SELECT id, min(distance) FROM walk WHERE id <> ALL(%(ids)s) GROUP BY id
            """,  # noqa: S608  column names are constants above
            {"ids": ids, "limit": max_distance},
        )
        return dict(cursor.fetchall())


def neighbours(user: User, distances: Mapping[int, int]) -> tuple[Neighbour, ...]:
    """The nearest first."""
    systems = System.objects.visible_to(user).defer("search").filter(pk__in=distances)
    found = [Neighbour(system, distances[system.pk]) for system in systems]
    return tuple(sorted(found, key=lambda one: (one.distance, one.system.name)))
