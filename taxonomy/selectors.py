"""Reads of the taxonomy. It holds no secrets: whoever is signed in sees all of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast

from core.errors import NotFound
from taxonomy.models import Cause, CauseClass
from taxonomy.shipped import SCHEMES, FacetValue, shipped

MAX_QUERY = 100


@dataclass(frozen=True, slots=True)
class ClassWithCauses:
    cause_class: CauseClass
    causes: tuple[Cause, ...]


@dataclass(frozen=True, slots=True)
class ExternalCodes:
    """What another scheme calls the same thing."""

    scheme: str
    codes: tuple[str, ...]


def all_classes() -> QuerySet[CauseClass]:
    return CauseClass.objects.all()


def all_causes() -> QuerySet[Cause]:
    return Cause.objects.select_related("cause_class")


def causes_matching(text: str) -> QuerySet[Cause]:
    """Causes that have each word of `text` in their name, slug, definition, class or among their
    external codes."""
    causes = all_causes().annotate(codes=Cast("external", TextField()))
    for word in text.replace("\x00", " ")[:MAX_QUERY].split():
        causes = causes.filter(
            Q(name__icontains=word)
            | Q(slug__icontains=word)
            | Q(definition__icontains=word)
            | Q(cause_class__name__icontains=word)
            | Q(codes__icontains=word)
        )
    return causes


def taxonomy_page(text: str = "", *, kind: str = "") -> list[ClassWithCauses]:
    """Classes with the causes that match, in the taxonomy's order; with a search, only the classes
    that have any. `kind` is a kind of system. Two queries, whatever their number."""
    by_class: dict[int, list[Cause]] = {}
    for cause in causes_matching(text).filter(retired=False):
        if not kind or not cause.applies_to or kind in cause.applies_to:
            by_class.setdefault(cause.cause_class_id, []).append(cause)
    return [
        ClassWithCauses(cause_class, tuple(by_class.get(cause_class.pk, ())))
        for cause_class in all_classes()
        if cause_class.pk in by_class or not (text.strip() or kind)
    ]


def cause_for(slug: str) -> Cause:
    cause = None if "\x00" in slug else all_causes().filter(slug=slug).first()
    if cause is None:
        raise NotFound(f"There is no cause “{slug[:80]}”.")
    return cause


def failure_class_named(code: str) -> bool:
    """Whether the taxonomy has a class (`drift`) or a cause (`drift.covariate`) of this name."""
    if "\x00" in code:
        return False
    table: type[Cause | CauseClass] = Cause if "." in code else CauseClass
    return table._default_manager.filter(slug=code).exists()


def failure_class_choices(chosen: str = "") -> list[tuple[str, Any]]:
    """Classes with their causes for a select: (class, [(code, name), …]). `chosen` stays there
    though it was retired."""
    groups = [
        (one.cause_class.name, [
            (one.cause_class.slug, f"{one.cause_class.name}, whatever the cause"),
            *((cause.slug, cause.name) for cause in one.causes),
        ])
        for one in taxonomy_page()
    ]  # fmt: skip
    known = {code for _, codes in groups for code, _ in codes}
    return [*groups, *([(chosen, chosen)] if chosen and chosen not in known else [])]


def causes_by_slug(slugs: set[str]) -> dict[str, Cause]:
    """The causes among `slugs` that exist."""
    return {cause.slug: cause for cause in all_causes().filter(slug__in=slugs)}


def cause_ids(slug: str) -> list[int]:
    """The causes that a slug means: one, or all of a class; none for an unknown slug."""
    named = Cause.objects.filter(Q(slug=slug) | Q(cause_class__slug=slug))
    return [] if "\x00" in slug else list(named.values_list("pk", flat=True))


def cause_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """(class, [(slug, name)]) in the taxonomy's order, for a control with groups. Two queries."""
    return [
        (group.cause_class.name, [(cause.slug, cause.name) for cause in group.causes])
        for group in taxonomy_page()
        if group.causes
    ]


def external_codes(cause: Cause) -> list[ExternalCodes]:
    return [
        ExternalCodes(SCHEMES.get(scheme, scheme), tuple(str(code) for code in codes))
        for scheme, codes in _mapping(cause.external).items()
        if isinstance(codes, list)
    ]


def facets() -> dict[str, tuple[FacetValue, ...]]:
    """The values of each facet by its name: `cause_role`, `origin`, `harm_type` …"""
    return shipped().facets


def facet_values(name: str, slugs: list[str]) -> list[FacetValue]:
    """The named values of one facet with their definitions; an unknown slug has none."""
    known = {value.slug: value for value in facets().get(name, ())}
    return [known.get(slug, FacetValue(slug)) for slug in slugs]


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
