"""What the incidents room adds to the catalog's pages: a block, and a fact in each row."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Count, Min
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString

from accounts.models import User
from catalog.models import System
from catalog.panels import Fact, Panel
from incidents.filters import about_systems
from incidents.lifecycle import ACTIVE
from incidents.models import Incident, IncidentSystem

SHOWN = 8


def _render(system: System, user: User, request: HttpRequest) -> SafeString | str:
    visible = Incident.objects.visible_to(user).defer("search", "summary")
    found = list(about_systems(visible, [system.pk]).order_by("-opened_at", "-id")[: SHOWN + 1])
    context = {
        "incidents": found[:SHOWN],
        "more": len(found) > SHOWN,
        "all_url": f"{reverse('incidents:list')}?status=all&system={system.slug}",
    }
    return render_to_string("incidents/system_panel.html", context, request=request)


incidents_panel = Panel("incidents", "Incidents", _render)


def open_incidents_by_system(systems: Sequence[System], user: User) -> dict[int, Fact]:
    """How many incidents of each system are active, without drills; one query for a page of
    systems."""
    rows = (
        IncidentSystem.objects.filter(
            system__in=systems,
            incident__in=Incident.objects.visible_to(user)
            .filter(status__in=ACTIVE, drill=False)
            .values("pk"),
        )
        .values("system_id", "system__slug")
        .annotate(count=Count("pk"), worst=Min("incident__severity"))
    )
    return {
        row["system_id"]: _fact(row["system__slug"], row["count"], row["worst"]) for row in rows
    }


def _fact(slug: str, count: int, worst: str) -> Fact:
    noun = "open incident" if count == 1 else "open incidents"
    return Fact(
        text=f"{count} {noun}, worst {worst.upper()}",
        url=f"{reverse('incidents:list')}?system={slug}",
        tone="warn",
    )
