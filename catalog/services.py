"""The verbs for systems and their changes: the only writers of the catalog."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction

from accounts import audit
from accounts.checks import Findings
from catalog.events import ChangeRecorded, SystemRetired
from catalog.kpis.checks import KpiState, kpi_state
from catalog.kpis.services import write_kpis
from catalog.models import Change, System, SystemDependency, SystemOwner, SystemPart
from catalog.parts.checks import PartState, part_key
from catalog.parts.keeping import MOVES
from catalog.parts.services import (
    HEARD_AGAIN_AFTER,
    HEARD_WITHIN,
    MOST_HEARD,
    follow_change,
    note_served,
    part_state,
    write_parts,
)
from catalog.system_input import CheckedSystem, SystemState, check_system
from core import clock, outbox
from core.actor import Actor
from core.errors import Conflict, Invalid, NotFound
from core.urls import safe_href

CLOCK_SKEW = timedelta(minutes=5)
"""How far ahead another machine's clock may be before its change is said to lie in the future."""
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
_STATE_FIELDS = frozenset(field.name for field in fields(SystemState)) - {"slug"}


@transaction.atomic
def save_system(
    *,
    slug: str,
    name: str,
    kind: str,
    tier: int = 3,
    stage: str = System.Stage.PRODUCTION,
    description: str = "",
    team_slug: str | None = None,
    owners: Mapping[str, str] | None = None,
    depends_on: Sequence[str] = (),
    runbooks: Sequence[Mapping[str, str]] = (),
    labels: Mapping[str, str] | None = None,
    traffic_share: float | None = None,
    autonomy: str = "",
    intended_use: str = "",
    contacts: Sequence[Mapping[str, str]] = (),
    parts: Sequence[PartState] | None = None,
    kpis: Sequence[KpiState] | None = None,
    actor: Actor,
) -> System:
    """Create the system with this slug, or bring it to exactly this state.

    `owners` maps a discipline to an address; `depends_on` names systems that exist already, so
    two that depend on each other are saved in two steps. Parts and KPIs stay as they are unless
    they are given. The same state again writes nothing.
    """
    state = SystemState(
        slug=slug, name=name, kind=kind, tier=tier, stage=stage, description=description,
        team_slug=team_slug, owners=owners or {}, depends_on=depends_on, runbooks=runbooks,
        labels=labels or {}, traffic_share=traffic_share, autonomy=autonomy,
        intended_use=intended_use, contacts=contacts, parts=parts, kpis=kpis,
    )  # fmt: skip
    return _write(check_system(state), actor=actor)


@transaction.atomic
def create_system(*, actor: Actor, **state: Any) -> System:
    """Like `save_system`, but the slug must be free."""
    checked = check_system(SystemState(**state))
    if System.objects.filter(slug=checked.slug).exists():
        raise Conflict(f"There is a system “{checked.slug}” already.")
    return _write(checked, actor=actor)


@transaction.atomic
def change_system(*, slug: str, actor: Actor, **changes: Any) -> System:
    """Change only the named parts of a system's state, under a lock: two people who change
    different parts at once both succeed."""
    if unknown := changes.keys() - _STATE_FIELDS:
        raise TypeError(f"A system has no {', '.join(sorted(unknown))}")
    system = _locked(slug)
    return _write(check_system(replace(system_state(system), **changes)), actor=actor)


def retire_system(*, slug: str, actor: Actor) -> System:
    """Take a system out of use. Its history stays; lists leave it out unless asked for."""
    return change_system(slug=slug, stage=System.Stage.RETIRED, actor=actor)


@transaction.atomic
def record_change(
    *,
    system: System,
    kind: str,
    summary: str,
    version: str = "",
    previous_version: str = "",
    url: str = "",
    rollback_url: str = "",
    occurred_at: datetime | None = None,
    author_label: str = "",
    part: str = "",
    took_effect: bool = True,
    subject: str = "",
    actor: Actor,
) -> Change:
    """Note that something altered a system. The same change told twice is one change: same
    system, kind, version, summary and time of occurrence; with a `subject` (how the summary
    begins) also where the one before or after it of that subject has this summary. The part that
    it is about (`part` names it where there are several) has its version then, unless the change
    took no effect, such as a deployment that failed or a model that was only registered."""
    findings = Findings()
    if kind not in Change.Kind.values:
        findings.add("kind", f"Choose one of {', '.join(Change.Kind.values)}.")
    change = Change(
        system=system,
        kind=kind,
        part=findings.line("part", part, limit=120),
        version=findings.line("version", version, limit=200),
        previous_version=findings.line("previous_version", previous_version, limit=200),
        summary=findings.line("summary", summary, limit=1024, required=True),
        url=_link("url", url, findings),
        rollback_url=_link("rollback_url", rollback_url, findings),
        author_label=findings.line("author_label", author_label or actor.label, limit=200),
        occurred_at=_occurrence(occurred_at, findings),
    )
    findings.raise_any()
    System.objects.select_for_update().get(pk=system.pk)  # tellers of one change queue up here
    known = Change.objects.filter(
        system=system, kind=kind, version=change.version, summary=change.summary,
        occurred_at=change.occurred_at,
    ).first()  # fmt: skip
    if known is None and subject:
        known = _told_around(change, subject)
    if known is not None:
        return known
    if took_effect:
        follow_change(change)
    _keep(change, actor)
    return change


