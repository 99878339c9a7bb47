"""Writes Larkmoor's past down through the services, each step at the time it happened."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta

import pgtrigger
from django.db import transaction
from django.db.models import F, Max

from accounts.models import User
from aire_web.demo.payloads import body_of
from aire_web.demo.story import Done, IncidentStory, Note, read_past
from aire_web.models import ManagedDocument
from alerts.events import AlertsFiring, AlertsResolved
from alerts.facts import source_facts
from alerts.models import Alert, Receipt, Source
from alerts.reading_signals import read
from alerts.storing import Batch
from catalog.models import System
from catalog.services import record_change
from core import clock
from core.actor import Actor, Via
from core.models import OutboxTask
from core.outbox import told_later
from incidents import handlers, services
from incidents.models import Incident, IncidentEvent

Step = tuple[timedelta, Callable[[], object]]


@transaction.atomic
def write_past() -> int:
    """Changes, alerts and incidents; answers how many incidents. Nobody is told of any of it:
    nothing pages, and the events are taken back in the same transaction."""
    before = OutboxTask.objects.aggregate(last=Max("pk"))["last"] or 0
    now = clock.now()
    people = people_by_handle()
    changes, stories = read_past()
    for change in changes:
        record_change(
            system=System.objects.get(slug=change.system),
            kind=change.kind,
            summary=change.summary,
            version=change.version,
            previous_version=change.previous,
            occurred_at=now - timedelta(seconds=change.ago),
            author_label=people[change.by].name,
            actor=_acting(people[change.by]),
        )
    for story in stories:
        _Telling(story, people, now - timedelta(seconds=story.ago)).run()
    OutboxTask.objects.filter(pk__gt=before).delete()
    _write_down_when_it_happened()
    return len(stories)


def _write_down_when_it_happened() -> None:
    """The database's clock says that all of the past was written just now. The lines cannot be
    changed later on; before anybody has seen them, they can."""
    with pgtrigger.ignore("incidents.IncidentEvent:append_only"):
        IncidentEvent.objects.update(recorded_at=F("occurred_at"))


@contextmanager
def standing_at(moment: datetime) -> Iterator[None]:
    """The services of this process take `moment` for now. Only for writing a past down, in a
    command that does nothing else: every service asks the one clock."""
    real = clock.now
    clock.now = lambda: moment
    try:
        yield
    finally:
        clock.now = real


class _Telling:
    """One incident, from its alert to its end."""

    def __init__(
        self, story: IncidentStory, people: Mapping[str, User], opened_at: datetime
    ) -> None:
        self._story = story
        self._people = people
        self._opened_at = opened_at
        self._alert: Alert | None = None
        self._incident_id = 0

    def run(self) -> None:
        with standing_at(self._opened_at):
            self._alert = self._receive(ended=None) if self._story.alert else None
            incident = self._open()
        self._incident_id = incident.pk
        for after, step in sorted(self._steps(), key=lambda item: item[0]):
            with standing_at(self._opened_at + after):
                step()

    def _open(self) -> Incident:
        story, alert = self._story, self._alert
        actor = self._actor(story.by) if story.by else self._sender()
        incident = services.open_incident(
            title=story.title,
            severity=story.severity,
            actor=actor,
            systems=[System.objects.get(slug=slug) for slug in story.systems],
            summary=story.summary,
            private=story.private,
            grouping_key=alert.group_key if alert else None,
            onset_at=alert.started_at if alert else None,
            page=False,
            cause_hint=story.cause,
        )
        if alert is not None:
            handlers.on_alerts_firing(AlertsFiring(alert.group_key, [str(alert.pk)]))
        return incident

    def _steps(self) -> Iterator[Step]:
        story = self._story
        for status in ("acknowledged", "mitigated", "resolved", "closed", "cancelled"):
            done: Done | None = getattr(story, status)
            if done is not None:
                yield _after(done.at), self._move(status, done)
        ended = story.resolved or story.cancelled
        if self._alert is not None and ended is not None:
            yield _after(ended.at) + timedelta(seconds=20), self._resolve_alert
        if story.lead is not None:
            yield _after(story.lead.at), self._give("lead", story.lead.who)
        for given in story.roles:
            yield _after(given.at), self._give(given.role, given.who)
        for note in story.notes:
            yield _after(note.at), self._note(note)
        for task in story.tasks:
            yield _after(task.at), self._task(task.title, task.who, done=task.done)

    def _move(self, to: str, done: Done) -> Callable[[], object]:
        return lambda: services.transition_incident(
            incident_id=self._incident_id, to=to, actor=self._actor(done.who), note=done.note
        )

    def _give(self, role: str, who: str) -> Callable[[], object]:
        user = self._people[who]
        return lambda: services.assign_role(
            incident_id=self._incident_id, role=role, user=user, actor=_acting(user)
        )

    def _note(self, note: Note) -> Callable[[], object]:
        write = services.post_update if note.update else services.add_note
        return lambda: write(
            incident_id=self._incident_id, text=note.text, actor=self._actor(note.who)
        )

    def _task(self, title: str, who: str, *, done: bool) -> Callable[[], object]:
        def add() -> None:
            task = services.add_task(
                incident_id=self._incident_id,
                title=title,
                owner=self._people[who],
                actor=self._actor(who),
            )
            if done:
                services.finish_task(
                    incident_id=self._incident_id,
                    task_id=task.pk,
                    done=True,
                    actor=self._actor(who),
                )

        return add

    def _resolve_alert(self) -> None:
        alert = self._receive(ended=clock.now())
        handlers.on_alerts_resolved(AlertsResolved([str(alert.pk)]))

    def _receive(self, *, ended: datetime | None) -> Alert:
        """A delivery of the sender, kept and read as the ingest path does it."""
        told = self._story.alert
        assert told is not None
        source = Source.objects.get(slug=told.source)
        began = self._opened_at - timedelta(seconds=told.began)
        return take_delivery(source, body_of(source.format, self._story, began=began, ended=ended))

    def _sender(self) -> Actor:
        assert self._alert is not None
        return Actor(label=self._alert.source.name, via=Via.ALERT)

    def _actor(self, handle: str) -> Actor:
        return _acting(self._people[handle])


def take_delivery(source: Source, body: bytes) -> Alert:
    """Keep and read a delivery of one alert that comes now; answers the alert."""
    receipt = Receipt.objects.create(
        source=source,
        format=source.format,
        received_at=clock.now(),
        headers={"content-type": "application/json"},
        body=body,
        state=Receipt.State.DONE,
        signals=1,
    )
    facts = source_facts(source.pk)
    reading, why = read(receipt, facts)
    if reading is None:
        raise ValueError(f"The demo's own alert cannot be read: {why}")
    batch = Batch(facts, now=receipt.received_at)
    batch.fold(receipt, reading)
    with told_later():
        batch.save()
    return Alert.objects.get(last_receipt_id=receipt.pk)


def people_by_handle() -> dict[str, User]:
    """By the handles that the organisation's files give them."""
    by_email = {user.email: user for user in User.objects.all()}
    rows = ManagedDocument.objects.filter(kind="User")
    return {row.name: by_email[row.identity] for row in rows}


def _acting(user: User) -> Actor:
    return Actor(label=user.name, via=Via.WEB, user_id=user.pk)


def _after(seconds: int) -> timedelta:
    return timedelta(seconds=seconds)
