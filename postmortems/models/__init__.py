"""Data of the postmortems room, one noun a file. Rules live in `lifecycle` and the services."""

from postmortems.models.action import Action, ActionEvent, ActionNudge, DeclinedProposal
from postmortems.models.clock import (
    ClockDecision,
    ClockPhase,
    ClockReminder,
    EvidenceHold,
    RegulatoryClock,
    ReportDraft,
)
from postmortems.models.document import Addendum, Postmortem, Section, SectionRevision
from postmortems.models.evidence import Attachment, AttachmentContent, Citation
from postmortems.models.review import Comment, Read, Reminder, Review
from postmortems.models.template import PostmortemTemplate, TemplateVersion
from postmortems.models.tracker import Tracker, TrackerDelivery, TrackerLink
from postmortems.models.unsaved import UnsavedText

__all__ = [
    "Action",
    "ActionEvent",
    "ActionNudge",
    "Addendum",
    "Attachment",
    "AttachmentContent",
    "Citation",
    "ClockDecision",
    "ClockPhase",
    "ClockReminder",
    "Comment",
    "DeclinedProposal",
    "EvidenceHold",
    "Postmortem",
    "PostmortemTemplate",
    "Read",
    "RegulatoryClock",
    "Reminder",
    "ReportDraft",
    "Review",
    "Section",
    "SectionRevision",
    "TemplateVersion",
    "Tracker",
    "TrackerDelivery",
    "TrackerLink",
    "UnsavedText",
]
