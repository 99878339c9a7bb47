"""A document as plain data, as its reader may see it, redacted where that was asked for."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from accounts.models import User
from postmortems.exports.redaction import Redactor
from postmortems.models import Postmortem
from postmortems.parts import exported
from postmortems.rendering import cited_in

OUTSIDE = ("summary", "impact", "cohort", "containment", "lessons", "actions")
"""What an external version has unless somebody chooses otherwise: what happened, whom it touched,
what was done about it."""


@dataclass(frozen=True, slots=True)
class SectionOut:
    key: str
    title: str
    body: str


@dataclass(frozen=True, slots=True)
class EvidenceOut:
    number: int
    kind: str
    title: str
    url: str
    occurred_at: datetime | None
    frozen: dict[str, object]


@dataclass(frozen=True, slots=True)
class BlockOut:
    """What another part of the room adds: causes, actions, clocks."""

    name: str
    title: str
    lines: Sequence[str]
    data: object


@dataclass(frozen=True, slots=True)
class Tree:
    ref: str
    title: str
    status: str
    edition: str
    severity: str
    incident: str
    systems: Sequence[str]
    owner: str
    onset_at: datetime | None
    opened_at: datetime
    mitigated_at: datetime | None
    resolved_at: datetime | None
    published_at: datetime | None
    template: str
    sections: Sequence[SectionOut]
    evidence: Sequence[EvidenceOut] = ()
    files: Sequence[tuple[str, str, int, str]] = ()
    addenda: Sequence[tuple[int, datetime, str, str]] = ()
    reviewers: Sequence[tuple[str, str, datetime | None]] = ()
    blocks: Sequence[BlockOut] = ()
    redacted: bool = False


def collect(postmortem: Postmortem, user: User) -> Tree:
    """Everything, for people who may see it in AIRE anyway. A fixed number of queries."""
    incident = postmortem.incident
    addenda = list(postmortem.addenda.all())
    return Tree(
        ref=postmortem.ref,
        title=postmortem.title,
        status=postmortem.status,
        edition=f"1.{len(addenda)}" if postmortem.published_at else "draft",
        severity=incident.severity,
        incident=incident.ref,
        systems=[system.name for system in incident.systems.defer("search").order_by("name")],
        owner=str(postmortem.owner) if postmortem.owner else "",
        onset_at=incident.onset_at,
        opened_at=incident.opened_at,
        mitigated_at=incident.mitigated_at,
        resolved_at=incident.resolved_at,
        published_at=postmortem.published_at,
        template=str(postmortem.template_version),
        sections=[
            SectionOut(section.key, section.title, section.body)
            for section in postmortem.sections.defer("search")
        ],
        evidence=[
            EvidenceOut(row.number, row.kind, row.title, row.url, row.occurred_at, row.frozen)
            for row in postmortem.citations.all()
        ],
        files=[
            (row.name, row.media_type, row.size, row.sha256) for row in postmortem.attachments.all()
        ],
        addenda=[(row.number, row.created_at, row.author_label, row.body) for row in addenda],
        reviewers=[
            (str(row.user), row.get_state_display(), row.decided_at)
            for row in postmortem.reviews.select_related("user")
        ],
        blocks=[BlockOut(one.name, one.title, *one.read(postmortem, user)) for one in exported],
    )


def redact(tree: Tree, redactor: Redactor, keys: Collection[str] = OUTSIDE) -> Tree:
    """For people outside: the chosen sections, without names, addresses, secrets and evidence.

    Evidence, files, reviewers and blocks stay inside; what the text said of them goes, too."""
    sections = [
        SectionOut(section.key, section.title, redactor.clean(section.body))
        for section in tree.sections
        if section.key in keys and section.body.strip()
    ]
    return replace(
        tree,
        title=redactor.clean(tree.title),
        owner="",
        template="",
        sections=sections,
        evidence=(),
        files=(),
        addenda=[(number, at, "", redactor.clean(body)) for number, at, _, body in tree.addenda],
        reviewers=(),
        blocks=(),
        redacted=True,
    )


def leans_on(tree: Tree) -> list[EvidenceOut]:
    """The evidence that the text cites, by number."""
    wanted = cited_in(section.body for section in tree.sections)
    return [one for one in tree.evidence if one.number in wanted]
