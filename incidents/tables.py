"""The models of the room's parts, so that Django finds them with `incidents.models`."""

from incidents.evidence import models as evidence
from incidents.people_reports import models as people_reports
from incidents.triage import models as triage

__all__ = ["evidence", "people_reports", "triage"]