@transaction.atomic
def record_served(
    *, system: System, served: str, part: str = "", at: datetime | None = None, actor: Actor
) -> SystemPart:
    """Note which version answered, as the provider's own answers say. Another one than before is
    a change that nobody announced, and becomes one of the kind `provider`, of the time `at`.
    Raises `Invalid`."""
    System.objects.select_for_update().get(pk=system.pk)
    found, before = note_served(system, served=served, name=part)
    if before:
        asked = f" (asked for: {found.version})" if found.version else ""
        change = Change(
            system=system, kind=Change.Kind.PROVIDER, part=found.name, version=found.served,
            previous_version=before, author_label=actor.label, occurred_at=at or clock.now(),
            summary=f"{found.name}: the provider now answers with {found.served}{asked}",
        )  # fmt: skip
        _keep(change, actor)
    return found


@transaction.atomic
def hear_served(*, part: SystemPart, served: str, at: datetime, actor: Actor) -> str:
    """`record_served` for what telemetry says, call for call: behind one name two versions may
    answer by turns, and anybody with a key can send. So it moves a part that exists at most once
    an hour and four times a day, never backwards in time. Answers a sentence for the receipt."""
    System.objects.select_for_update().get(pk=part.system_id)
    now = SystemPart.objects.select_related("system").filter(pk=part.pk).first()
    if now is None or (now.served_at is not None and at < now.served_at):
        return ""
    if now.served and now.served != served:
        since = clock.now() - HEARD_WITHIN
        moves = list(
            Change.objects.filter(
                system=now.system_id,
                kind=Change.Kind.PROVIDER,
                part=now.name,
                occurred_at__gte=since,
            ).order_by("-occurred_at")[:MOST_HEARD]
        )
        if moves and (
            len(moves) == MOST_HEARD or clock.now() - moves[0].occurred_at < HEARD_AGAIN_AFTER
        ):
            return f"{now.name}: {served} answered; not written down, as it has moved just before."
    try:
        record_served(system=now.system, served=served, part=now.name, at=at, actor=actor)
    except Invalid as error:
        return f"{now.name}: what answered was not written down. {error.message}"
    return f"{now.name} of {now.system.slug}: {served} answers." if now.served != served else ""


def _told_around(change: Change, subject: str) -> Change | None:
    """The neighbour in time of the same subject that says the same; deliveries may come late."""
    told = Change.objects.filter(
        system=change.system, kind=change.kind, summary__startswith=subject
    )
    before = told.filter(occurred_at__lte=change.occurred_at).order_by("-occurred_at", "-id")
    after = told.filter(occurred_at__gt=change.occurred_at).order_by("occurred_at", "id")
    found = (before.first(), after.first())
    return next((one for one in found if one and one.summary == change.summary), None)


def _keep(change: Change, actor: Actor) -> None:
    system, kind = change.system, change.kind
    change.save(force_insert=True)
    change.refresh_from_db(fields=["recorded_at"])
    audit.record(
        actor=actor, action="change.record", target_kind="system", target_ref=system.slug,
        change=change.pk.hex, kind=kind, version=change.version,
    )  # fmt: skip
    outbox.publish(ChangeRecorded(change_id=change.pk.hex, system_id=system.pk, kind=kind))


def system_state(system: System) -> SystemState:
    """What `save_system` would have to be given to leave the system as it is."""
    return SystemState(
        slug=system.slug,
        name=system.name,
        kind=system.kind,
        tier=system.tier,
        stage=system.stage,
        description=system.description,
        team_slug=system.team.slug if system.team else None,
        owners={owner.discipline: owner.user.email for owner in system.owners.all()},
        depends_on=sorted(other.slug for other in system.depends_on.all()),
        runbooks=system.runbooks,
        labels=system.labels,
        traffic_share=system.traffic_share,
        autonomy=system.autonomy,
        intended_use=system.intended_use,
        contacts=system.contacts,
        parts=sorted((part_state(part) for part in system.parts.all()), key=part_key),
        kpis=sorted(
            (kpi_state(kpi) for kpi in system.kpis.all() if not kpi.retired),
            key=lambda kpi: str(kpi["slug"]),
        ),
    )


