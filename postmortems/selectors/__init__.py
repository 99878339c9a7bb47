"""Reads of documents, each fully loaded for its page and through what the reader may see.

Whoever may not see an incident is told of its document what is told of one that does not exist.
"""

from postmortems.selectors.lists import (
    LIST_ORDER,
    parse_ref,
    postmortem_filter,
    postmortem_for,
    postmortem_list,
    postmortem_rows,
    visible_postmortems,
)
from postmortems.selectors.page import PostmortemPage, SectionView, postmortem_page
from postmortems.selectors.queue import Queue, Waiting, waiting_for

__all__ = [
    "LIST_ORDER",
    "PostmortemPage",
    "Queue",
    "SectionView",
    "Waiting",
    "parse_ref",
    "postmortem_filter",
    "postmortem_for",
    "postmortem_list",
    "postmortem_page",
    "postmortem_rows",
    "visible_postmortems",
    "waiting_for",
]
