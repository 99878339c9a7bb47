"""The incidents of a system as stretches in the pictures of its objectives."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q
from django.db.models.functions import Coalesce
from django.urls import reverse

from accounts.models import User
from catalog.models import System
from incidents.models import Incident
from slos.bands import TimeBand

MOST = 30


def incident_bands(
    user: User, system: System, start: datetime, end: datetime
) -> Sequence[TimeBand]:
    """Those that the reader may see and that touch (start, end], the newest first. Budgets burn
    from the onset on, so a band begins there where it is known. A drill burns none."""
    found = (
        Incident.objects.visible_to(user)
        .filter(systems=system, drill=False)
        .exclude(status="cancelled")
        .annotate(begun=Coalesce("onset_at", "opened_at"))
        .filter(Q(resolved_at=None) | Q(resolved_at__gt=start), begun__lte=end)
        .order_by("-begun", "-id")
        .values_list("id", "title", "begun", "resolved_at")[:MOST]
    )
    return [
        TimeBand(
            begun, resolved, f"INC-{pk} {title}", reverse("incidents:detail", args=[f"INC-{pk}"])
        )
        for pk, title, begun, resolved in found
    ]
