"""The incidents of a system as a lane of its timeline. Reads only."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.urls import reverse

from accounts.models import User
from catalog.models import System
from catalog.panels import Lane, Stretch
from incidents.slo_bands import incident_bands


def incident_lane(system: System, user: User, start: datetime, end: datetime) -> Sequence[Lane]:
    """What the reader may see of them, from the onset on. One query."""
    found = [
        Stretch(band.start, band.end, band.label, band.url, "danger")
        for band in incident_bands(user, system, start, end)
    ]
    url = f"{reverse('incidents:list')}?status=all&system={system.slug}"
    note = f"{len(found)}" if found else "None in this time"
    return [Lane("Incidents", url, found, note=note, backdrop=True)]
