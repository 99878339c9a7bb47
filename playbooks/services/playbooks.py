"""Writing playbooks down. What a run has begun with does not change with its playbook."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Q

from accounts.audit import record
from accounts.checks import Findings
from accounts.models import User
from catalog.models import System
from core import clock
from core.actor import Actor, Via
from core.errors import Forbidden, Invalid, NotFound
from playbooks.definition import PlaybookSpec, StepSpec, read_definition
from playbooks.models import Connection, Playbook
from playbooks.remedies import act_of, remedies
from slos.models import Slo
from taxonomy.models import Cause

RESERVED = frozenset({"new", "runs"})
ALLOWANCE = ("automatic", "owner")
"""What says that it may start by itself; the rest is what would then be done."""


def save_playbook(*, slug: str, name: str, definition: Mapping[str, Any], actor: Actor) -> Playbook:
    """Make a playbook, or bring it to exactly this state; the form is that of the document.

    Only its owner lets it start by itself, and that word is about what it does then: whoever else
    changes anything of it takes the word back. Raises `Invalid` with a sentence a place,
    `Forbidden` for somebody else's word."""
    spec = read_definition(definition)
    errors = _wrong(slug, name, spec)
    if errors:
        raise Invalid("The playbook was not saved.", errors=errors)
    with transaction.atomic():
        row = Playbook.objects.select_for_update().filter(slug=slug).first()
        created = row is None
        row = row or Playbook(slug=slug)
        owner = User.objects.filter(email__iexact=spec.owner or "", is_active=True).first()
        spec = _allowed(row, spec, owner, actor)
        plain = spec.plain()
        changed = row.definition != plain
        row.name, row.owner, row.enabled = name.strip(), owner, spec.enabled
        row.version = 1 if created else row.version + changed
        row.definition, row.automatic = plain, spec.automatic
        row.automatic_by = str(owner) if spec.automatic else ""
        row.updated_at = clock.now()
        row.save()
        row.systems.set(System.objects.filter(slug__in=spec.systems))
        record(
            actor=actor,
            action="playbook.create" if created else "playbook.update",
            target_kind="playbook",
            target_ref=slug,
            version=row.version,
            automatic=spec.automatic,
        )
    return row


def remove_playbook(*, slug: str, actor: Actor) -> str:
    """Delete a playbook that never ran; else switch it off. Answers which."""
    with transaction.atomic():
        row = Playbook.objects.select_for_update().filter(slug=slug).first()
        if row is None:
            raise NotFound("There is no such playbook.")
        verb = "switch off" if row.runs.exists() else "delete"
        if verb == "delete":
            row.delete()
        else:
            row.enabled = False
            row.definition = {**row.definition, "enabled": False}
            row.save(update_fields=["enabled", "definition"])
        record(
            actor=actor,
            action=f"playbook.{verb.replace(' ', '_')}",
            target_kind="playbook",
            target_ref=slug,
        )
    return verb


def spec_of(definition: Mapping[str, Any]) -> PlaybookSpec:
    """Of a definition that was saved."""
    return PlaybookSpec.model_validate(dict(definition))


def _allowed(row: Playbook, spec: PlaybookSpec, owner: User | None, actor: Actor) -> PlaybookSpec:
    """The spec with the word of its owner, where that still holds."""
    if not spec.automatic:
        return spec
    # A document that is applied is reviewed where it is kept, and names the owner.
    if actor.via == Via.APPLY or (owner is not None and owner.pk == actor.user_id):
        return spec
    if list(row.automatic) != spec.automatic:
        name = str(owner) if owner else "its owner"
        raise Forbidden(f"Only {name} can let this playbook start by itself.")
    before = {k: v for k, v in row.definition.items() if k not in ALLOWANCE}
    now = {k: v for k, v in spec.plain().items() if k not in ALLOWANCE}
    same_owner = owner is not None and owner.pk == row.owner_id
    return spec if before == now and same_owner else spec.model_copy(update={"automatic": []})


