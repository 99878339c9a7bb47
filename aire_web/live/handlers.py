"""What open pages are told when paging happens. Heard in passing: a lost tick does no harm."""

from __future__ import annotations

from aire_web.live.topics import mine
from core.live import tick
from incidents.events import IncidentChanged
from oncall.events import PageCreated
from oncall.models import Page


def on_page_created(event: PageCreated) -> None:
    if event.user_id is not None:
        tick(mine(event.user_id))


def on_incident_changed(event: IncidentChanged) -> None:
    """Whoever was paged for it may have a page less that waits for them."""
    if event.status == "open":
        return  # nobody has taken it off them
    paged = Page.objects.filter(escalation__subject_key=event.subject_key, user__isnull=False)
    tick(*(mine(pk) for pk in paged.values_list("user_id", flat=True).distinct() if pk))
