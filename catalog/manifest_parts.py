"""The lists within a System document: parts, contacts, KPIs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from pydantic import Field

from catalog.kpis.models import Kpi
from catalog.parts.checks import PartState
from catalog.parts.models import SystemPart
from core.manifest import Line, Name, Seconds, Spec, Text, one_of


class PartSpec(Spec):
    """A version that is left out stays as changes tell it."""

    kind: Annotated[str, one_of(SystemPart.Kind.values)]
    name: Annotated[Line, Field(min_length=1, max_length=120)]
    version: Annotated[Line, Field(max_length=200)] | None = None
    url: Annotated[Text, Field(max_length=2048)] = ""
    settings: dict[str, str] = {}


class ContactSpec(Spec):
    name: Annotated[Line, Field(min_length=1, max_length=120)]
    address: Annotated[Line, Field(min_length=1, max_length=2048)]


class KpiSpec(Spec):
    name: Name
    display_name: Annotated[Line, Field(max_length=120)] = ""
    unit: Annotated[Line, Field(max_length=40)] = ""
    direction: Annotated[str, one_of(Kpi.Direction.values)] = Kpi.Direction.UP.value
    aggregate: Annotated[str, one_of(Kpi.Aggregate.values)] = Kpi.Aggregate.SUM.value
    every: Seconds = Kpi.Every.HOUR.value
    time_zone: Annotated[Line, Field(max_length=64)] = "UTC"
    feed: Annotated[Line, Field(max_length=200)] = ""


def settled_parts(slug: str, parts: Sequence[PartSpec]) -> list[PartSpec]:
    """In order, each with the version that it says or has."""
    there: dict[tuple[str, str], str] = {}
    if any(part.version is None for part in parts):
        rows = SystemPart.objects.filter(system__slug=slug)
        there = {(row.kind, row.name): row.version for row in rows}
    return [
        part.model_copy(
            update={
                "version": there.get((part.kind, part.name), "")
                if part.version is None
                else part.version,
                "settings": dict(sorted(part.settings.items())),
            }
        )
        for part in sorted(parts, key=lambda part: (part.kind, part.name))
    ]


def settled_kpis(kpis: Sequence[KpiSpec]) -> list[KpiSpec]:
    """In order, each called by its name unless it has another to show."""
    return [
        kpi.model_copy(update={"display_name": kpi.display_name or kpi.name})
        for kpi in sorted(kpis, key=lambda kpi: kpi.name)
    ]


def kpi_of(spec: KpiSpec) -> dict[str, Any]:
    """As the services take it."""
    given = spec.model_dump()
    return {
        **{name: given[name] for name in ("unit", "direction", "aggregate", "time_zone", "feed")},
        "slug": spec.name,
        "name": spec.display_name or spec.name,
        "every_seconds": spec.every,
    }


def spec_of_kpi(state: Mapping[str, Any]) -> KpiSpec:
    same = ("unit", "direction", "aggregate", "time_zone", "feed")
    return KpiSpec.model_construct(
        name=state["slug"],
        display_name=state["name"],
        every=state["every_seconds"],
        **{name: state[name] for name in same},
    )


def spec_of_part(state: PartState) -> PartSpec:
    return PartSpec.model_construct(**{**state, "settings": dict(state["settings"])})
