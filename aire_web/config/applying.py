"""Applies documents: all of them in one transaction, or none. Writes only through the services."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from django.db import DatabaseError, OperationalError, connection, transaction
from django.db.models import ProtectedError, RestrictedError
from django.db.models.functions import Now
from psycopg.errors import LockNotAvailable

from aire_web.config.files import File
from aire_web.config.plan import Identity, Plan, State, Step, differences, make_plan
from aire_web.config.reading import Wanted, read_file
from aire_web.config.refusals import Refusal, places
from aire_web.models import ManagedDocument
from core.actor import Actor
from core.errors import AireError, Invalid, Unavailable
from core.yaml import Path

# One `apply` at a time; any number that nothing else locks.
LOCK = 0x61697265
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class GivenKey:
    """A key that was generated, to be shown once."""

    kind: str
    name: str
    key: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Outcome:
    """`applied` is False when something was refused, or nothing was meant to be written."""

    plan: Plan
    refusals: Sequence[Refusal]
    keys: Sequence[GivenKey]
    applied: bool
    warnings: Sequence[Refusal] = ()


def apply_files(
    files: Sequence[File],
    *,
    env: Mapping[str, str],
    actor: Actor,
    prune: bool = False,
    dry_run: bool = False,
    remember: bool = True,
) -> Outcome:
    """Read, plan and apply. A dry run does all of it and takes it back, so that what it says
    is what would happen. What is not remembered is not managed by files afterwards."""
    wanted: list[Wanted] = []
    refusals: list[Refusal] = []
    for file in files:
        more, refused = read_file(file, env)
        wanted += more
        refusals += refused
    with transaction.atomic():
        _take_turn()
        # A document that could not be read may be the one that the others name.
        plan = make_plan(wanted, prune=prune and not refusals)
        refusals += [] if refusals else plan.refusals
        work = _Work(actor, remember=remember)
        if not refusals:
            plan = work.run(plan)
            refusals += work.refusals
        applied = not (refusals or dry_run)
        if not applied:
            transaction.set_rollback(True)
    warnings = sorted({line for item in wanted for line in item.warnings} | set(work.remarks))
    return Outcome(plan, sorted(set(refusals)), work.keys if applied else [], applied, warnings)


def _take_turn() -> None:
    """Have the lock until the transaction ends. Raises `Unavailable` where another holds it for
    longer than statements wait for locks."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    except OperationalError as error:
        if not isinstance(error.__cause__, LockNotAvailable):
            raise
        sentence = "Another import or apply is at work. Try again in a minute."
        raise Unavailable(sentence, retry_after=60) from error


class _Work:
    """One run over a plan. Each step is tried, so that all refusals are told at once."""

    def __init__(self, actor: Actor, *, remember: bool) -> None:
        self.refusals: list[Refusal] = []
        self.keys: list[GivenKey] = []
        self.remarks: list[Refusal] = []
        self._actor = actor
        self._remembers = remember
        self._failed: set[Identity] = set()

    def run(self, plan: Plan) -> Plan:
        """Everything in its order; answers the plan as it was carried out."""
        changing = [step for step in plan.saves if step.verb != "unchanged"]
        for step in changing:
            self._save(step)
        for step in changing:
            self._link(step)
        for step in plan.removals:
            self._unlink(step)
        removed = [self._remove(step) for step in plan.removals]
        if not self.refusals:
            if self._remembers:
                self._remember(plan)
            self._check(changing)
            self.remarks = [
                _of(step).refuse(sentence, ("spec", *path))
                for step in changing
                for path, sentence in step.kind.remarks(_of(step).resource)
            ]
        return replace(plan, removals=removed)

    def _save(self, step: Step) -> None:
        wanted = _of(step)
        needs = {(item.kind, item.identity) for item in step.kind.references(wanted.resource)}
        if needs & self._failed:
            return
        key = self._try(step, lambda: step.kind.save(wanted.resource, actor=self._actor))
        if key:
            self.keys.append(GivenKey(step.kind.name, step.name, key))

    def _link(self, step: Step) -> None:
        if not self._failed:
            self._try(step, lambda: step.kind.link(_of(step).resource, actor=self._actor))

    def _unlink(self, step: Step) -> None:
        if not self._failed:
            self._try(step, lambda: step.kind.unlink(step.identity, actor=self._actor))

    def _remove(self, step: Step) -> Step:
        """The step, with what was really done as its verb."""
        if self._failed:
            return step
        verb = self._try(step, lambda: step.kind.remove(step.identity, actor=self._actor))
        return replace(step, verb=verb or step.verb)

    def _try(self, step: Step, action: Callable[[], T]) -> T | None:
        try:
            with transaction.atomic():
                return action()
        except Invalid as error:
            self._refuse_fields(step, error)
        except AireError as error:
            self._refuse(step, error.message)
        except (ProtectedError, RestrictedError) as error:
            others = {row._meta.verbose_name for row in getattr(error, "protected_objects", ())}
            named = ", ".join(sorted(str(name) for name in others)) or "something else"
            self._refuse(step, f"It is still used by: {named}.")
        except DatabaseError as error:
            said = (str(error).splitlines() or ["no reason given"])[0][:200]
            self._refuse(step, f"The database refused it: {said}.")
        return None

    def _refuse_fields(self, step: Step, error: Invalid) -> None:
        for path, sentence in places(step.kind, error):
            self._refuse(step, sentence, path)

    def _refuse(self, step: Step, sentence: str, path: Path = ()) -> None:
        self._failed.add((step.kind.name, step.identity))
        if step.wanted is not None:
            self.refusals.append(step.wanted.refuse(sentence, path))
        else:
            said = f"{step.kind.name} {step.name} cannot go: {sentence}"
            self.refusals.append(Refusal("--prune", 1, said))

    def _check(self, changed: Sequence[Step]) -> None:
        """What was saved must be there as it was written, or every later run would change it
        again: two documents may want the same place, or a rule may have altered a value."""
        state = State()
        for step in changed:
            if differing := differences(_of(step), state):
                fields = ", ".join(differing)
                self._refuse(step, f"This cannot be kept as it is written: {fields}.")

    def _remember(self, plan: Plan) -> None:
        for step in plan.saves:
            kind, resource = step.kind, _of(step).resource
            own_name = kind.keeps_display_name or resource.display_name == resource.name
            ManagedDocument.objects.update_or_create(
                kind=kind.name,
                identity=step.identity,
                defaults={
                    "name": resource.name,
                    "display_name": "" if own_name else resource.display_name,
                    "labels": {} if kind.keeps_labels else dict(resource.labels),
                    "annotations": dict(resource.annotations),
                    "applied_at": Now(),
                },
            )
        for step in plan.removals:
            ManagedDocument.objects.filter(kind=step.kind.name, identity=step.identity).delete()


def _of(step: Step) -> Wanted:
    assert step.wanted is not None
    return step.wanted
