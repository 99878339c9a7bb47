"""What noise control adds to a system's page: its maintenance, and what is held back of it."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Count
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString

from accounts.models import User
from alerts.models import Alert
from alerts.noise.selectors import quiet_now, silences_of_system
from catalog.models import System
from catalog.panels import Fact, Panel


def _render(system: System, user: User, request: HttpRequest) -> SafeString | str:
    context = {
        "system": system,
        "rows": silences_of_system(user, system),
        "quiet": quiet_now(user, [system]),
    }
    return render_to_string("alerts/system_panel.html", context, request=request)


noise_panel = Panel("noise", "Maintenance", _render)


def held_by_system(systems: Sequence[System], user: User) -> dict[int, Fact]:
    """How many alerts of each system are held back; one query for a page of systems."""
    rows = (
        Alert.objects.visible_to(user)
        .filter(system__in=systems, status=Alert.Status.SILENCED)
        .order_by()
        .values("system_id", "system__slug")
        .annotate(count=Count("pk"))
    )
    return {
        row["system_id"]: Fact(
            text=f"{row['count']} silenced",
            url=f"{reverse('alerts:list')}?status=silenced&system={row['system__slug']}",
        )
        for row in rows
    }
