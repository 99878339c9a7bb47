"""Deleting a system that left no traces; one that did is retired instead, by `services`."""

from __future__ import annotations

from django.db import transaction

from accounts import audit
from catalog.models import System, SystemDependency, SystemOwner, SystemPart
from core.actor import Actor
from core.errors import Conflict, NotFound

_ITS_OWN = (SystemOwner, SystemDependency, SystemPart)


def is_in_use(system: System) -> bool:
    """Whether anything beside its own settings names it: changes, alerts, incidents, sources …"""
    return any(
        relation.related_model._base_manager.filter(**{relation.field.name: system}).exists()
        for relation in System._meta.related_objects
        # A one-to-one row is a setting of the system itself; a many-to-many has a table of its own.
        if relation.related_model not in _ITS_OWN and relation.one_to_many
    )


@transaction.atomic
def delete_system(*, slug: str, actor: Actor) -> None:
    """Remove a system that nothing names. Raises `Conflict` for one that is in use."""
    system = System.objects.select_for_update().filter(slug=slug).first()
    if system is None:
        raise NotFound(f"There is no system “{slug[:63]}”.")
    if is_in_use(system):
        raise Conflict(f"“{system.name}” has a history. Retire it instead.")
    audit.record(
        actor=actor,
        action="system.delete",
        target_kind="system",
        target_ref=slug,
        name=system.name,
    )
    system.delete()
