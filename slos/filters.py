"""The filters of the list of objectives, shared by page and API."""

from __future__ import annotations

import django_filters
from django.db.models import Q, QuerySet

from slos.models import Slo
from slos.models.state import State


class SloFilter(django_filters.FilterSet):  # type: ignore[misc]  # ships no types
    q = django_filters.CharFilter(method="search", label="Words", max_length=200)
    state = django_filters.ChoiceFilter(
        choices=State.choices, method="in_state", label="State", empty_label="Any state"
    )
    system = django_filters.CharFilter(field_name="system__slug", max_length=63)
    team = django_filters.CharFilter(field_name="system__team__slug", max_length=63)
    failure_class = django_filters.CharFilter(
        method="stands_for", label="Class of failure", max_length=80
    )

    class Meta:
        model = Slo
        fields: list[str] = []

    def in_state(self, slos: QuerySet[Slo], name: str, value: str) -> QuerySet[Slo]:
        known = Q(budget__state=value)
        return slos.filter(known | Q(budget=None) if value == State.NO_DATA else known)

    def stands_for(self, slos: QuerySet[Slo], name: str, value: str) -> QuerySet[Slo]:
        """A class, with all of its causes; or one cause."""
        return slos.filter(Q(failure_class=value) | Q(failure_class__startswith=f"{value}."))

    def search(self, slos: QuerySet[Slo], name: str, value: str) -> QuerySet[Slo]:
        return slos.filter(
            Q(name__icontains=value)
            | Q(slug__icontains=value)
            | Q(description__icontains=value)
            | Q(system__name__icontains=value)
        )
