"""Source and Route as documents. The rules are the services'; here is only their form."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Annotated, Any, ClassVar

from pydantic import AfterValidator, Field

from alerts.formats import formats, own_formats
from alerts.looking.services import save_look
from alerts.mapping import validate_mapping
from alerts.matchers import MatcherError, parse_matchers
from alerts.models import SEVERITIES, Look, Route, Source, SourceKey
from alerts.options import option_problems
from alerts.redaction.detector import check_own
from alerts.redaction.manifest import RedactionSpec, redaction_spec, save_spec
from alerts.services import delete_route, delete_source, save_route, save_source
from core.actor import Actor
from core.errors import Invalid
from core.manifest import Kind, Name, Reference, Resource, Seconds, Spec, one_of
from core.secrets import key_digest
from core.yaml import Path
from taxonomy.models import Cause

GENERIC = "generic"
Label = Annotated[str, Field(min_length=1, max_length=200)]


def read_matcher(text: str) -> str:
    """For fields that hold one matcher; what is none is refused with its place."""
    try:
        parse_matchers([text])
    except MatcherError as error:
        raise ValueError(error.message.rstrip(".")) from None
    return text


class LookSpec(Spec):
    """Where the sender's own API answers what fires: the address before `/api`."""

    url: Annotated[str, Field(min_length=8, max_length=500)]
    every: Seconds = 300


class SourceSpec(Spec):
    """`mapping` is read by the format `generic` only; `options` by the others."""

    format: Annotated[str, Field(min_length=1, max_length=20)]
    system: Name | None = None
    mapping: dict[str, Any] | None = None
    options: dict[str, Any] = {}
    auto_resolve_after: Seconds | None = None
    look: LookSpec | None = None
    redaction: RedactionSpec | None = None
    enabled: bool = True


class SourceKind(Kind[SourceSpec]):
    name: ClassVar[str] = "Source"
    secrets = frozenset({"key", "signingSecret", "lookAuthorization"})
    # A file of before it was set must not bring personal data back into what is kept.
    kept_when_absent = frozenset({"redaction"})
    service_fields: ClassVar[dict[str, Path]] = {"own": ("spec", "redaction", "patterns")}

    @property
    def spec(self) -> type[SourceSpec]:
        return SourceSpec

    def settle(self, resource: Resource[SourceSpec]) -> Resource[SourceSpec]:
        spec = resource.spec
        errors: dict[str, list[str]] = {}
        if spec.format not in formats:
            errors["format"] = [f"Choose one of: {', '.join(formats.names())}."]
        elif spec.format == GENERIC:
            if spec.options:
                errors["options"] = ["The format generic has a mapping instead."]
            if problems := validate_mapping(spec.mapping or {}):
                errors["mapping"] = problems
        elif problems := option_problems(spec.format, spec.options):
            errors["options"] = problems
        elif spec.mapping is not None:
            errors["mapping"] = ["Only the format generic has a mapping."]
        if problems := check_own(spec.redaction.patterns if spec.redaction else []):
            errors["own"] = problems
        if errors:
            raise Invalid("The source is not right.", errors=errors)
        return replace(resource, spec=spec.model_copy(update={"mapping": spec.mapping or None}))

    def present(self) -> dict[str, Resource[SourceSpec]]:
        sources = (
            Source.objects.exclude(format__in=own_formats.names())
            .order_by("slug")
            .select_related("system", "look", "redaction")
        )
        return {source.slug: _source(source) for source in sources}

    def references(self, resource: Resource[SourceSpec]) -> Iterator[Reference]:
        if resource.spec.system:
            yield Reference("System", resource.spec.system, ("system",))

    def save(self, resource: Resource[SourceSpec], *, actor: Actor) -> str | None:
        spec = resource.spec
        source, generated = save_source(
            slug=resource.name,
            name=resource.display_name,
            format=spec.format,
            system_slug=spec.system,
            options=spec.mapping or spec.options,
            auto_resolve_after=spec.auto_resolve_after,
            enabled=spec.enabled,
            raw_key=resource.secrets.get("key"),
            signing_secret=resource.secrets.get("signingSecret"),
            actor=actor,
        )
        if spec.look or Look.objects.filter(source=source).exists():
            save_look(
                source=source,
                url=spec.look.url if spec.look else "",
                every=spec.look.every if spec.look else 300,
                authorization=resource.secrets.get("lookAuthorization"),
                actor=actor,
            )
        if spec.redaction is not None:
            save_spec(source, spec.redaction, actor=actor)
        return generated

    def remove(self, identity: str, *, actor: Actor) -> str:
        delete_source(source=Source.objects.get(slug=identity), actor=actor)
        return "delete"

    def has_secret(self, identity: str, field_name: str, raw: str) -> bool:
        if field_name == "signingSecret":
            source = Source.objects.filter(slug=identity).first()
            return source is not None and source.signing_secret == raw
        if field_name == "lookAuthorization":
            look = Look.objects.filter(source__slug=identity).first()
            return look is not None and look.authorization == raw
        return SourceKey.objects.filter(
            source__slug=identity, digest=key_digest(raw), revoked_at=None
        ).exists()


