"""Two regulatory clocks in Larkmoor's past: one that was reported, one that waits for an answer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import pgtrigger
from django.db import transaction
from django.db.models import F, Max

from accounts.models import User
from aire_web.demo.past import people_by_handle, standing_at
from core import clock
from core.actor import Actor, Via
from core.models import OutboxTask
from incidents.models import Incident, IncidentEvent
from notifications.models import Delivery
from postmortems.clocks import services
from postmortems.models import ClockReminder, RegulatoryClock

LEAK = "A customer saw another customer's order"
PHOTOS = "Refund agent asks for photos in a loop"


@transaction.atomic
def write_clocks() -> int:
    """Answers how many. Nobody is told of what is past; what is still to come stays due."""
    before = OutboxTask.objects.aggregate(last=Max("pk"))["last"] or 0
    people = people_by_handle()
    _reported(people)
    _waiting(people)
    Delivery.objects.filter(origin__startswith="clock:").delete()
    OutboxTask.objects.filter(pk__gt=before).delete()
    with pgtrigger.ignore("incidents.IncidentEvent:append_only"):
        # Nobody has seen them yet: the lines were written down when it happened.
        IncidentEvent.objects.filter(detail__has_key="clock").update(recorded_at=F("occurred_at"))
    due = ClockReminder.objects.filter(state="pending", due_at__lte=clock.now())
    due.update(state=ClockReminder.State.DONE)
    return RegulatoryClock.objects.count()


def _reported(people: Mapping[str, User]) -> None:
    """Aware twenty minutes in; the authority had its report after two days."""
    incident = Incident.objects.get(title=LEAK)
    noor = _acting(people["noor"])
    aware = incident.opened_at + timedelta(minutes=20)
    with standing_at(aware + timedelta(minutes=25)):
        started = services.start_clock(
            incident_id=incident.pk,
            rule="gdpr-33",
            trigger="controller-high-risk",
            role="controller",
            aware_at=aware,
            aware_evidence="The logs show two chats with the same answer.",
            actor=noor,
        )
    for hours, phase, receipt in (
        (20, "people", "Both customers were called and have it in writing."),
        (47, "authority", "Receipt of the authority's portal, kept with the legal file."),
        (170, "supplement", "Cause and prevention sent in after the review."),
    ):
        with standing_at(aware + timedelta(hours=hours)):
            services.submit_phase(clock_id=started.pk, phase=phase, receipt=receipt, actor=noor)


def _waiting(people: Mapping[str, User]) -> None:
    """Photos may hold personal data: fourteen hours are left, and a decision waits."""
    incident = Incident.objects.get(title=PHOTOS)
    ava, now = _acting(people["ava"]), clock.now()
    with standing_at(now - timedelta(hours=57)):
        started = services.start_clock(
            incident_id=incident.pk,
            rule="gdpr-33",
            trigger="controller",
            role="controller",
            aware_at=now - timedelta(hours=58),
            aware_who="Ava Chen",
            aware_evidence="Customers sent photos of their homes, more than the refund needs.",
            actor=ava,
        )
    with standing_at(now - timedelta(hours=5)):
        services.propose_not_reportable(
            clock_id=started.pk,
            reasons="The photos came from the customers themselves, nobody else saw them, and they "
            "are deleted after 24 hours. No breach of their confidentiality is known.",
            actor=ava,
        )


def _acting(user: User) -> Actor:
    return Actor(label=user.name, via=Via.WEB, user_id=user.pk)
