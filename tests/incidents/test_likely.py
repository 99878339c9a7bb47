"""Suggestions and related incidents of real incidents, through what the reader may see."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from alerts.models import Alert
from catalog.models import System
from catalog.services import record_change
from core import clock
from incidents import services
from incidents.models import Incident, IncidentAlert
from incidents.selectors.causes import causes_of
from incidents.selectors.likely import likely_causes, related_incidents
from tests.cast import actor_of, api_client, make_system, sign_in
from tests.incidents.cast import make_incident

pytestmark = pytest.mark.django_db


def attach(incident: Incident, slug: str, by: User, confidence: str = "confirmed") -> None:
    services.attach_cause(
        incident_id=incident.pk, cause=slug, confidence=confidence, actor=actor_of(by)
    )


def test_alerts_changes_hints_and_the_past_speak_for_causes_and_set_none(
    teammate: User, make_alert: Callable[..., Alert]
) -> None:
    system = make_system("checkout", name="Checkout assistant", kind="rag")
    before = make_incident("Before", by=teammate, systems=[system])
    attach(before, "retrieval.low-recall", teammate)
    incident = make_incident(
        "Wrong answers", by=teammate, systems=[system], cause_hint="drift.concept"
    )
    alert = make_alert(
        title="Stale index, age 14 days", labels={"cause": "evaluation.judge-unreliable"}
    )
    IncidentAlert.objects.create(incident=incident, alert=alert)
    record_change(
        system=system,
        kind="provider",
        version="2026-11",
        summary="Provider rolled a model",
        occurred_at=clock.now() - timedelta(hours=2),
        actor=actor_of(teammate),
    )
    found = {one.slug: one.reasons for one in likely_causes(teammate, incident, [])}
    assert found["drift.concept"] == ("The route of its alerts hints at drift.concept.",)
    assert "An alert carries the label value evaluation.judge-unreliable." in " ".join(
        found["evaluation.judge-unreliable"]
    )
    assert "Stale index, age 14 days" in found["retrieval.index-stale"][0]
    assert "provider of Checkout assistant changed to 2026-11" in " ".join(
        found["dependency.silent-model-change"]
    )
    assert found["retrieval.low-recall"] == ("Once before with these systems.",)
    assert not incident.causes.exists()
    page = sign_in(teammate).get(f"/incidents/{incident.ref}/causes/").content.decode()
    assert "Worth a look" in page
    assert "?cause=drift.concept&amp;evidence=The%20route" in page
    shown = api_client(teammate).get(f"/api/v1/incidents/{incident.ref}/causes/suggestions/")
    assert {row["cause"] for row in shown.json()} == set(found)


def test_related_incidents_say_what_they_have_in_common(teammate: User, system: System) -> None:
    same_cause = make_incident("Zebra", by=teammate)
    attach(same_cause, "drift.concept", teammate)
    same_system = make_incident("Yak", by=teammate, systems=[system])
    same_words = make_incident("Prices invented by the assistant", by=teammate)
    make_incident("Nothing alike", by=teammate)
    make_incident("Prices invented", by=teammate, drill=True)
    ruled_out = make_incident("Walrus", by=teammate)
    attach(ruled_out, "drift.concept", teammate, "ruled-out")
    now = make_incident("Prices invented again", by=teammate, systems=[system])
    attach(now, "drift.concept", teammate, "suspected")
    found = {one.incident: one.because for one in related_incidents(teammate, now, causes_of(now))}
    assert found == {
        same_cause: "same cause: Concept drift",
        same_system: "same system: Checkout assistant",
        same_words: "similar words",
    }
    shown = api_client(teammate).get(f"/api/v1/incidents/{now.ref}/related/").json()
    assert {row["ref"] for row in shown} == {one.ref for one in found}


def test_private_incidents_of_others_are_neither_related_nor_counted(
    teammate: User, owner: User, system: System
) -> None:
    secret = make_incident("Odd prices", by=owner, private=True, systems=[system])
    attach(secret, "drift.concept", owner)
    now = make_incident("Odd prices again", by=teammate, systems=[system])
    attach(now, "drift.concept", teammate)
    assert related_incidents(teammate, now, causes_of(now)) == []
    assert likely_causes(teammate, now, causes_of(now)) == []
    assert [one.incident for one in related_incidents(owner, now, causes_of(now))] == [secret]


def test_the_page_of_causes_costs_the_same_however_much_happened(
    teammate: User, system: System, make_alert: Callable[..., Alert]
) -> None:
    client, counts = sign_in(teammate), []
    attach(make_incident("Wrong before", by=teammate), "drift.concept", teammate)
    for many in (2, 9):
        incident = make_incident(f"Wrong answers {many}", by=teammate, systems=[system])
        for number in range(many):
            IncidentAlert.objects.create(incident=incident, alert=make_alert(system=system))
            other = make_incident(f"Wrong {number} {many}", by=teammate, systems=[system])
            attach(other, "drift.concept", teammate)
            record_change(
                system=system,
                kind="prompt",
                summary=f"Change {number}",
                occurred_at=clock.now() - timedelta(hours=2),
                actor=actor_of(teammate),
            )
        attach(incident, "drift.concept", teammate)
        with CaptureQueriesContext(connection) as caught:
            assert client.get(f"/incidents/{incident.ref}/causes/").status_code == 200
        counts.append(len(caught))
    assert counts[0] == counts[1]
    assert counts[0] <= 24
