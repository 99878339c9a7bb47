"""A storm of alerts: few incidents, few pages, nothing lost, and a second fire still pages."""

from __future__ import annotations

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client

from accounts.models import User
from alerts import absorb
from alerts.models import Alert, Receipt, Source, Storm
from alerts.storm.calm import end_calm_storms
from catalog.models import System
from core import clock, outbox
from incidents.models import Incident, IncidentAlert
from notifications.models import Delivery
from oncall.budget import shares
from oncall.models import Page
from oncall.targets import Found
from tests.alerts.scene import make_source
from tests.cast import sign_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def source(system: System) -> Source:
    return make_source(slug="prod", format="alertmanager", system_slug=system.slug)


def post(source: Source, *names: str, severity: str = "warning", **labels: str) -> None:
    alerts = [
        {
            "status": "firing",
            "labels": {"alertname": name, "severity": severity, **labels},
            "annotations": {},
            "startsAt": clock.now().isoformat(),
            "fingerprint": name,
        }
        for name in names
    ]
    body = json.dumps({"version": "4", "status": "firing", "alerts": alerts}).encode()
    Receipt.objects.create(source=source, format="alertmanager", body=body)
    while absorb.absorb_due() + outbox.run_due():
        pass


def storm(source: Source, count: int = 200) -> None:
    post(source, *(f"storm-{uuid4()}" for _ in range(count)))


def the_storms_incident() -> Incident:
    return Incident.objects.get(grouping_key__startswith="storm:")


def test_a_storm_opens_few_incidents_and_keeps_every_alert(owner: User, source: Source) -> None:
    storm(source)
    storm(source)
    assert Alert.objects.count() == IncidentAlert.objects.count() == 400
    assert Incident.objects.count() <= 6
    assert the_storms_incident().title == f"Alert storm from {source.name}"
    assert Page.objects.count() <= 6


def test_the_first_sev1_of_another_system_in_a_storm_opens_its_own_and_pages(
    owner: User, source: Source
) -> None:
    storm(source)
    System.objects.create(slug="fraud-scorer", name="Fraud scorer", kind="classical")
    post(source, "Down", severity="critical", system="fraud-scorer")
    own = Incident.objects.get(title__contains="Down")
    assert own.severity == "sev1"
    assert Page.objects.filter(escalation__subject_key=own.subject_key).exists()


def test_a_problem_that_is_open_already_keeps_its_incident(owner: User, source: Source) -> None:
    post(source, "Known")
    known = Incident.objects.get()
    storm(source)
    Alert.objects.filter(title__contains="Known").update(dedup_key="other")
    post(source, "Known")
    assert known.alert_links.count() == 2


def test_a_storm_is_told_by_the_minute_and_ends_when_it_is_calm(
    owner: User, source: Source
) -> None:
    storm(source)
    assert end_calm_storms() == 0
    Storm.objects.update(loud_at=clock.now() - timedelta(seconds=61))
    assert end_calm_storms() == 1
    while outbox.run_due():
        pass
    lines = list(the_storms_incident().events.filter(kind="alert").values_list("text", flat=True))
    assert sorted(lines) == [
        "195 new alerts within a minute.",
        "The storm is over: calm for 60 seconds. 195 alerts were folded.",
    ]
    post(source, "Afterwards")
    assert Incident.objects.filter(title__contains="Afterwards").exists()


def test_the_trace_of_a_folded_alert_says_why_it_joined(owner: User, source: Source) -> None:
    storm(source)
    folded = Alert.objects.filter(group_key__startswith="storm:").first()
    assert folded is not None
    assert folded.steps.filter(kind="grouped", text__startswith="Folded:").exists()


def test_people_see_that_a_storm_is_on(owner: User, source: Source) -> None:
    storm(source)
    client: Client = sign_in(owner)
    assert "200 new alerts, 195 folded" in client.get("/").content.decode()
    page = client.get(f"/incidents/{the_storms_incident().ref}/").content.decode()
    assert "An alert storm is on" in page
    listed = client.get("/api/v1/storms/").json()["results"]
    assert [(row["source"], row["folded"], row["ended_at"]) for row in listed] == [
        ("prod", 195, None)
    ]


def test_one_person_gets_a_few_pages_then_one_that_says_there_is_more_then_none(
    owner: User, source: Source
) -> None:
    storm(source)
    others = [make_source(slug=f"s{n}", format="alertmanager") for n in range(4)]
    for number, other in enumerate(others):
        post(other, f"Also-{number}")
    titles = list(
        Delivery.objects.filter(user=owner, channel="in_app")
        .order_by("created_at", "id")
        .values_list("message__title", flat=True)
    )
    assert len(titles) == Page.objects.count() == 10
    more = [title for title in titles if title.startswith("More is going wrong")]
    assert len(more) == 1
    assert titles.index(more[0]) == 3


def test_a_sev1_pages_whatever_was_paged_before() -> None:
    assert shares([Found("On call", address="a")], severity="sev1") == {}
