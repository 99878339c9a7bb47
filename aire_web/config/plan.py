"""What applying the files would do, without doing it. Reads the database, writes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from aire_web.config.reading import Wanted
from aire_web.config.refusals import Refusal
from aire_web.models import ManagedDocument
from core.manifest import Kind, Resource, kinds

Identity = tuple[str, str]
"""(kind, identity): what a document is known by."""


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the plan. `fields` are the ones that change."""

    verb: str
    kind: Kind[Any]
    identity: str
    name: str
    fields: tuple[str, ...] = ()
    wanted: Wanted | None = None

    def __str__(self) -> str:
        changed = f" ({', '.join(self.fields)})" if self.fields else ""
        return f"{self.verb:<10} {self.kind.name} {self.name}{changed}"


@dataclass(frozen=True, slots=True)
class Plan:
    """`saves` in the order in which they can be applied, `removals` likewise."""

    saves: Sequence[Step]
    removals: Sequence[Step]
    refusals: Sequence[Refusal]


class State:
    """What exists. Metadata that a kind does not keep is filled in from what `apply` kept."""

    def __init__(self) -> None:
        self.managed: dict[Identity, ManagedDocument] = {
            (row.kind, row.identity): row for row in ManagedDocument.objects.all()
        }
        self.present: dict[str, dict[str, Resource[Any]]] = {
            kind.name: {
                identity: self._completed(kind, identity, resource)
                for identity, resource in kind.present().items()
            }
            for kind in kinds
        }

    def _completed(self, kind: Kind[Any], identity: str, resource: Resource[Any]) -> Resource[Any]:
        managed = self.managed.get((kind.name, identity))
        name = managed.name if managed else resource.name
        kept = managed.display_name if managed else ""
        return replace(
            resource,
            name=name,
            display_name=resource.display_name if kind.keeps_display_name else kept or name,
            labels=resource.labels if kind.keeps_labels else managed.labels if managed else {},
            annotations=managed.annotations if managed else {},
        )

    def managed_now(self, kind: Kind[Any]) -> list[str]:
        """Identities that the files manage and that still exist."""
        present = self.present[kind.name]
        return [known for name, known in self.managed if name == kind.name and known in present]


def make_plan(wanted: Sequence[Wanted], *, prune: bool) -> Plan:
    """Refusals are about the documents together: doubles, and names that nobody has."""
    state = State()
    refusals = _doubles(wanted)
    named = {(item.kind.name, item.identity) for item in wanted}
    implied = {
        (kind.name, item.identity)
        for kind in kinds
        for item in wanted
        if kind.also_named_by == item.kind.name
    }
    saves = [
        _save_step(item, state) for kind in kinds for item in wanted if item.kind.name == kind.name
    ]
    removals = _removals(state, named) if prune else []
    gone = {(step.kind.name, step.identity) for step in removals}
    refusals += _broken_references(wanted, state, named | implied, gone)
    refusals += _still_needed(state, named, gone)
    return Plan(saves, removals, refusals)


def _doubles(wanted: Iterable[Wanted]) -> list[Refusal]:
    found: list[Refusal] = []
    first: dict[Identity, Wanted] = {}
    for item in wanted:
        keys = {(item.kind.name, item.identity), (item.kind.name, item.resource.name)}
        earlier = next((first[key] for key in sorted(keys) if key in first), None)
        if earlier is not None:
            place = f"{earlier.file}:{earlier.line}"
            found.append(
                item.refuse(f"{item.kind.name} {item.resource.name} is already in {place}.")
            )
        for key in keys:
            first.setdefault(key, item)
    return found


def _save_step(item: Wanted, state: State) -> Step:
    kind, identity = item.kind, item.identity
    present = state.present[kind.name].get(identity)
    if present is None:
        return Step("create", kind, identity, item.resource.name, wanted=item)
    fields = differences(item, state)
    verb = "update" if fields else "unchanged"
    return Step(verb, kind, identity, item.resource.name, fields, item)


def differences(item: Wanted, state: State) -> tuple[str, ...]:
    """The fields in which what exists is not as the document says."""
    present = state.present[item.kind.name].get(item.identity)
    return tuple(_changed(item, present)) if present else ("missing",)


def _changed(item: Wanted, present: Resource[Any]) -> Iterable[str]:
    wanted = item.resource
    if _shown(wanted) != _shown(present):
        yield "displayName"
    if dict(wanted.labels) != dict(present.labels):
        yield "labels"
    if dict(wanted.annotations) != dict(present.annotations):
        yield "annotations"
    new, old = (
        resource.spec.model_dump(mode="json", by_alias=True) for resource in (wanted, present)
    )
    for name in new:
        if new[name] != old.get(name) and not _kept(item.kind, name, new[name], old.get(name)):
            yield name
    for name, raw in wanted.secrets.items():
        if not item.kind.has_secret(item.identity, name, raw):
            yield name


def _kept(kind: Kind[Any], name: str, new: Any, old: Any) -> bool:
    """A field that may be absent and is; an empty list says the same as what has none."""
    return name in kind.kept_when_absent and (new is None or (new == [] and old is None))


def _shown(resource: Resource[Any]) -> str | None:
    """The display name where there is one beside the name."""
    return None if resource.display_name == resource.name else resource.display_name


def _removals(state: State, named: set[Identity]) -> list[Step]:
    """In the opposite order of saving, so that what is needed goes after what needs it."""
    return [
        Step("remove", kind, known, state.managed[kind.name, known].name)
        for kind in reversed(list(kinds))
        for known in state.managed_now(kind)
        if (kind.name, known) not in named
    ]


def _broken_references(
    wanted: Iterable[Wanted], state: State, named: set[Identity], gone: set[Identity]
) -> list[Refusal]:
    found = []
    for item in wanted:
        for reference in item.kind.references(item.resource):
            key = (reference.kind, reference.identity)
            if key in gone:
                sentence = f"{reference.kind} {reference.identity} is not in the files any more."
            elif key not in named and reference.identity not in state.present[reference.kind]:
                sentence = f"{reference.kind} {reference.identity[:200]} does not exist."
            else:
                continue
            path = item.place_of(reference.identity, ("spec", *reference.path))
            found.append(item.refuse(sentence, path))
    return found


def _still_needed(state: State, named: set[Identity], gone: set[Identity]) -> list[Refusal]:
    """What exists outside the files and needs something that would be taken away."""
    if not gone:
        return []
    found = []
    for kind in kinds:
        for identity, resource in state.present[kind.name].items():
            if (kind.name, identity) in named | gone:
                continue
            for reference in kind.references(resource):
                if (reference.kind, reference.identity) in gone:
                    found.append(
                        Refusal(
                            "--prune",
                            1,
                            f"{reference.kind} {reference.identity} cannot go: "
                            f"{kind.name} {identity} still names it.",
                        )
                    )
    return found
