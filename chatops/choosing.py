"""Which incident is meant, and what there is to choose from. Reads only, of what the asker sees."""

from __future__ import annotations

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from accounts.models import Role, User
from catalog.models import System
from chatops.grammar import Command, Dialect
from chatops.saying import rows_of, said
from chatops.surface import MAX_VALUE, Choice, Context, Reply
from core.payload import clean_text
from incidents.models import Incident
from incidents.selectors import incident_for, parse_ref, visible_incidents
from incidents.selectors.lists import LIST_ORDER
from oncall.selectors import visible_schedules
from taxonomy.selectors import causes_matching

SHOWN = 10
SUGGESTED = 25


def incident_named(ref: str, asker: User) -> Incident:
    """Raises `NotFound`, with the same words for what is not there and what may not be seen."""
    return incident_for(asker, ref)


def open_incidents(asker: User) -> QuerySet[Incident]:
    """Those that are not over, the asker's own first, then the worst and newest."""
    own = Case(When(_own(asker), then=Value(0)), default=Value(1), output_field=IntegerField())
    return (
        visible_incidents(asker)
        .filter(pk__in=Incident.objects.active().values("pk"))
        .annotate(own=own)
        .order_by("own", "severity", *LIST_ORDER)
    )


def own_incidents(asker: User) -> QuerySet[Incident]:
    """Of those, the ones that the asker opened, works on or was paged for."""
    return open_incidents(asker).filter(_own(asker))


def _own(asker: User) -> Q:
    mine = Q(roles__user=asker) | Q(members__user=asker) | Q(opened_by=asker)
    return Q(pk__in=Incident.objects.filter(mine).values("pk"))


def which(command: Command, words: str, asker: User, dialect: Dialect) -> Reply:
    """Nothing says which incident: a line for each that it may be, with a button that runs the
    command there."""
    found = list(open_incidents(asker)[: SHOWN + 1])
    usage = dialect.usage(command)
    if not found:
        return said(
            f"No incident is open that you may see. For one that is over, write its id: {usage}"
        )
    text = f"{command.name} {{ref}} {words}".strip()
    if len(text) + 20 > MAX_VALUE:
        return said(f"Which incident? Your text is too long for a button, write the id: {usage}")
    rows = rows_of(found[:SHOWN], label=_label(command), command=text)
    more = "There are more. " if len(found) > SHOWN else ""
    note = Context((f"{more}Or write the id: {usage}",))
    return said(f"Which incident is {dialect.sign}{command.name} about?", *rows, note)


def _label(command: Command) -> str:
    return "This one" if not command.to else f"{command.name.capitalize()} this"


def suggestions(kind: str, query: str, asker: User) -> tuple[Choice, ...]:
    """What a field of this kind offers for what was typed so far; everything the asker may not
    see is left out."""
    query = clean_text(query, 100).strip()
    if not asker.is_active:
        return ()
    offer = _OFFERS.get(kind)
    return offer(query, asker) if offer else ()


def _people(query: str, asker: User) -> tuple[Choice, ...]:
    people = User.objects.filter(is_active=True).exclude(role=Role.VIEWER)
    if query:
        word = query.removeprefix("@")
        people = people.filter(Q(name__icontains=word) | Q(email__icontains=word))
    return tuple(person_choice(user) for user in people.order_by("name", "id")[:SUGGESTED])


def _systems(query: str, asker: User) -> tuple[Choice, ...]:
    systems = System.objects.visible_to(asker).exclude(stage=System.Stage.RETIRED)
    if query:
        systems = systems.filter(Q(name__icontains=query) | Q(slug__icontains=query))
    rows = systems.only("slug", "name", "tier").order_by("tier", "name")[:SUGGESTED]
    return tuple(Choice(system.slug, system.name) for system in rows)


def _incidents(query: str, asker: User) -> tuple[Choice, ...]:
    incidents = open_incidents(asker)
    if query:
        number = parse_ref(query)
        wanted = Q(title__icontains=query) | (Q(pk=number) if number else Q())
        incidents = incidents.filter(wanted)
    return tuple(incident_choice(incident) for incident in incidents[:SUGGESTED])


def _schedules(query: str, asker: User) -> tuple[Choice, ...]:
    schedules = visible_schedules(asker)
    if query:
        schedules = schedules.filter(Q(name__icontains=query) | Q(slug__icontains=query))
    return tuple(Choice(row.slug, row.name) for row in schedules.order_by("name")[:SUGGESTED])


def _causes(query: str, asker: User) -> tuple[Choice, ...]:
    found = causes_matching(query).filter(retired=False).order_by("cause_class_id", "name")
    return tuple(Choice(cause.slug, cause.name) for cause in found[:SUGGESTED])


def person_choice(user: User) -> Choice:
    """Two people may share a name, so the address stands with it."""
    return Choice(str(user.pk), f"{user.name} ({user.email})" if user.name else user.email)


def incident_choice(incident: Incident) -> Choice:
    return Choice(incident.ref, f"{incident.ref} {incident.severity.upper()} {incident.title}")


_OFFERS = {
    "person": _people,
    "people": _people,
    "system": _systems,
    "systems": _systems,
    "incident": _incidents,
    "schedule": _schedules,
    "cause": _causes,
}
