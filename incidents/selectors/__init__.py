"""Reads of the incidents room, each fully loaded for its page and through what the reader may see.

Whoever may not see an incident is told what somebody is told about one that does not exist.
"""

from incidents.selectors.lists import (
    EVENT_ORDER,
    LIST_ORDER,
    SHOWN,
    incident_events,
    incident_filter,
    incident_for,
    incident_list,
    incident_rows,
    incident_with,
    parse_ref,
    shown_of,
    visible_incidents,
)
from incidents.selectors.marks import RowMark, row_marks
from incidents.selectors.now import NowPage, now_page
from incidents.selectors.page import IncidentPage, incident_page, state_tag

__all__ = [
    "EVENT_ORDER",
    "LIST_ORDER",
    "SHOWN",
    "IncidentPage",
    "NowPage",
    "RowMark",
    "incident_events",
    "incident_filter",
    "incident_for",
    "incident_list",
    "incident_page",
    "incident_rows",
    "incident_with",
    "now_page",
    "parse_ref",
    "row_marks",
    "shown_of",
    "state_tag",
    "visible_incidents",
]
