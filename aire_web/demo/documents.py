"""Writes Larkmoor's postmortems down through the services, each step at the time it happened."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import pgtrigger
import yaml
from django.db import transaction
from django.db.models import Max

from accounts.models import User
from aire_web.demo.past import people_by_handle, standing_at
from core import clock
from core.actor import Actor, Via
from core.manifest import Seconds, Spec
from core.models import OutboxTask
from incidents import services as incident_services
from incidents.models import Incident
from notifications.models import Delivery, InboxItem
from postmortems import services
from postmortems.actions.proposals import accept_proposal, proposals_for
from postmortems.actions.services import transition_action
from postmortems.models import Action, Comment, Postmortem, Reminder, SectionRevision

FILE = Path(__file__).with_name("documents.yaml")
SHOWN_BY = "A check fails without it, and runs before each release."
DONE_AFTER = 12 * 86_400


class Said(Spec):
    who: str
    section: str
    text: str
    resolved: bool = False


class Later(Spec):
    who: str
    after: Seconds
    text: str = ""
    note: str = ""


class Named(Spec):
    cause: str
    role: str
    confidence: str
    explains: str = ""


class Document(Spec):
    """Times count from the end of the incident."""

    incident: str
    by: str
    after: Seconds
    review: Seconds | None = None
    approved: Seconds | None = None
    published: Seconds | None = None
    reviewers: list[str] = []
    causes: list[Named] = []
    sections: dict[str, str] = {}
    comments: list[Said] = []
    changes: Later | None = None
    addenda: list[Later] = []
    read: list[str] = []


@lru_cache(maxsize=1)
def read_documents() -> tuple[Document, ...]:
    rows = yaml.load(FILE.read_bytes(), Loader=yaml.CSafeLoader)  # the safe loader, in C
    return tuple(Document.model_validate(row) for row in rows)


@transaction.atomic
def write_documents() -> int:
    """Answers how many documents. Nobody is told of any of it: what would tell is taken back in
    the same transaction, and reminders of the past are settled."""
    before = OutboxTask.objects.aggregate(last=Max("pk"))["last"] or 0
    people = people_by_handle()
    for document in read_documents():
        _Writing(document, people).run()
    OutboxTask.objects.filter(pk__gt=before).delete()
    InboxItem.objects.filter(delivery__origin="postmortems").delete()
    Delivery.objects.filter(origin="postmortems").delete()
    past = Reminder.objects.filter(due_at__lt=clock.now())
    past.update(state=Reminder.State.DONE, outcome="Before the first start")
    return len(read_documents())


class _Writing:
    """One document, from its draft to where it is today."""

    def __init__(self, document: Document, people: Mapping[str, User]) -> None:
        self._document = document
        self._people = people
        self._incident = Incident.objects.get(title=document.incident)
        ended = self._incident.resolved_at
        assert ended is not None, document.incident
        self._ended = ended
        self._id = 0
        self._promised: list[int] = []

    def run(self) -> None:
        document = self._document
        with standing_at(self._ended):
            self._id = services.start_postmortem(
                incident_id=self._incident.pk, actor=self._actor(document.by)
            ).pk
            services.assign(
                postmortem_id=self._id,
                owner=self._people[document.by],
                due=self._postmortem().due_at,
                actor=self._actor(document.by),
            )
        with self._at(document.after):
            self._write()
        reached = document.review or document.approved or document.published
        if reached is not None:
            self._review(reached)
        self._date_back()

    def _write(self) -> None:
        document = self._document
        actor = self._actor(document.by)
        for one in document.causes:
            incident_services.attach_cause(
                incident_id=self._incident.pk, actor=actor, **one.model_dump()
            )
        for key, body in document.sections.items():
            services.save_section(
                postmortem_id=self._id, key=key, body=body.strip(), seen_version=None, actor=actor
            )
        self._cite(actor)

    def _cite(self, actor: Actor) -> None:
        event = self._incident.events.filter(kind="note").order_by("occurred_at").first()
        if event is not None:
            user = self._people[self._document.by]
            services.cite(
                postmortem_id=self._id, kind="event", target=str(event.pk), user=user, actor=actor
            )

    def _review(self, after: int) -> None:
        document, author = self._document, self._actor(self._document.by)
        with self._at(max(document.after, after - 86_400)):
            self._finish(author)
            for handle in document.reviewers:
                services.ask_reviewer(
                    postmortem_id=self._id, user=self._people[handle], actor=author
                )
            self._move("in_review", author)
            for said in document.comments:
                self._comment(said)
        if document.changes is not None:
            with self._at(document.changes.after):
                self._move(
                    "changes_requested",
                    self._actor(document.changes.who),
                    document.changes.note,
                )
        if document.approved or document.published:
            with self._at(after):
                for review in self._postmortem().reviews.select_related("user"):
                    self._move("approved", _acting(review.user))
                if document.published:
                    self._publish(author)

    def _finish(self, author: Actor) -> None:
        """Everything that is required is written, and every drafted line taken over."""
        for section in self._postmortem().sections.all():
            if section.required and not section.body.strip():
                services.save_section(
                    postmortem_id=self._id,
                    key=section.key,
                    body="Nothing beyond what the other sections say.",
                    seen_version=None,
                    actor=author,
                )
            elif section.generated:
                services.accept_drafted(postmortem_id=self._id, key=section.key, actor=author)
        for one in proposals_for(self._incident):
            if one.required and one.is_waiting:
                action = accept_proposal(
                    incident=self._incident,
                    key=one.key,
                    actor=author,
                    owner=self._people[self._document.by],
                    done_criterion=one.done_criterion or SHOWN_BY,
                )
                self._promised.append(action.pk)

    def _publish(self, author: Actor) -> None:
        self._move("published", author)
        for handle in self._document.read:
            services.mark_as_read(postmortem_id=self._id, actor=self._actor(handle))
        for later in self._document.addenda:
            with self._at(later.after):
                services.add_addendum(
                    postmortem_id=self._id, body=later.text, actor=self._actor(later.who)
                )

        self._keep_promises(author)

    def _keep_promises(self, author: Actor) -> None:
        """What prevents is done after some days; what detects is still being built."""
        with self._at(DONE_AFTER):
            for action in Action.objects.filter(pk__in=self._promised, type="prevent"):
                transition_action(action_id=action.pk, to="done", actor=author)

    def _comment(self, said: Said) -> None:
        row = services.comment(
            postmortem_id=self._id, key=said.section, text=said.text, actor=self._actor(said.who)
        )
        if said.resolved:
            services.resolve_comment(
                postmortem_id=self._id, comment_id=row.pk, actor=self._actor(self._document.by)
            )

    def _move(self, to: str, actor: Actor, note: str = "") -> None:
        services.transition_postmortem(postmortem_id=self._id, to=to, actor=actor, note=note)

    def _date_back(self) -> None:
        """The database's clock says that all of it was written just now."""
        postmortem = self._postmortem()
        Postmortem.objects.filter(pk=self._id).update(created_at=self._ended)
        postmortem.citations.update(cited_at=self._moment(self._document.after))
        submitted = postmortem.submitted_at or self._ended
        Comment.objects.filter(section__postmortem=postmortem).update(created_at=submitted)
        with pgtrigger.ignore("postmortems.SectionRevision:append_only"):
            for section in postmortem.sections.all():
                rows = SectionRevision.objects.filter(section=section)
                rows.filter(version=1).update(created_at=self._ended)
                rows.exclude(version=1).update(created_at=section.updated_at)
        with pgtrigger.ignore("postmortems.Addendum:append_only"):
            for row, later in zip(postmortem.addenda.all(), self._document.addenda, strict=True):
                type(row).objects.filter(pk=row.pk).update(created_at=self._moment(later.after))

    def _postmortem(self) -> Postmortem:
        return Postmortem.objects.select_related("incident").get(pk=self._id)

    def _moment(self, after: int) -> datetime:
        """Never later than now: an incident of yesterday has no document of tomorrow."""
        return min(self._ended + timedelta(seconds=after), clock.now())

    def _at(self, after: int) -> Any:
        return standing_at(self._moment(after))

    def _actor(self, handle: str) -> Actor:
        return _acting(self._people[handle])


def _acting(user: User) -> Actor:
    return Actor(label=user.name, via=Via.WEB, user_id=user.pk)
