"""What waits for the reader, on the first page."""

from __future__ import annotations

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from accounts.models import User
from postmortems.selectors import waiting_for

SHOWN = 5


def now_part(user: User, request: HttpRequest) -> SafeString | str:
    """Nothing where nothing waits; else the first few, and where the others are."""
    queue = waiting_for(user, limit=SHOWN)
    if not queue.items:
        return ""
    return render_to_string("postmortems/queue.html", {"queue": queue, "more": True})