def _wrong(slug: str, name: str, spec: PlaybookSpec) -> dict[str, list[str]]:
    findings = Findings()
    findings.slug("slug", slug, reserved=RESERVED)
    errors = findings.errors
    if not name.strip() or len(name) > 120 or not name.isprintable():
        errors["name"] = ["Give it a name of at most 120 characters."]
    for field, slugs in (("causes", spec.causes), ("automatic", spec.automatic)):
        if unknown := _unknown_causes(slugs):
            errors[field] = [f"Not in the taxonomy: {', '.join(unknown)[:200]}."]
    known = set(System.objects.filter(slug__in=spec.systems).values_list("slug", flat=True))
    if missing := sorted(set(spec.systems) - known):
        errors["systems"] = [f"There is no system {', '.join(missing)[:200]}."]
    if other := sorted(set(spec.system_kinds) - set(System.Kind.values)):
        errors["system_kinds"] = [f"Not kinds of system: {', '.join(other)[:200]}."]
    owner = User.objects.filter(email__iexact=spec.owner or "", is_active=True)
    if spec.owner and not owner.exists():
        errors["owner"] = [f"Nobody active has {spec.owner[:254]}."]
    if steps := _wrong_steps(spec):
        errors["steps"] = steps
    if spec.verify and not Slo.objects.filter(slug=spec.verify.slo).exists():
        errors["verify"] = [f"There is no objective {spec.verify.slo}."]
    if spec.automatic and (because := _never_alone(spec)):
        errors["automatic"] = [because]
    return errors


def _never_alone(spec: PlaybookSpec) -> str:
    if not spec.owner:
        return "Name the owner who lets it start by itself."
    if any(step.check and not step.slo for step in spec.steps):
        return "A check that a person makes cannot be made when it starts by itself."
    return ""


def _unknown_causes(slugs: list[str]) -> list[str]:
    found = Cause.objects.filter(Q(slug__in=slugs) | Q(cause_class__slug__in=slugs))
    known = {part for pair in found.values_list("slug", "cause_class__slug") for part in pair}
    return sorted(set(slugs) - known)


def _wrong_steps(spec: PlaybookSpec) -> list[str]:
    named = {step.connection for step in spec.steps if step.connection}
    connections = {row.slug: row for row in Connection.objects.filter(slug__in=named)}
    asked = {step.slo for step in spec.steps if step.slo}
    slos = set(Slo.objects.filter(slug__in=asked).values_list("slug", flat=True))
    found = []
    for number, step in enumerate(spec.steps, start=1):
        said = _wrong_step(step, connections.get(step.connection or ""))
        if step.slo and step.slo not in slos:
            said = f"There is no objective {step.slo}."
        if said:
            found.append(f"Step {number}: {said}")
    return found


def _wrong_step(step: StepSpec, connection: Connection | None) -> str:
    if step.check:
        return ""
    if connection is None:
        return f"There is no connection {step.connection}."
    remedy = remedies.get(connection.kind)
    act = act_of(remedy, step.action) if remedy else None
    if remedy is None or act is None:
        known = ", ".join(one.name for one in remedy.acts) if remedy else "none"
        return f"{connection.name} cannot do {step.action}. It can: {known}."
    fields = {one.name: one for one in act.fields}
    if unknown := sorted(set(step.with_) - set(fields)):
        return f"{act.name} does not take {', '.join(unknown)[:100]}."
    for name, option in fields.items():
        if option.required and not option.default and not step.with_.get(name, "").strip():
            return f"{act.name} needs {name} ({option.label.lower()})."
    return refused_scope(connection, act.scope, step.with_)


def refused_scope(connection: Connection, scope: str, params: Mapping[str, str]) -> str:
    """Why the connection may not touch this, or ""."""
    if not scope or params.get(scope, "") in connection.allowed:
        return ""
    allowed = ", ".join(connection.allowed)
    return (
        f"{connection.name} may not touch {scope} “{params.get(scope, '')[:80]}”. "
        f"It may touch: {allowed[:200]}."
    )
