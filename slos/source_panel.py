"""What the slos room adds to a source's page: what it sent that nothing counted."""

from __future__ import annotations

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from accounts.models import User
from alerts.models import Source
from slos.unmatched import unmatched_of

SHOWN = 20


def unmatched_panel(source: Source, user: User) -> SafeString | str:
    rows = unmatched_of(source, limit=SHOWN + 1) if user.is_active else []
    if not rows:
        return ""
    context = {"rows": rows[:SHOWN], "more": len(rows) > SHOWN}
    return render_to_string("slos/source_panel.html", context)
