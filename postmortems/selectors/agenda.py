"""The agenda of a review meeting, with a fixed number of queries however many documents it has."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import Prefetch
from django.utils.safestring import SafeString

from accounts.models import User
from incidents.models import IncidentCause
from postmortems.models import Comment, Postmortem, Section
from postmortems.rendering import text_html
from postmortems.selectors.lists import parse_ref, postmortem_rows

MOST = 20
SHOWN_SECTIONS = ("summary", "impact")
ON_TABLE = ("in_review", "changes_requested")


@dataclass(frozen=True, slots=True)
class Point:
    """One document on the agenda. `drawn` are the sections that are read out."""

    postmortem: Postmortem
    drawn: list[tuple[Section, SafeString]] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)
    causes: list[IncidentCause] = field(default_factory=list)

    @property
    def contested(self) -> list[IncidentCause]:
        """What people should speak about: disputed, or only suspected."""
        return [one for one in self.causes if one.confidence in ("disputed", "suspected")]


def agenda_of(user: User, refs: Sequence[str] = ()) -> list[Point]:
    """The grave ones first. What the reader may not see is left out without a word."""
    rows = postmortem_rows(user).filter(set_aside_at__isnull=True)
    wanted = [pk for ref in refs if (pk := parse_ref(ref))]
    rows = rows.filter(pk__in=wanted) if refs else rows.filter(status__in=ON_TABLE)
    causes = IncidentCause.objects.select_related("cause").order_by("id")
    sections = Section.objects.filter(key__in=SHOWN_SECTIONS).order_by("position")
    found = rows.prefetch_related(
        Prefetch("incident__causes", causes), Prefetch("sections", sections)
    ).order_by("incident__severity", "due_at", "id")[:MOST]
    postmortems = list(found)
    comments = _comments(postmortems)
    return [
        Point(
            postmortem,
            [(section, text_html(section.body)) for section in postmortem.sections.all()],
            comments[postmortem.pk],
            list(postmortem.incident.causes.all()),
        )
        for postmortem in postmortems
    ]


def _comments(postmortems: Sequence[Postmortem]) -> dict[int, list[Comment]]:
    rows = Comment.objects.filter(section__postmortem__in=postmortems, resolved_at=None)
    found: dict[int, list[Comment]] = defaultdict(list)
    for row in rows.select_related("section").order_by("section__position", "created_at")[:500]:
        found[row.section.postmortem_id].append(row)
    return found
