"""Silence, Inhibition and NoiseSettings as documents: only their form, the rules are the
services'."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Annotated, Any, ClassVar, TypeVar

from django.db.models import Q
from pydantic import AfterValidator, Field

from alerts.manifest import Label, read_matcher
from alerts.matchers import parse_matchers
from alerts.models import Inhibition, NoiseSettings, Silence
from alerts.services import (
    create_silence,
    delete_inhibition,
    edit_silence,
    expire_silence,
    save_inhibition,
    save_noise_settings,
)
from alerts.services.noise import CHANGES
from alerts.services.silences import is_over
from core import clock
from core.actor import Actor, Via
from core.errors import Invalid
from core.manifest import Kind, Moment, Name, Reference, Resource, Seconds, Spec, one_of
from core.yaml import Path

S = TypeVar("S", bound=Spec)
HOUSE = "noise"
Matches = list[Annotated[str, AfterValidator(read_matcher)]]


class SilenceSpec(Spec):
    """`starts` and `ends` are one stretch, which `recurrence` repeats; with `system` it is planned
    maintenance."""

    match: Matches = []
    system: Name | None = None
    starts: Moment
    ends: Moment
    recurrence: Annotated[str, Field(max_length=500)] = ""
    time_zone: Annotated[str, Field(max_length=64)] = "UTC"
    reason: Annotated[str, Field(min_length=1, max_length=500)]
    ends_when_resolved: bool = False


class SilenceKind(Kind[SilenceSpec]):
    name: ClassVar[str] = "Silence"
    keeps_display_name: ClassVar[bool] = False
    service_fields: ClassVar[dict[str, Path]] = {
        "starts_at": ("spec", "starts"),
        "ends_at": ("spec", "ends"),
        "time_zone": ("spec", "timeZone"),
    }

    @property
    def spec(self) -> type[SilenceSpec]:
        return SilenceSpec

    def settle(self, resource: Resource[SilenceSpec]) -> Resource[SilenceSpec]:
        return _canonical(resource, "match")

    def present(self) -> dict[str, Resource[SilenceSpec]]:
        """Those that are not over, and those of files: a file outlives its silence."""
        current = Q(expired_at=None, last_ends_at__gt=clock.now())
        found = Silence.objects.filter(current | Q(via=Via.APPLY))
        rows = found.order_by("slug").select_related("system")
        return {row.slug: _silence(row) for row in rows}

    def references(self, resource: Resource[SilenceSpec]) -> Iterator[Reference]:
        if resource.spec.system:
            yield Reference("System", resource.spec.system, ("system",))

    def save(self, resource: Resource[SilenceSpec], *, actor: Actor) -> None:
        """One that is over is left alone."""
        spec = resource.spec
        fields: dict[str, Any] = {
            "match": spec.match,
            "system_slug": spec.system,
            "starts_at": spec.starts,
            "ends_at": spec.ends,
            "recurrence": spec.recurrence,
            "time_zone": spec.time_zone,
            "reason": spec.reason,
            "ends_when_resolved": spec.ends_when_resolved,
            "actor": actor,
        }
        known = Silence.objects.filter(slug=resource.name).first()
        if known is not None:
            if not is_over(known, clock.now()):
                edit_silence(silence_id=known.pk, **fields)
        elif spec.recurrence or spec.ends > clock.now():
            create_silence(slug=resource.name, **fields)

    def remove(self, identity: str, *, actor: Actor) -> str:
        because = "its file no longer names it"
        silence = Silence.objects.get(slug=identity)
        expire_silence(silence_id=silence.pk, actor=actor, because=because)
        return "end"


def _canonical(resource: Resource[S], *fields: str) -> Resource[S]:
    """With the matchers as AIRE writes them."""
    written = {
        name: parse_matchers(list(getattr(resource.spec, name))).to_strings() for name in fields
    }
    return replace(resource, spec=resource.spec.model_copy(update=written))


def _silence(row: Silence) -> Resource[SilenceSpec]:
    spec = SilenceSpec.model_construct(
        match=list(row.match),
        system=row.system.slug if row.system else None,
        starts=row.starts_at,
        ends=row.ends_at,
        recurrence=row.recurrence,
        time_zone=row.time_zone,
        reason=row.reason,
        ends_when_resolved=row.ends_when_resolved,
    )
    return Resource(name=row.slug, display_name=row.slug, spec=spec)


class InhibitionSpec(Spec):
    source_match: Annotated[Matches, Field(min_length=1)]
    target_match: Annotated[Matches, Field(min_length=1)]
    equal: list[Label] = []
    enabled: bool = True


class InhibitionKind(Kind[InhibitionSpec]):
    name: ClassVar[str] = "Inhibition"

    @property
    def spec(self) -> type[InhibitionSpec]:
        return InhibitionSpec

    def settle(self, resource: Resource[InhibitionSpec]) -> Resource[InhibitionSpec]:
        return _canonical(resource, "source_match", "target_match")

    def present(self) -> dict[str, Resource[InhibitionSpec]]:
        return {
            rule.slug: Resource(
                name=rule.slug,
                display_name=rule.name,
                spec=InhibitionSpec.model_construct(
                    source_match=list(rule.source_match),
                    target_match=list(rule.target_match),
                    equal=list(rule.equal),
                    enabled=rule.enabled,
                ),
            )
            for rule in Inhibition.objects.order_by("slug")
        }

    def save(self, resource: Resource[InhibitionSpec], *, actor: Actor) -> None:
        spec = resource.spec
        save_inhibition(
            slug=resource.name,
            name=resource.display_name,
            source_match=spec.source_match,
            target_match=spec.target_match,
            equal=spec.equal,
            enabled=spec.enabled,
            actor=actor,
        )

    def remove(self, identity: str, *, actor: Actor) -> str:
        delete_inhibition(rule=Inhibition.objects.get(slug=identity), actor=actor)
        return "delete"


class NoiseSettingsSpec(Spec):
    """What holds for the whole house: whether a dependency that fires speaks for the systems that
    need it, and when a condition flaps."""

    follow_dependencies: Annotated[str, one_of(NoiseSettings.Follow.values)] = "never"
    systems: list[Name] = []
    flapping_enabled: bool = True
    flapping_changes: Annotated[int, Field(ge=CHANGES[0], le=CHANGES[1])] = 6
    flapping_window: Seconds = 1800
    flapping_calm: Seconds = 1800


class NoiseSettingsKind(Kind[NoiseSettingsSpec]):
    """One document, named `noise`."""

    name: ClassVar[str] = "NoiseSettings"
    keeps_display_name: ClassVar[bool] = False

    @property
    def spec(self) -> type[NoiseSettingsSpec]:
        return NoiseSettingsSpec

    def settle(self, resource: Resource[NoiseSettingsSpec]) -> Resource[NoiseSettingsSpec]:
        systems = sorted(set(resource.spec.systems))
        return replace(resource, spec=resource.spec.model_copy(update={"systems": systems}))

    def present(self) -> dict[str, Resource[NoiseSettingsSpec]]:
        row = NoiseSettings.objects.filter(pk=1).first()
        if row is None:
            return {}
        names = set(NoiseSettingsSpec.model_fields) - {"systems"}
        spec = NoiseSettingsSpec.model_construct(
            systems=sorted(row.systems.values_list("slug", flat=True)),
            **{name: getattr(row, name) for name in names},
        )
        return {HOUSE: Resource(name=HOUSE, display_name=HOUSE, spec=spec)}

    def references(self, resource: Resource[NoiseSettingsSpec]) -> Iterator[Reference]:
        for number, slug in enumerate(resource.spec.systems):
            yield Reference("System", slug, ("systems", number))

    def save(self, resource: Resource[NoiseSettingsSpec], *, actor: Actor) -> None:
        if resource.name != HOUSE:
            sentence = f"There is one document of this kind. Call it {HOUSE}."
            raise Invalid(sentence, errors={"name": [sentence]})
        values = {name: getattr(resource.spec, name) for name in NoiseSettingsSpec.model_fields}
        save_noise_settings(actor=actor, system_slugs=values.pop("systems"), **values)

    def remove(self, identity: str, *, actor: Actor) -> str:
        save_noise_settings(actor=actor, follow_dependencies="never")
        NoiseSettings.objects.filter(pk=1).delete()
        return "reset"
