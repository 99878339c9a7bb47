"""OpenSLO's kinds for `apply` and `export`. What they mean is in `slos.manifest.rows`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, ClassVar

from catalog.models import System
from core.actor import Actor
from core.errors import Conflict
from core.manifest import Kind, Reference, Resource
from core.yaml import Path
from slos.manifest import rows
from slos.manifest.reading import SECRET_NAMES
from slos.manifest.spec import OpenSloSpec, document_of, resource_of
from slos.models import DataSource, OpenSloDocument, Sli, Slo
from slos.openslo.documents import API_VERSION, OpenSlo, mapping
from slos.openslo.meaning import slug_of
from slos.openslo.references import references
from slos.services import delete_data_source, delete_sli, delete_slo, save_data_source


class OpenSloKind(Kind[OpenSloSpec]):
    """Kept word for word. What nothing is made of (targets, conditions) is only kept."""

    api_version = API_VERSION

    @property
    def spec(self) -> type[OpenSloSpec]:
        return OpenSloSpec

    def documents(self) -> Iterable[OpenSlo]:
        return [OpenSlo(row.body) for row in OpenSloDocument.objects.filter(kind=self.name)]

    def present(self) -> dict[str, Resource[OpenSloSpec]]:
        return {document.name: resource_of(document) for document in self.documents()}

    def written(self, resource: Resource[OpenSloSpec]) -> Mapping[str, Any]:
        return resource.spec.document

    def references(self, resource: Resource[OpenSloSpec]) -> Iterator[Reference]:
        for kind, name, path in references(document_of(resource)):
            yield Reference(kind, name, path[1:] if path[:1] == ("spec",) else path)

    def save(self, resource: Resource[OpenSloSpec], *, actor: Actor) -> None:
        rows.keep_document(document_of(resource))

    def remove(self, identity: str, *, actor: Actor) -> str:
        OpenSloDocument.objects.filter(kind=self.name, name=identity).delete()
        return "delete"


class ServiceKind(OpenSloKind):
    """Every system is a Service, whether or not a document says so."""

    name: ClassVar[str] = "Service"
    also_named_by = "System"

    def documents(self) -> Iterable[OpenSlo]:
        stored = {document.name: document for document in super().documents()}
        named = {slug_of(name) for name in stored} | {
            document.annotations.get(rows.SYSTEM, "") for document in stored.values()
        }
        own = [_service(system) for system in System.objects.order_by("slug").defer("search")]
        return [*stored.values(), *(one for one in own if one.name not in named)]

    def written(self, resource: Resource[OpenSloSpec]) -> Mapping[str, Any]:
        """Nothing for one that only its system says: the System document is enough."""
        document = resource.spec.document
        return document if "spec" in document else {}

    def save(self, resource: Resource[OpenSloSpec], *, actor: Actor) -> None:
        rows.save_service(document_of(resource), actor=actor)


def _service(system: System) -> OpenSlo:
    metadata = {"name": system.slug, "displayName": system.name}
    body = {"apiVersion": API_VERSION, "kind": "Service", "metadata": metadata}
    return OpenSlo(body)


class DataSourceKind(OpenSloKind):
    name: ClassVar[str] = "DataSource"

    def documents(self) -> Iterable[OpenSlo]:
        stored = list(super().documents())
        named = {slug_of(document.name) for document in stored}
        own = DataSource.objects.exclude(slug__in=named)
        return [*stored, *(_data_source(source) for source in own)]

    def save(self, resource: Resource[OpenSloSpec], *, actor: Actor) -> None:
        document = document_of(resource)
        rows.keep_document(document)
        details = mapping(document.spec.get("connectionDetails"))
        save_data_source(
            slug=slug_of(document.name),
            name=document.display_name[:120],
            type=str(document.spec.get("type", "")),
            description=str(document.spec.get("description") or ""),
            details={name: value for name, value in details.items() if name not in SECRET_NAMES},
            secret=resource.secrets.get("secret"),
            actor=actor,
        )

    def has_secret(self, identity: str, field_name: str, raw: str) -> bool:
        source = DataSource.objects.filter(slug=slug_of(identity)).first()
        return source is not None and bool(source.secret) and source.secret.reveal() == raw

    def remove(self, identity: str, *, actor: Actor) -> str:
        for source in DataSource.objects.filter(slug=slug_of(identity)):
            delete_data_source(source=source, actor=actor)
        return super().remove(identity, actor=actor)


def _data_source(source: DataSource) -> OpenSlo:
    metadata = {"name": source.slug, "displayName": source.name}
    spec: dict[str, Any] = {"type": source.type, "connectionDetails": source.details}
    if source.description:
        spec["description"] = source.description[:1050]
    return OpenSlo(
        {"apiVersion": API_VERSION, "kind": "DataSource", "metadata": metadata, "spec": spec}
    )


class SliKind(OpenSloKind):
    name: ClassVar[str] = "SLI"

    def documents(self) -> Iterable[OpenSlo]:
        return rows.indicator_documents()

    def save(self, resource: Resource[OpenSloSpec], *, actor: Actor) -> None:
        rows.save_indicator(document_of(resource), actor=actor)

    def remove(self, identity: str, *, actor: Actor) -> str:
        for sli in Sli.objects.filter(slug=slug_of(identity)):
            delete_sli(sli=sli, actor=actor)
        return super().remove(identity, actor=actor)


class TargetKind(OpenSloKind):
    name: ClassVar[str] = "AlertNotificationTarget"


class _PolicyPart(OpenSloKind):
    """Objectives hold what policies and conditions say, so a change reaches them."""

    def link(self, resource: Resource[OpenSloSpec], *, actor: Actor) -> None:
        rows.save_dependents(actor=actor)


class ConditionKind(_PolicyPart):
    name: ClassVar[str] = "AlertCondition"


class PolicyKind(_PolicyPart):
    name: ClassVar[str] = "AlertPolicy"


class SloKind(OpenSloKind):
    name: ClassVar[str] = "SLO"
    service_fields: ClassVar[Mapping[str, Path]] = {
        "target": ("spec", "objectives"),
        "window": ("spec", "timeWindow"),
        "time_zone": ("spec", "timeWindow"),
        "method": ("spec", "objectives"),
        "rules": ("spec", "alertPolicies"),
        "policy": ("metadata", "annotations"),
        "no_data": ("metadata", "annotations"),
        "failure_class": ("metadata", "annotations"),
    }

    def documents(self) -> Iterable[OpenSlo]:
        return rows.objective_documents()

    def save(self, resource: Resource[OpenSloSpec], *, actor: Actor) -> None:
        document = document_of(resource)
        taken = Slo.objects.filter(slug=slug_of(document.name)).first()
        stored = OpenSloDocument.objects.filter(kind="SLO", name=document.name).first()
        if stored is None and taken is not None and taken.slug != document.name:
            raise Conflict(f"The objective {taken.slug} has this name in another spelling.")
        rows.save_objectives(document, actor=actor)

    def remove(self, identity: str, *, actor: Actor) -> str:
        row = OpenSloDocument.objects.filter(kind="SLO", name=identity).first()
        made = [str(one["slo"]) for one in row.made] if row else [identity]
        for slo in Slo.objects.filter(slug__in=made):
            delete_slo(slo=slo, actor=actor)
        return super().remove(identity, actor=actor)


OPENSLO_KINDS: tuple[OpenSloKind, ...] = (
    ServiceKind(),
    DataSourceKind(),
    SliKind(),
    TargetKind(),
    ConditionKind(),
    PolicyKind(),
    SloKind(),
)
"""In the order in which they need each other."""
