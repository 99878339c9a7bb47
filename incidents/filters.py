"""The filters of the incident list, shared by page and API."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import django_filters
from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import Team, User
from accounts.selectors import visible_teams
from alerts.models import SEVERITIES
from catalog.models import System
from core.search import read_query
from incidents.lifecycle import ACTIVE, INCIDENT
from incidents.models import Incident, IncidentCause, IncidentMember, IncidentSystem
from taxonomy.selectors import cause_ids

STATUSES = [
    ("active", "Active"),
    *((state.name, state.label) for state in INCIDENT.states),
    ("all", "Any status"),
]
YES = [("1", "Yes")]
REF = re.compile(r"(?:inc-?)?([1-9][0-9]{0,17})", re.IGNORECASE | re.ASCII)


def _reader(request: Any) -> User | None:
    user = getattr(request, "user", None)
    return user if isinstance(user, User) else None


def _systems(request: Any) -> QuerySet[System]:
    user = _reader(request)
    systems = System.objects.only("slug", "name").order_by("name", "id")
    return systems.visible_to(user) if user else systems.none()


def _teams(request: Any) -> QuerySet[Team]:
    user = _reader(request)
    return visible_teams(user) if user else Team.objects.none()


def _select(label: str) -> forms.Select:
    return forms.Select(attrs={"class": "input", "aria-label": label, "data-submit": ""})


class CauseField(forms.CharField):
    """The slug of a cause, or of a whole class; cleaned to the ids of the causes it means."""

    def clean(self, value: Any) -> Any:
        slug = super().clean(value)
        if not slug:
            return []
        if not (ids := cause_ids(slug)):
            raise forms.ValidationError("There is no such cause in the taxonomy.")
        return ids


class CauseFilter(django_filters.CharFilter):  # type: ignore[misc]  # ships no types
    field_class = CauseField


class IncidentFilter(django_filters.FilterSet):  # type: ignore[misc]  # ships no types
    """Needs the request: two filters are about the reader, and the choices are what they see."""

    q = django_filters.CharFilter(
        method="search",
        label="Words, or a reference such as INC-42",
        max_length=200,
        widget=forms.TextInput(
            attrs={
                "class": "input",
                "type": "search",
                "aria-label": "Search",
                "placeholder": "Search",
            }
        ),
    )
    status = django_filters.ChoiceFilter(
        choices=STATUSES,
        method="in_status",
        label="Status; `active` is open, acknowledged or mitigated",
        empty_label=None,
        widget=_select("Status"),
    )
    severity = django_filters.ChoiceFilter(
        choices=SEVERITIES, empty_label="Any severity", widget=_select("Severity")
    )
    system = django_filters.ModelChoiceFilter(
        queryset=_systems,
        to_field_name="slug",
        method="of_system",
        label="A system's slug",
        empty_label="Any system",
        widget=_select("System"),
    )
    team = django_filters.ModelChoiceFilter(
        queryset=_teams,
        to_field_name="slug",
        method="of_team",
        label="The slug of the team that a system belongs to",
        empty_label="Any team",
        widget=_select("Team"),
    )
    cause = CauseFilter(
        method="with_cause",
        label="The slug of a cause of the taxonomy, or of a class; ruled-out ones do not count",
        max_length=80,
    )
    mine = django_filters.ChoiceFilter(
        choices=YES, method="of_reader", label="Only those that the reader belongs to"
    )
    my_team = django_filters.ChoiceFilter(
        choices=YES, method="of_readers_teams", label="Only systems of the reader's teams"
    )
    opened_after = django_filters.IsoDateTimeFilter(
        field_name="opened_at", lookup_expr="gte", label="Opened at this time or later"
    )
    opened_before = django_filters.IsoDateTimeFilter(
        field_name="opened_at", lookup_expr="lt", label="Opened before this time"
    )

    class Meta:
        model = Incident
        fields: list[str] = []

    def search(self, rows: QuerySet[Incident], name: str, value: str) -> QuerySet[Incident]:
        words = Q(search=read_query(value).words)
        if ref := REF.fullmatch(value.strip()):
            words |= Q(pk=int(ref.group(1)))
        return rows.filter(words)

    def in_status(self, rows: QuerySet[Incident], name: str, value: str) -> QuerySet[Incident]:
        if value == "all":
            return rows
        return rows.filter(status__in=ACTIVE) if value == "active" else rows.filter(status=value)

    def of_system(self, rows: QuerySet[Incident], name: str, value: System) -> QuerySet[Incident]:
        return about_systems(rows, [value.pk])

    def of_team(self, rows: QuerySet[Incident], name: str, value: Team) -> QuerySet[Incident]:
        return about_systems(rows, System.objects.filter(team=value).values_list("pk", flat=True))

    def with_cause(
        self, rows: QuerySet[Incident], name: str, value: list[int]
    ) -> QuerySet[Incident]:
        said = IncidentCause.objects.filter(incident=OuterRef("pk"), cause__in=value)
        return rows.filter(Exists(said.exclude(confidence=IncidentCause.Confidence.RULED_OUT)))

    def of_reader(self, rows: QuerySet[Incident], name: str, value: str) -> QuerySet[Incident]:
        mine = IncidentMember.objects.filter(incident=OuterRef("pk"), user=_reader(self.request))
        return rows.filter(Exists(mine))

    def of_readers_teams(
        self, rows: QuerySet[Incident], name: str, value: str
    ) -> QuerySet[Incident]:
        own = System.objects.filter(team__members=_reader(self.request))
        return about_systems(rows, own.values_list("pk", flat=True).distinct())


def about_systems(rows: QuerySet[Incident], system_ids: Iterable[int]) -> QuerySet[Incident]:
    """By a subquery, so that an incident with two such systems is one row. The systems are looked
    up first: with their ids PostgreSQL knows how rare they are, and none at all costs nothing."""
    ids = list(system_ids)
    if not ids:
        return rows.none()
    about = IncidentSystem.objects.filter(incident=OuterRef("pk"), system__in=ids)
    return rows.filter(Exists(about))
