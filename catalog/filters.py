"""The filters of the catalog's lists, shared by pages and API."""

from __future__ import annotations

import django_filters
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from accounts.models import Team
from catalog.models import Change, System, SystemOwner
from core.search import read_query

TIERS = [(1, "Tier 1"), (2, "Tier 2"), (3, "Tier 3"), (4, "Tier 4")]


class SystemFilter(django_filters.FilterSet):  # type: ignore[misc]  # ships no types
    """Retired systems appear only when asked for by stage."""

    q = django_filters.CharFilter(method="search", label="Words", max_length=200)
    kind = django_filters.ChoiceFilter(choices=System.Kind.choices)
    tier = django_filters.ChoiceFilter(choices=TIERS)
    stage = django_filters.ChoiceFilter(choices=System.Stage.choices, method="at_stage")
    gap = django_filters.ChoiceFilter(
        choices=[("any", "Any owner missing"),
                 *((value, f"No owner for {label.lower()}")
                   for value, label in SystemOwner.Discipline.choices)],
        method="without_owner",
    )  # fmt: skip
    team = django_filters.ModelChoiceFilter(queryset=Team.objects.all(), to_field_name="slug")

    class Meta:
        model = System
        fields: list[str] = []

    def filter_queryset(self, queryset: QuerySet[System]) -> QuerySet[System]:
        systems: QuerySet[System] = super().filter_queryset(queryset)
        if not self.form.cleaned_data.get("stage"):
            systems = systems.exclude(stage=System.Stage.RETIRED)
        return systems

    def at_stage(self, systems: QuerySet[System], name: str, value: str) -> QuerySet[System]:
        return systems.filter(stage=value)

    def without_owner(self, systems: QuerySet[System], name: str, value: str) -> QuerySet[System]:
        """Somebody who can no longer sign in does not count."""
        named = SystemOwner.objects.filter(system=OuterRef("pk"), user__is_active=True)
        if value != "any":
            return systems.filter(~Exists(named.filter(discipline=value)))
        count = named.order_by().values("system").annotate(n=Count("pk")).values("n")
        owners = Coalesce(Subquery(count), 0)
        return systems.annotate(named=owners).filter(named__lt=len(SystemOwner.Discipline))

    def search(self, systems: QuerySet[System], name: str, value: str) -> QuerySet[System]:
        words = Q(search=read_query(value).words)
        return systems.filter(words | Q(name__icontains=value) | Q(slug__icontains=value))


class ChangeFilter(django_filters.FilterSet):  # type: ignore[misc]  # ships no types
    system = django_filters.CharFilter(field_name="system__slug", max_length=63)
    kind = django_filters.ChoiceFilter(choices=Change.Kind.choices)
    occurred_after = django_filters.IsoDateTimeFilter(field_name="occurred_at", lookup_expr="gte")
    occurred_before = django_filters.IsoDateTimeFilter(field_name="occurred_at", lookup_expr="lt")

    class Meta:
        model = Change
        fields: list[str] = []
