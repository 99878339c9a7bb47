"""Objectives in lists: the least budget left first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import F, FloatField, QuerySet, Value
from django.db.models.functions import Coalesce

from accounts.models import User
from core.errors import NotFound
from core.pages import Page, paginate
from slos.filters import SloFilter
from slos.models import Slo

LIST_ORDER = ("left", "name", "id")
PAGE_SIZE = 50


def visible_slos(user: User) -> QuerySet[Slo]:
    """With everything a row shows. `left` is the signed share of the budget that is left; what
    has no data stands with what is spent, so that it is not taken for good."""
    return (
        Slo.objects.visible_to(user)
        .select_related("system", "system__team", "sli", "series", "budget")
        .defer("system__search")
        .annotate(left=Coalesce(F("budget__fraction_left"), Value(0.0), output_field=FloatField()))
    )


def slo_rows(user: User) -> QuerySet[Slo]:
    return visible_slos(user).order_by(*LIST_ORDER)


def slo_filter(user: User, asked: Mapping[str, Any]) -> SloFilter:
    """The list's filters over what the user sees; `.qs` is the result, `.form` the controls."""
    return SloFilter(asked, queryset=visible_slos(user))


def slos_page(user: User, asked: Mapping[str, Any], *, cursor: str | None = None) -> Page[Slo]:
    found: QuerySet[Slo] = slo_filter(user, asked).qs
    return paginate(found, order=LIST_ORDER, cursor=cursor, size=PAGE_SIZE)


def slo_for(user: User, slug: str) -> Slo:
    found = None if "\x00" in slug else visible_slos(user).filter(slug=slug).first()
    if found is None:
        raise NotFound(f"There is no objective “{slug[:63]}”, or you may not see it.")
    return found
