"""The filters of the list of follow-ups, shared by pages and API."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet

from accounts.models import Team, User
from accounts.selectors import visible_teams
from core import clock
from core.search import read_query
from incidents.filters import CauseFilter
from incidents.selectors import parse_ref as parse_incident
from postmortems.actions.lifecycle import OPEN, STATUS_CHOICES
from postmortems.models import Action
from taxonomy.models import Cause

STATUSES = [("unfinished", "Not done"), *STATUS_CHOICES, ("all", "Any status")]
YES = [("1", "Yes")]


def _reader(request: Any) -> User | None:
    user = getattr(request, "user", None)
    return user if isinstance(user, User) else None


def _teams(request: Any) -> QuerySet[Team]:
    user = _reader(request)
    return visible_teams(user) if user else Team.objects.none()


def _select(label: str) -> forms.Select:
    return forms.Select(attrs={"class": "input", "aria-label": label, "data-submit": ""})


class ActionFilter(django_filters.FilterSet):  # type: ignore[misc]  # ships no types
    """Needs the request: `me` and the choices of teams are about the reader."""

    q = django_filters.CharFilter(
        method="search",
        label="Words, or a reference such as ACT-7",
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
        empty_label=None,
        label="Status; `unfinished` is open or in progress",
        widget=_select("Status"),
    )
    type = django_filters.ChoiceFilter(
        choices=Action.Type.choices, empty_label="Any type", widget=_select("Type")
    )
    team = django_filters.ModelChoiceFilter(
        queryset=_teams,
        to_field_name="slug",
        label="A team's slug",
        empty_label="Any team",
        widget=_select("Team"),
    )
    owner = django_filters.CharFilter(
        method="owned_by",
        max_length=254,
        label="An address, `me`, or `none`: nobody, or somebody who has left",
    )
    incident = django_filters.CharFilter(
        method="of_incident", max_length=40, label="A reference such as INC-42"
    )
    cause = CauseFilter(
        method="about_cause", label="The slug of a cause or of a class", max_length=80
    )
    required = django_filters.ChoiceFilter(choices=YES, method="only_required", label="Required")
    overdue = django_filters.ChoiceFilter(
        choices=YES, method="only_overdue", label="Not done and past its date"
    )
    my_team = django_filters.ChoiceFilter(
        choices=YES, method="of_readers_teams", label="Only those of the reader's teams"
    )
    due_before = django_filters.DateFilter(
        field_name="due_on", lookup_expr="lt", label="Due before this day"
    )
    older_than = django_filters.NumberFilter(
        method="open_for", min_value=0, max_value=36_500, label="Promised more days ago than this"
    )

    class Meta:
        model = Action
        fields: list[str] = []

    def search(self, rows: QuerySet[Action], name: str, value: str) -> QuerySet[Action]:
        words = Q(search=read_query(value).words)
        if pk := parse_ref(value):
            words |= Q(pk=pk)
        return rows.filter(words)

    def in_status(self, rows: QuerySet[Action], name: str, value: str) -> QuerySet[Action]:
        if value == "all":
            return rows
        return rows.filter(status__in=OPEN) if value == "unfinished" else rows.filter(status=value)

    def owned_by(self, rows: QuerySet[Action], name: str, value: str) -> QuerySet[Action]:
        if value == "me":
            return rows.filter(owner=_reader(self.request))
        if value == "none":
            return rows.filter(Q(owner=None) | Q(owner__is_active=False))
        return rows.filter(owner__email__iexact=value)

    def of_incident(self, rows: QuerySet[Action], name: str, value: str) -> QuerySet[Action]:
        pk = parse_incident(value)
        return rows.filter(incident_id=pk) if pk else rows.none()

    def about_cause(self, rows: QuerySet[Action], name: str, value: list[int]) -> QuerySet[Action]:
        return rows.filter(cause__in=Cause.objects.filter(pk__in=value).values("slug"))

    def only_required(self, rows: QuerySet[Action], name: str, value: str) -> QuerySet[Action]:
        return rows.filter(required=True)

    def only_overdue(self, rows: QuerySet[Action], name: str, value: str) -> QuerySet[Action]:
        return rows.filter(status__in=OPEN, due_on__lt=clock.now().date())

    def of_readers_teams(self, rows: QuerySet[Action], name: str, value: str) -> QuerySet[Action]:
        teams = Team.objects.filter(members=_reader(self.request))
        return rows.filter(team__in=list(teams.values_list("pk", flat=True)))

    def open_for(self, rows: QuerySet[Action], name: str, value: Any) -> QuerySet[Action]:
        return rows.filter(created_at__lt=clock.now() - timedelta(days=float(value)))


def parse_ref(ref: str) -> int | None:
    """7 of `ACT-7`, `act-7` or `7`; None for anything else."""
    text = ref.strip().lower().removeprefix("act-")
    fits = text.isascii() and text.isdigit() and text[0] != "0" and len(text) < 19
    return int(text) if fits else None
