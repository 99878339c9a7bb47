"""Events: said in the transaction that made them true, heard afterwards by each subscriber."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any, ClassVar, TypeVar

from django.db import InterfaceError, connection, transaction
from django.db.models.functions import Now

from core import clock
from core.crashpoints import crash_point
from core.hints import hint_on_commit
from core.inserts import insert
from core.leases import Claim, claim_due, finish
from core.logs import get_logger
from core.models import OutboxTask
from core.pipelining import bites
from core.retry import next_attempt_at

log = get_logger(__name__)
MAX_ATTEMPTS = 20
LEASE_SECONDS = 30
BATCH = 5
"""Few at a time: what one process holds, another that is idle cannot hear."""

CALM = 4
"""So many times more of the events that are not urgent: most are handled together."""


@dataclass(frozen=True, slots=True)
class Event:
    """Base of a room's events: a frozen dataclass of JSON values, named `room.past_tense`.

    An `urgent` one is heard before all others: what opens an incident or stops a page must not
    wait behind what refreshes cards and books.
    """

    name: ClassVar[str]
    urgent: ClassVar[bool] = False


E = TypeVar("E", bound=Event)


@dataclass(frozen=True, slots=True)
class Subscriber:
    name: str
    event: type[Event]
    handle: Callable[[Any], None]
    when: Callable[[Any], bool] | None = None
    many: Callable[[list[Any]], None] | None = None
    at_once: bool = False

    def wants(self, event: Event) -> bool:
        return self.when is None or self.when(event)


_passing: dict[str, list[Subscriber]] = {}
_by_event: dict[str, list[Subscriber]] = {}
_by_name: dict[str, Subscriber] = {}


def subscribe(
    event: type[E],
    handle: Callable[[E], None],
    *,
    name: str,
    when: Callable[[E], bool] | None = None,
    many: Callable[[list[E]], None] | None = None,
    at_once: bool = False,
) -> None:
    """Have `handle` called once or more for each such event, each time in a transaction of its
    own. Events that `when` answers False to are not even written down for it. `many` does the
    same for several at once, all or none, where that is cheaper. With `at_once` the transaction
    that publishes does it, and writes it down for later only when that fails. Only wiring calls
    this."""
    subscriber = Subscriber(name, event, handle, when=when, many=many, at_once=at_once)
    if name in _by_name:
        raise ValueError(f"Subscriber {name!r} is registered twice")
    _by_name[name] = subscriber
    _by_event.setdefault(event.name, []).append(subscriber)


def listen(event: type[E], handle: Callable[[E], None], *, name: str) -> None:
    """Have `handle` called in passing when the transaction commits: at most once, in the process
    that published, lost if that process dies. For what may be missed, such as live ticks."""
    _passing.setdefault(event.name, []).append(Subscriber(name=name, event=event, handle=handle))


def publish(*events: Event) -> None:
    """Write each event for each of its subscribers, in one statement. Call it inside the
    transaction they tell of."""
    if events and not transaction.get_connection().in_atomic_block:
        raise RuntimeError(f"{events[0].name} was published outside a transaction")
    wanted = [
        (subscriber, event)
        for event in events
        for subscriber in _by_event.get(event.name, [])
        if subscriber.wants(event)
    ]
    tasks = [
        OutboxTask(event=event.name, subscriber=subscriber.name, payload=asdict(event))
        for subscriber, event in _hear_at_once(wanted)
    ]
    for event in events:
        for listener in _passing.get(event.name, []):
            transaction.on_commit(partial(listener.handle, event), robust=True)
    if tasks:
        for some in bites(tasks):
            insert(*some)
        hint_on_commit("outbox")


class _Telling(threading.local):
    later = False


_telling = _Telling()


@contextmanager
def told_later() -> Iterator[None]:
    """Within it this thread's events wait for their transaction, whoever hears them: for a past
    that is only written down."""
    before, _telling.later = _telling.later, True
    try:
        yield
    finally:
        _telling.later = before


def _hear_at_once(wanted: list[tuple[Subscriber, Event]]) -> list[tuple[Subscriber, Event]]:
    """Let those hear it who do so in the transaction that publishes; answers what is left."""
    at_once = {} if _telling.later else {one.name: one for one, _ in wanted if one.at_once}
    for subscriber in at_once.values():
        events = [event for one, event in wanted if one is subscriber]
        try:
            with transaction.atomic():
                if subscriber.many is not None:
                    subscriber.many(events)
                else:
                    for event in events:
                        subscriber.handle(event)
        except InterfaceError:
            raise  # the connection is gone, and the caller's transaction with it
        except Exception:
            log.exception("outbox_not_at_once", subscriber=subscriber.name, events=len(events))
            continue
        wanted = [pair for pair in wanted if pair[0] is not subscriber]
    return wanted


def run_due(*, limit: int = BATCH) -> int:
    """Work off due events, urgent ones first; answers how many were claimed. Safe to call from
    anywhere, at once."""
    for urgent in (True, False):
        names = [name for name, one in _by_name.items() if one.event.urgent is urgent]
        claim = claim_due(
            OutboxTask,
            pending=OutboxTask.State.PENDING,
            limit=limit if urgent else limit * CALM,
            lease_seconds=LEASE_SECONDS,
            extra="AND subscriber = ANY(%s)",
            params=(names,),
        )
        for task in _run_together(claim):
            crash_point("outbox:after_claim")
            _run(task, claim.token)
        if claim.rows:
            return len(claim.rows)
    return 0


def _run_together(claim: Claim[OutboxTask]) -> list[OutboxTask]:
    """Hand those of a subscriber that takes several over in one go; answers what is left to be
    handled one by one, which is also what could not be done together."""
    by_name: dict[str, list[OutboxTask]] = {}
    for task in claim.rows:
        by_name.setdefault(task.subscriber, []).append(task)
    done: set[int] = set()
    for name, tasks in by_name.items():
        subscriber = _by_name[name]
        if subscriber.many is None or len(tasks) == 1:
            continue
        try:
            with transaction.atomic():
                subscriber.many([subscriber.event(**task.payload) for task in tasks])
                _finish_all(tasks, claim.token)
            done.update(task.pk for task in tasks)
        except Exception as error:
            log.warning("outbox_together_failed", subscriber=name, error=str(error)[:200])
    return [task for task in claim.rows if task.pk not in done]


def _finish_all(tasks: list[OutboxTask], token: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE core_outboxtask SET state = 'done', lease_token = NULL, lease_until = NULL "
            "WHERE id = ANY(%s) AND lease_token = %s",
            [[task.pk for task in tasks], token],
        )
        if cursor.rowcount != len(tasks):
            raise _LateFinisher


def _run(task: OutboxTask, token: Any) -> None:
    subscriber = _by_name[task.subscriber]
    try:
        with transaction.atomic():
            subscriber.handle(subscriber.event(**task.payload))
            if not finish(OutboxTask, pk=task.pk, token=token, state=OutboxTask.State.DONE):
                # Another took over after our lease ran out: its work counts, ours is undone.
                raise _LateFinisher
    except _LateFinisher:
        log.warning("outbox_late_finisher", subscriber=task.subscriber, task=task.pk)
    except Exception as error:
        log.exception("outbox_handler_failed", subscriber=task.subscriber, task=task.pk)
        final = task.attempts >= MAX_ATTEMPTS
        finish(
            OutboxTask,
            pk=task.pk,
            token=token,
            state=OutboxTask.State.FAILED if final else OutboxTask.State.PENDING,
            due_at=Now() if final else next_attempt_at(task.attempts, clock.now()) or Now(),
            error=f"{type(error).__name__}: {error}"[:2000],
        )


class _LateFinisher(Exception):
    pass
