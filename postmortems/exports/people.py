"""Everybody whose name a document could carry, so that it can be taken out. Reads only."""

from __future__ import annotations

from accounts.models import User
from postmortems.models import Postmortem


def people_of(postmortem: Postmortem) -> tuple[list[str], list[str]]:
    """Names and addresses of all people here, and the names of those who took part: of these a
    first name alone gives them away, too. Names of strangers cannot be known."""
    known = [word for row in User.objects.values_list("name", "email") for word in row if word]
    incident = postmortem.incident
    part = [
        *incident.members.values_list("user__name", flat=True)[:500],
        *incident.events.filter(actor__isnull=False)
        .values_list("actor_label", flat=True)
        .distinct()[:500],
        *postmortem.sections.exclude(updated_by=None)
        .values_list("updated_by__name", flat=True)
        .distinct()[:500],
    ]
    return known, list(dict.fromkeys(name for name in part if name))
