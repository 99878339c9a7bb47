"""Everything on the page of one document, with a fixed number of queries."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from django.utils.safestring import SafeString

from accounts.models import User
from catalog.models import System
from core import clock
from core.lifecycle import Move
from postmortems import blameless, checklist
from postmortems.lifecycle import EDITABLE, POSTMORTEM
from postmortems.models import (
    Addendum,
    Attachment,
    Citation,
    Comment,
    Postmortem,
    Read,
    Review,
    Section,
)
from postmortems.rendering import section_html, text_html
from postmortems.selectors.lists import postmortem_for
from postmortems.template_body import TemplateSection, read_body

SHOWN_COMMENTS = 500


@dataclass(frozen=True, slots=True)
class SectionView:
    """A section with its questions, hints and comments, drawn."""

    section: Section
    asked: TemplateSection | None
    html: SafeString
    comments: list[Comment]
    hints: list[blameless.Hint]

    @property
    def open_comments(self) -> int:
        return sum(comment.resolved_at is None for comment in self.comments)

    @property
    def state(self) -> str:
        """For the outline: `empty`, `drafted`, `written`."""
        if not self.section.body.strip():
            return "empty"
        return "drafted" if self.section.generated else "written"


@dataclass(frozen=True, slots=True)
class PostmortemPage:
    postmortem: Postmortem
    systems: list[System]
    sections: list[SectionView]
    reviews: list[Review]
    citations: list[Citation]
    attachments: list[Attachment]
    addenda: list[tuple[Addendum, SafeString]]
    reads: list[Read]
    checklist: list[checklist.Item]
    reader: User

    @property
    def moves(self) -> tuple[Move, ...]:
        """What the lifecycle allows next and this reader may do; the first is the main button."""
        if self.postmortem.set_aside_at or not self.may_act:
            return ()
        moves = POSTMORTEM.moves_from(self.postmortem.status)
        return tuple(move for move in moves if self._may(move))

    def _may(self, move: Move) -> bool:
        if move.to in ("approved", "changes_requested"):
            return self.may_decide
        if move.to == "in_review":
            return self.reader.can_respond
        return self.answers_for_it

    @property
    def answers_for_it(self) -> bool:
        owner = self.postmortem.owner
        free = owner is None or not owner.is_active
        mine = owner == self.reader or self.reader.can_manage
        return self.reader.can_respond and (free or mine)

    @property
    def my_review(self) -> Review | None:
        return next((row for row in self.reviews if row.user_id == self.reader.pk), None)

    @property
    def may_decide(self) -> bool:
        if self.my_review is not None:
            return True
        if self.postmortem.owner_id == self.reader.pk:
            return self.reader.is_staff and not self.reviews
        return self.reader.can_manage

    @property
    def may_act(self) -> bool:
        return self.reader.can_respond or self.my_review is not None

    @property
    def may_write(self) -> bool:
        return (
            self.reader.can_respond
            and self.postmortem.status in EDITABLE
            and self.postmortem.set_aside_at is None
        )

    @property
    def may_comment(self) -> bool:
        open_for_words = self.postmortem.status in EDITABLE and not self.postmortem.set_aside_at
        return self.may_act and open_for_words

    @property
    def gone(self) -> list[Review]:
        """Reviewers who have left; they hold the review up until they are replaced."""
        return [
            row
            for row in self.reviews
            if not row.user.is_active and row.state != Review.State.APPROVED
        ]

    @property
    def drafted(self) -> int:
        return sum(len(view.section.generated) for view in self.sections)

    @property
    def is_overdue(self) -> bool:
        due = self.postmortem.due_at
        return due is not None and due < clock.now() and self.postmortem.status != "published"

    @property
    def has_read(self) -> bool:
        return any(row.user_id == self.reader.pk for row in self.reads)

    @property
    def edition(self) -> str:
        """ "Version 1.2": published once, with two addenda."""
        return f"Version 1.{len(self.addenda)}" if self.postmortem.published_at else ""


def postmortem_page(user: User, ref: str) -> PostmortemPage:
    postmortem = postmortem_for(user, ref)
    citations = list(postmortem.citations.all())
    numbers = {citation.number for citation in citations}
    return PostmortemPage(
        postmortem=postmortem,
        systems=list(postmortem.incident.systems.defer("search").order_by("tier", "name")),
        sections=_sections(postmortem, numbers),
        reviews=list(postmortem.reviews.select_related("user")),
        citations=citations,
        attachments=list(postmortem.attachments.all()),
        addenda=[(row, text_html(row.body, numbers)) for row in postmortem.addenda.all()],
        reads=list(postmortem.reads.select_related("user")[:200])
        if postmortem.status == "published"
        else [],
        checklist=checklist.before_publishing(postmortem)
        if postmortem.status != "published"
        else [],
        reader=user,
    )


def _sections(postmortem: Postmortem, numbers: set[int]) -> list[SectionView]:
    body = read_body(postmortem.template_version.body)
    rows = postmortem.sections.select_related("updated_by").defer("search")
    comments = _comments(postmortem)
    people = _people(postmortem)
    editable = postmortem.status in EDITABLE
    return [
        SectionView(
            section=section,
            asked=body.section(section.key),
            html=section_html(section, numbers),
            comments=comments.get(section.pk, []),
            hints=blameless.hints(section.body, people) if editable else [],
        )
        for section in rows
    ]


def _comments(postmortem: Postmortem) -> dict[int, list[Comment]]:
    rows = Comment.objects.filter(section__postmortem=postmortem).select_related("resolved_by")
    ordered = rows.order_by("section_id", "created_at", "id")[:SHOWN_COMMENTS]
    return {key: list(some) for key, some in groupby(ordered, key=lambda row: row.section_id)}


def _people(postmortem: Postmortem) -> list[str]:
    """Names that the hints look for: whoever belongs to the incident."""
    rows = postmortem.incident.members.values_list("user__name", flat=True)
    return [name for name in rows[:100] if name]