def _locked(slug: str) -> System:
    system = None
    if "\x00" not in slug:
        system = System.objects.select_for_update(of=("self",)).filter(slug=slug).first()
    if system is None:
        raise NotFound(f"There is no system “{slug[:63]}”.")
    return (
        System.objects.select_related("team")
        .prefetch_related("owners__user", "depends_on", "parts", "kpis")
        .get(pk=system.pk)
    )


def _write(checked: CheckedSystem, *, actor: Actor) -> System:
    try:
        system = _locked(checked.slug)
    except NotFound:
        return _create(checked, actor=actor)
    before, was_stage = system_state(system), system.stage
    for column, value in checked.columns.items():
        setattr(system, column, value)
    wanted = replace(
        system_state(system),
        owners={discipline: user.email for discipline, user in checked.owners.items()},
        depends_on=sorted(other.slug for other in checked.depends_on),
        parts=before.parts if checked.parts is None else _as_it_is(checked.parts, before),
        kpis=before.kpis if checked.kpis is None else checked.kpis,
    )
    changed = [
        name for name in sorted(_STATE_FIELDS) if getattr(wanted, name) != getattr(before, name)
    ]
    if not changed:
        return system
    system.save(update_fields=list(checked.columns))
    _write_relations(system, checked, actor)
    _audit("system.update", system, actor, changed=changed)
    if system.stage == System.Stage.RETIRED != was_stage:
        outbox.publish(SystemRetired(system_id=system.pk))
    return _locked(system.slug)


def _create(checked: CheckedSystem, *, actor: Actor) -> System:
    try:
        with transaction.atomic():
            system = System.objects.create(slug=checked.slug, **checked.columns)
    except IntegrityError as error:
        raise Conflict(f"Somebody else has just added “{checked.slug}”. Try again.") from error
    _write_relations(system, checked, actor)
    _audit("system.create", system, actor)
    return _locked(system.slug)


def _as_it_is(parts: Sequence[PartState], before: SystemState) -> list[PartState]:
    """With the present version of those whose version is not given."""
    there = {(part["kind"], part["name"]): part["version"] for part in before.parts or ()}
    return [
        {**part, "version": there.get((part["kind"], part["name"]), "")}
        if part["version"] is None
        else part
        for part in parts
    ]


def _write_relations(system: System, checked: CheckedSystem, actor: Actor) -> None:
    SystemOwner.objects.filter(system=system).exclude(discipline__in=checked.owners).delete()
    SystemOwner.objects.bulk_create(
        [
            SystemOwner(system=system, discipline=discipline, user=user)
            for discipline, user in checked.owners.items()
        ],
        update_conflicts=True,
        unique_fields=["system", "discipline"],
        update_fields=["user"],
    )
    SystemDependency.objects.filter(system=system).exclude(
        depends_on__in=checked.depends_on
    ).delete()
    SystemDependency.objects.bulk_create(
        [SystemDependency(system=system, depends_on=other) for other in checked.depends_on],
        ignore_conflicts=True,
    )
    if checked.kpis is not None:
        write_kpis(system, checked.kpis)
    for part, was in write_parts(system, checked.parts) if checked.parts is not None else ():
        _note_moved(part, was, system, actor)


def _note_moved(part: SystemPart, was: str, system: System, actor: Actor) -> None:
    """Suspects look at changes: a version that a form or a file moves is one as well."""
    kinds = {kind for kind, moves in MOVES.items() if moves[0] == part.kind}
    kind = min(kinds, default=Change.Kind.CONFIG.value)
    change = Change(
        system=system, kind=kind, part=part.name, version=part.version,
        previous_version=was, author_label=actor.label,
        summary=f"{part} is set to {part.version}", occurred_at=part.since or clock.now(),
    )  # fmt: skip
    _keep(change, actor)


def _link(field: str, value: str, findings: Findings) -> str:
    url = findings.text(field, value, limit=2048)
    if url and safe_href(url) is None:
        findings.add(field, "Give an http or https address without a password in it.")
    return url


def _occurrence(value: datetime | None, findings: Findings) -> datetime:
    now = clock.now()
    if value is None:
        return now
    if value.tzinfo is None:
        findings.add("occurred_at", "Give the time with its zone.")
    elif not EARLIEST <= value <= now + CLOCK_SKEW:
        findings.add("occurred_at", "A change lies between the year 2000 and now.")
    return value


def _audit(action: str, system: System, actor: Actor, **detail: Any) -> None:
    audit.record(
        actor=actor, action=action, target_kind="system", target_ref=system.slug,
        name=system.name, **detail,
    )  # fmt: skip
