"""The demo organisation and its past: complete, quiet, and made by the real services."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db.models import F

from accounts.models import User
from aire_web.demo.organisation import ADMIN, make_organisation
from aire_web.demo.past import write_past
from aire_web.demo.story import read_past
from alerts.models import Alert, Receipt
from catalog.models import Change, System
from core import clock, outbox
from core.models import OutboxTask
from incidents.models import Incident, IncidentEvent
from notifications.models import Delivery
from oncall.models import Escalation, EscalationPolicy, Page, Schedule, SystemPolicy
from taxonomy.models import Cause

pytestmark = pytest.mark.django_db


def test_the_organisation_has_everything_that_paging_needs() -> None:
    make_organisation()
    assert System.objects.count() == 8
    assert SystemPolicy.objects.count() == 8
    assert EscalationPolicy.objects.filter(is_fallback=True).count() == 1
    assert User.objects.get(email=ADMIN).role == "admin"
    assert all(schedule.rotations.exists() for schedule in Schedule.objects.all())


def test_no_address_of_the_demo_can_reach_anybody() -> None:
    make_organisation()
    assert all(user.email.endswith("@larkmoor.example") for user in User.objects.all())
    assert not any(user.has_usable_password() for user in User.objects.all())


def test_making_the_organisation_twice_changes_nothing() -> None:
    make_organisation()
    users = list(User.objects.values())
    make_organisation()
    assert list(User.objects.values()) == users


@pytest.fixture
def past() -> int:
    make_organisation()
    return write_past()


def test_no_line_of_the_past_says_that_it_was_written_later(past: int) -> None:
    assert not IncidentEvent.objects.exclude(recorded_at=F("occurred_at")).exists()


def test_the_past_is_two_months_with_two_incidents_open_now(past: int) -> None:
    assert past == Incident.objects.count() == 25
    assert Incident.objects.active().count() == 2
    oldest = Incident.objects.order_by("opened_at").first()
    assert oldest is not None
    assert timedelta(days=50) < clock.now() - oldest.opened_at < timedelta(days=61)
    assert Change.objects.count() == len(read_past()[0])


def test_the_past_pages_nobody_and_tells_nobody(past: int) -> None:
    outbox.run_due()
    assert not OutboxTask.objects.exists()
    for model in (Delivery, Page, Escalation):
        assert not model.objects.exists()


def test_everything_on_a_timeline_happened_when_it_is_said_to(past: int) -> None:
    now = clock.now()
    assert IncidentEvent.objects.count() > 150
    assert not IncidentEvent.objects.filter(occurred_at__gt=now).exists()
    for incident in Incident.objects.filter(status="closed"):
        last = incident.events.order_by("-occurred_at").first()
        assert last is not None
        assert last.occurred_at <= (incident.closed_at or now)
        stamps = [
            incident.onset_at, incident.opened_at, incident.acknowledged_at,
            incident.mitigated_at, incident.resolved_at, incident.closed_at,
        ]  # fmt: skip
        known = [stamp for stamp in stamps if stamp is not None]
        assert known == sorted(known), incident.title


def test_alerts_of_the_past_are_linked_read_and_over(past: int) -> None:
    assert not Receipt.objects.exclude(state="done").exists()
    firing = Alert.objects.filter(status="firing")
    assert firing.count() == Incident.objects.active().count()
    assert not Alert.objects.filter(incident_link=None).exists()
    assert not Alert.objects.filter(system=None).exists()
    for alert in Alert.objects.select_related("incident_link__incident"):
        assert alert.severity == alert.incident_link.incident.severity, alert.title


def test_every_cause_of_the_past_is_in_the_taxonomy(past: int) -> None:
    hints = set(Incident.objects.values_list("cause_hint", flat=True)) - {""}
    assert hints == set(Cause.objects.filter(slug__in=hints).values_list("slug", flat=True))


def test_private_incidents_stay_with_their_people(past: int) -> None:
    stranger = User.objects.get(email="oskar.nowak@larkmoor.example")
    assert Incident.objects.filter(private=True).count() == 2
    assert not Incident.objects.visible_to(stranger).filter(private=True).exists()


def test_the_clock_goes_on_afterwards(past: int) -> None:
    assert clock.now.__name__ == "now"
