"""What redaction adds to a source's page."""

from __future__ import annotations

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from accounts.models import User
from alerts.models import Redaction, Source


def redaction_panel(source: Source, user: User) -> SafeString | str:
    row = Redaction.objects.filter(source=source).first() or Redaction(source=source)
    context = {"source": source, "row": row, "user": user}
    return render_to_string("alerts/redaction_panel.html", context)
