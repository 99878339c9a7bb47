"""Reads of people, teams, keys and the audit trail, each through who may see it."""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import Count, Prefetch, Q, QuerySet

from accounts.models import ApiKey, AuditEntry, Role, Team, User
from core.clock import zone_names
from core.errors import NotFound
from core.registry import Registry

team_banners: Registry[Callable[[Team], str]] = Registry("Banner of a team")
"""What a higher room says on top of a team's page: escaped HTML, or "" for nothing."""

hidden_audit_lines: Registry[Callable[[User], Q]] = Registry("Audit filter")
"""Rooms with objects of their own secrecy add which audit lines a person may not read."""


def visible_people(user: User) -> QuerySet[User]:
    """Everybody, for managers; oneself, for the others; nobody, for somebody deactivated."""
    if user.can_manage:
        return User.objects.all()
    return User.objects.filter(pk=user.pk, is_active=True)


def people_list(user: User) -> QuerySet[User]:
    """Active people first, by name, with their teams."""
    return (
        visible_people(user)
        .prefetch_related(Prefetch("teams", Team.objects.order_by("name")))
        .order_by("-is_active", "name", "id")
    )


def person_for(user: User, pk: int) -> User:
    person = visible_people(user).filter(pk=pk).first()
    if person is None:
        raise NotFound("There is no such person, or you may not see them.")
    return person


def people_choices(*, also: set[str] | None = None) -> list[tuple[str, str]]:
    """(address, name) of everyone active, for forms that only managers see; `also` keeps the
    deactivated that the edited thing names already."""
    rows = User.objects.filter(Q(is_active=True) | Q(email__in=also or set()))
    return [(row.email, f"{row.name} ({row.email})") for row in rows]


def visible_teams(user: User) -> QuerySet[Team]:
    """Everyone who may sign in sees the teams."""
    return Team.objects.all() if user.is_active else Team.objects.none()


def team_list(user: User) -> QuerySet[Team]:
    return visible_teams(user).annotate(people=Count("members", filter=Q(members__is_active=True)))


def team_page(user: User, slug: str) -> Team:
    """A team with its members, the active ones first."""
    members = User.objects.order_by("-is_active", "name", "id")
    team = visible_teams(user).prefetch_related(Prefetch("members", members)).filter(slug=slug)
    found = team.first()
    if found is None:
        raise NotFound(f"There is no team “{slug[:63]}”.")
    return found


def own_keys(user: User) -> QuerySet[ApiKey]:
    return ApiKey.objects.filter(user=user, user__is_active=True)


def own_key(user: User, pk: int) -> ApiKey:
    key = own_keys(user).filter(pk=pk).first()
    if key is None:
        raise NotFound("You have no such key.")
    return key


def audit_entries(
    user: User, *, kind: str = "", ref: str = "", person: str = ""
) -> QuerySet[AuditEntry]:
    """What managers may read of the trail, in no order yet (ids sort by time). `kind` and `ref`
    name the target exactly; `person` is an actor's id."""
    if not user.has_role(Role.MANAGER):
        return AuditEntry.objects.none()
    lines = AuditEntry.objects.select_related("actor")
    for hidden in hidden_audit_lines:
        lines = lines.exclude(hidden(user))
    wanted = {"target_kind": _plain(kind)[:40], "target_ref": _plain(ref)[:200]}
    lines = lines.filter(**{field: value for field, value in wanted.items() if value})
    if person.isascii() and person.isdigit() and len(person) < 19:
        lines = lines.filter(actor_id=int(person))
    return lines


def time_zone_choices() -> list[tuple[str, str]]:
    """Zones by region and city, without the duplicates under old names."""
    zones = sorted(
        zone
        for zone in zone_names()
        if "/" in zone and not zone.startswith(("Etc/", "posix/", "right/", "SystemV/", "US/"))
    )
    return [("UTC", "UTC"), *((zone, zone.replace("_", " ")) for zone in zones)]


def _plain(value: str) -> str:
    return value.replace("\x00", "").strip()
