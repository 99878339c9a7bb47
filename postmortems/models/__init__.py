"""Data of the postmortems room, one noun a file. Rules live in `lifecycle` and the services."""

from postmortems.models.document import Addendum, Postmortem, Section, SectionRevision
from postmortems.models.evidence import Attachment, AttachmentContent, Citation
from postmortems.models.review import Comment, Read, Reminder, Review
from postmortems.models.template import PostmortemTemplate, TemplateVersion

__all__ = [
    "Addendum",
    "Attachment",
    "AttachmentContent",
    "Citation",
    "Comment",
    "Postmortem",
    "PostmortemTemplate",
    "Read",
    "Reminder",
    "Review",
    "Section",
    "SectionRevision",
    "TemplateVersion",
]
