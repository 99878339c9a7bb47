"""What the last look came to, on the page of its source. Reads only."""

from __future__ import annotations

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from accounts.models import User
from alerts.looking.models import Look
from alerts.models import Source


def look_panel(source: Source, user: User) -> SafeString | str:
    """Nothing where nobody set up where to look."""
    look = Look.objects.filter(source=source).first()
    if look is None:
        return ""
    return render_to_string("alerts/look_panel.html", {"look": look})
