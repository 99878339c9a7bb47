"""The filters of the list of documents, shared by page and API."""

from __future__ import annotations

import re
from typing import Any

import django_filters
from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import User
from alerts.models import SEVERITIES
from catalog.models import System
from core import clock
from core.search import read_query
from incidents.models import IncidentCause, IncidentSystem
from postmortems.lifecycle import STATUS_CHOICES
from postmortems.models import Postmortem, Review, Section

REF = re.compile(r"(?:pm-?)?([1-9][0-9]{0,17})", re.IGNORECASE | re.ASCII)
INCIDENT_REF = re.compile(r"(?:inc-?)?([1-9][0-9]{0,17})", re.IGNORECASE | re.ASCII)
STATUSES = [
    ("unpublished", "Not published"),
    *STATUS_CHOICES,
    ("set_aside", "Set aside"),
    ("all", "Any status"),
]
YES = [("1", "Yes")]


def _reader(request: Any) -> User | None:
    user = getattr(request, "user", None)
    return user if isinstance(user, User) else None


def _systems(request: Any) -> QuerySet[System]:
    user = _reader(request)
    systems = System.objects.only("slug", "name").order_by("name", "id")
    return systems.visible_to(user) if user else systems.none()


def _select(label: str) -> forms.Select:
    return forms.Select(attrs={"class": "input", "aria-label": label, "data-submit": ""})


class PostmortemFilter(django_filters.FilterSet):  # type: ignore[misc]  # ships no types
    """Needs the request: one filter is about the reader, and the choices are what they see."""

    q = django_filters.CharFilter(
        method="search",
        label="Words of title and text, or a reference such as PM-42",
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
        label="Status; `unpublished` is everything before it",
        empty_label=None,
        widget=_select("Status"),
    )
    severity = django_filters.ChoiceFilter(
        field_name="incident__severity",
        choices=SEVERITIES,
        empty_label="Any severity",
        widget=_select("Severity"),
    )
    system = django_filters.ModelChoiceFilter(
        queryset=_systems,
        to_field_name="slug",
        method="of_system",
        label="A system's slug",
        empty_label="Any system",
        widget=_select("System"),
    )
    incident = django_filters.CharFilter(
        method="of_incident", label="The reference of its incident, INC-42", max_length=40
    )
    owner = django_filters.CharFilter(
        field_name="owner__email",
        lookup_expr="iexact",
        label="Whoever writes it, by address",
        max_length=254,
    )
    cause = django_filters.CharFilter(
        method="of_cause",
        label="A cause that was not ruled out, by slug, or a class of causes",
        max_length=80,
    )
    mine = django_filters.ChoiceFilter(
        choices=YES, method="of_reader", label="Only those that the reader writes or reviews"
    )
    overdue = django_filters.ChoiceFilter(
        choices=YES, method="is_overdue", label="Only those whose date has passed"
    )

    class Meta:
        model = Postmortem
        fields: list[str] = []

    def search(self, rows: QuerySet[Postmortem], name: str, value: str) -> QuerySet[Postmortem]:
        words = read_query(value).words
        found = Q(search=words) | Q(
            pk__in=Section.objects.filter(search=words).values("postmortem")
        )
        if ref := REF.fullmatch(value.strip()):
            found |= Q(pk=int(ref.group(1)))
        return rows.filter(found)

    def in_status(self, rows: QuerySet[Postmortem], name: str, value: str) -> QuerySet[Postmortem]:
        if value == "set_aside":
            return rows.filter(set_aside_at__isnull=False)
        if value == "all":
            return rows
        rows = rows.filter(set_aside_at__isnull=True)
        unpublished = value == "unpublished"
        return rows.exclude(status="published") if unpublished else rows.filter(status=value)

    def of_system(
        self, rows: QuerySet[Postmortem], name: str, value: System
    ) -> QuerySet[Postmortem]:
        about = IncidentSystem.objects.filter(incident=OuterRef("incident"), system=value)
        return rows.filter(Exists(about))

    def of_incident(
        self, rows: QuerySet[Postmortem], name: str, value: str
    ) -> QuerySet[Postmortem]:
        ref = INCIDENT_REF.fullmatch(value.strip())
        return rows.filter(incident=int(ref.group(1))) if ref else rows.none()

    def of_cause(self, rows: QuerySet[Postmortem], name: str, value: str) -> QuerySet[Postmortem]:
        if "\x00" in value:
            return rows.none()
        causes = IncidentCause.objects.filter(incident=OuterRef("incident")).exclude(
            confidence=IncidentCause.Confidence.RULED_OUT
        )
        named = Q(cause__slug=value) | Q(cause__cause_class__slug=value)
        return rows.filter(Exists(causes.filter(named)))

    def of_reader(self, rows: QuerySet[Postmortem], name: str, value: str) -> QuerySet[Postmortem]:
        user = _reader(self.request)
        asked = Review.objects.filter(postmortem=OuterRef("pk"), user=user)
        return rows.filter(Q(owner=user) | Exists(asked))

    def is_overdue(self, rows: QuerySet[Postmortem], name: str, value: str) -> QuerySet[Postmortem]:
        late = rows.filter(due_at__lt=clock.now(), set_aside_at__isnull=True)
        return late.exclude(status="published")
