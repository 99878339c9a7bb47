"""What is missing before a document is reviewed or published: sentences that say what to do."""

from __future__ import annotations

from dataclasses import dataclass

from postmortems.models import Comment, Postmortem, Review
from postmortems.parts import checks


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the checklist. `missing` is empty when it is done."""

    label: str
    missing: tuple[str, ...] = ()

    @property
    def done(self) -> bool:
        return not self.missing


def before_review(postmortem: Postmortem) -> list[Item]:
    return [_written(postmortem)]


def before_publishing(postmortem: Postmortem) -> list[Item]:
    """Every line, done or not, in the order in which people go about it."""
    return [
        _written(postmortem),
        _accepted(postmortem),
        _resolved(postmortem),
        _approved(postmortem),
        *(Item(check.label, tuple(check.missing(postmortem))) for check in checks),
    ]


def missing(items: list[Item]) -> list[str]:
    return [sentence for item in items for sentence in item.missing]


def _written(postmortem: Postmortem) -> Item:
    empty = [
        section.title
        for section in postmortem.sections.all()
        if section.required and not section.body.strip()
    ]
    told = (f"Write what is required here: {', '.join(empty)}.",) if empty else ()
    return Item("Required sections are written", told)


def _accepted(postmortem: Postmortem) -> Item:
    left = {section.title: len(section.generated) for section in postmortem.sections.all()}
    count = sum(left.values())
    where = ", ".join(title for title, number in left.items() if number)
    lines = "line was" if count == 1 else "lines were"
    told = (f"{count} {lines} drafted by rule: accept or change them in {where}.",) if count else ()
    return Item("Drafted lines are accepted", told)


def _resolved(postmortem: Postmortem) -> Item:
    count = Comment.objects.filter(section__postmortem=postmortem, resolved_at=None).count()
    word = "comment is" if count == 1 else "comments are"
    told = (f"{count} {word} open: answer them and mark them as resolved.",) if count else ()
    return Item("Comments are resolved", told)


def _approved(postmortem: Postmortem) -> Item:
    if postmortem.status in ("approved", "published"):
        return Item("Reviewers have approved")
    rows = list(postmortem.reviews.select_related("user"))
    waiting = [row for row in rows if row.state != Review.State.APPROVED]
    if not rows and postmortem.status == "in_review":
        told = "Ask somebody to review it: the rules found nobody."
    elif not rows:
        told = "Send it to review: nobody has been asked yet."
    elif waiting:
        told = f"Not approved yet by {', '.join(str(row.user) for row in waiting)}."
    else:
        told = ""
    return Item("Reviewers have approved", (told,) if told else ())