def _source(source: Source) -> Resource[SourceSpec]:
    generic = source.format == GENERIC
    spec = SourceSpec.model_construct(
        format=source.format,
        system=source.system.slug if source.system else None,
        mapping=(source.options or None) if generic else None,
        options={} if generic else source.options,
        auto_resolve_after=source.auto_resolve_after,
        look=_look(source),
        redaction=redaction_spec(source),
        enabled=source.enabled,
    )
    return Resource(name=source.slug, display_name=source.name, spec=spec)


def _look(source: Source) -> LookSpec | None:
    look: Look | None = getattr(source, "look", None)
    return LookSpec.model_construct(url=look.url, every=look.every) if look else None


class RouteSpec(Spec):
    order: Annotated[int, Field(ge=-(2**31), lt=2**31)] = 100
    match: list[Annotated[str, AfterValidator(read_matcher)]] = []
    system: Name | None = None
    severity: Annotated[str, one_of([value for value, _ in SEVERITIES])] | None = None
    escalation_policy: Name | None = None
    group_by: list[Label] = []
    open_incident: Annotated[str, one_of(Route.OpenIncident.values)] = "always"
    fold_within: Seconds = 0
    cause_hint: Annotated[str, Field(max_length=80)] | None = None
    enabled: bool = True


class RouteKind(Kind[RouteSpec]):
    name: ClassVar[str] = "Route"
    service_fields: ClassVar[dict[str, Path]] = {"policy_slug": ("spec", "escalationPolicy")}

    @property
    def spec(self) -> type[RouteSpec]:
        return RouteSpec

    def present(self) -> dict[str, Resource[RouteSpec]]:
        routes = Route.objects.order_by("order", "slug").select_related(
            "system", "escalation_policy"
        )
        return {route.slug: _route(route) for route in routes}

    def references(self, resource: Resource[RouteSpec]) -> Iterator[Reference]:
        spec = resource.spec
        if spec.system:
            yield Reference("System", spec.system, ("system",))
        if spec.escalation_policy:
            yield Reference("EscalationPolicy", spec.escalation_policy, ("escalationPolicy",))

    def save(self, resource: Resource[RouteSpec], *, actor: Actor) -> None:
        spec = resource.spec
        if spec.cause_hint and not Cause.objects.filter(slug=spec.cause_hint).exists():
            raise Invalid(
                "No such cause.", errors={"cause_hint": ["The taxonomy has no such cause."]}
            )
        save_route(
            slug=resource.name,
            name=resource.display_name,
            order=spec.order,
            match=spec.match,
            system_slug=spec.system,
            severity=spec.severity or "",
            policy_slug=spec.escalation_policy,
            group_by=spec.group_by,
            open_incident=spec.open_incident,
            fold_within=spec.fold_within,
            cause_hint=spec.cause_hint or "",
            enabled=spec.enabled,
            actor=actor,
        )

    def remove(self, identity: str, *, actor: Actor) -> str:
        delete_route(route=Route.objects.get(slug=identity), actor=actor)
        return "delete"


def _route(route: Route) -> Resource[RouteSpec]:
    spec = RouteSpec.model_construct(
        order=route.order,
        match=list(route.match),
        system=route.system.slug if route.system else None,
        severity=route.severity or None,
        escalation_policy=route.escalation_policy.slug if route.escalation_policy else None,
        group_by=list(route.group_by),
        open_incident=route.open_incident,
        fold_within=route.fold_within,
        cause_hint=route.cause_hint or None,
        enabled=route.enabled,
    )
    return Resource(name=route.slug, display_name=route.name, spec=spec)
