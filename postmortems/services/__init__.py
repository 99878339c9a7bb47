"""The verbs of documents and templates: the only writers of theirs.

Those of follow-up actions and regulatory clocks live beside their own rules.
"""

from postmortems.services.drafts import (
    assign,
    draft_when_resolved,
    rename,
    set_aside,
    start_postmortem,
    take_up_again,
)
from postmortems.services.evidence import attach, cite, take_attachment_away, take_citation_away
from postmortems.services.review import ask_reviewer, comment, resolve_comment
from postmortems.services.sections import (
    SectionConflict,
    accept_drafted,
    drop_unsaved,
    keep_unsaved,
    save_section,
)
from postmortems.services.status import (
    add_addendum,
    mark_as_read,
    take_off_review,
    transition_postmortem,
)
from postmortems.services.templates import retire_template, save_template

__all__ = [
    "SectionConflict",
    "accept_drafted",
    "add_addendum",
    "ask_reviewer",
    "assign",
    "attach",
    "cite",
    "comment",
    "draft_when_resolved",
    "drop_unsaved",
    "keep_unsaved",
    "mark_as_read",
    "rename",
    "resolve_comment",
    "retire_template",
    "save_section",
    "save_template",
    "set_aside",
    "start_postmortem",
    "take_attachment_away",
    "take_citation_away",
    "take_off_review",
    "take_up_again",
    "transition_postmortem",
]
