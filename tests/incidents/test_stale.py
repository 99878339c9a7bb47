"""A form that was filled in while the incident was something else overwrites nothing."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from incidents import services
from incidents.models import Incident
from tests.cast import actor_of, sign_in
from tests.incidents.cast import make_incident, move

pytestmark = pytest.mark.django_db
INPUT = re.compile(r"<input[^>]*>")
ATTRIBUTE = re.compile(r'([a-z-]+)="([^"]*)"')


def values(page: str) -> dict[str, Any]:
    """What a browser sends when nothing is typed; only of fields with one line."""
    inputs = [dict(ATTRIBUTE.findall(tag)) for tag in INPUT.findall(page)]
    return {
        one["name"]: one.get("value", "")
        for one in inputs
        if one.get("type") in ("text", "hidden", "datetime-local") and "name" in one
    }


def shown(client: Client, incident: Incident, verb: str) -> dict[str, Any]:
    return values(client.get(f"/incidents/{incident.ref}/{verb}/").content.decode())


def test_a_stale_title_is_refused_with_the_newer_one_and_the_typed_one_kept(
    teammate: User, owner: User
) -> None:
    incident = make_incident("Old title")
    client = sign_in(teammate)
    form = shown(client, incident, "edit") | {"title": "Mine"}
    services.edit_incident(incident_id=incident.pk, actor=actor_of(owner), title="Theirs")
    answer = client.post(f"/incidents/{incident.ref}/edit/", form)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Theirs" in page
    assert 'value="Mine"' in page
    incident.refresh_from_db()
    assert incident.title == "Theirs"


def test_the_second_press_replaces_what_was_shown_in_between(teammate: User, owner: User) -> None:
    incident = make_incident("Old title")
    client = sign_in(teammate)
    form = shown(client, incident, "edit") | {"title": "Mine"}
    services.edit_incident(incident_id=incident.pk, actor=actor_of(owner), title="Theirs")
    page = client.post(f"/incidents/{incident.ref}/edit/", form).content.decode()
    again = values(page)
    assert (again["title"], again["initial-title"]) == ("Mine", "Theirs")
    answer = client.post(f"/incidents/{incident.ref}/edit/", again)
    assert answer.status_code == 302
    incident.refresh_from_db()
    assert incident.title == "Mine"


def test_what_was_only_shown_is_not_written_over_what_somebody_else_changed(
    teammate: User, owner: User
) -> None:
    incident = make_incident("Old title")
    client = sign_in(teammate)
    form = shown(client, incident, "edit") | {"summary": "Since noon"}
    services.edit_incident(incident_id=incident.pk, actor=actor_of(owner), title="Theirs")
    assert client.post(f"/incidents/{incident.ref}/edit/", form).status_code == 302
    incident.refresh_from_db()
    assert (incident.title, incident.summary) == ("Theirs", "Since noon")


def test_a_stale_time_is_refused_and_the_others_stay_as_they_are(
    teammate: User, owner: User
) -> None:
    incident = make_incident()
    client = sign_in(teammate)
    form = shown(client, incident, "times") | {"detected_at": "2026-01-02T03:04:05"}
    assert incident.detected_at is not None
    theirs = incident.detected_at - timedelta(hours=3)
    services.set_times(
        incident_id=incident.pk, actor=actor_of(owner), detected_at=theirs, onset_at=theirs
    )
    answer = client.post(f"/incidents/{incident.ref}/times/", form)
    assert answer.status_code == 409
    assert 'value="2026-01-02T03:04:05"' in answer.content.decode()
    incident.refresh_from_db()
    assert (incident.detected_at, incident.onset_at) == (theirs, theirs)


def test_a_stale_severity_is_refused_and_the_reason_kept(teammate: User, owner: User) -> None:
    incident = make_incident()
    client = sign_in(teammate)
    form = shown(client, incident, "severity")
    assert form["initial-severity"] == "sev2"
    services.change_severity(incident_id=incident.pk, actor=actor_of(owner), severity="sev1")
    form |= {"severity": "sev4", "reason": "It was a test"}
    answer = client.post(f"/incidents/{incident.ref}/severity/", form)
    assert answer.status_code == 409
    assert "It was a test" in answer.content.decode()
    incident.refresh_from_db()
    assert incident.severity == "sev1"


def test_a_move_from_a_status_that_is_over_shows_the_present_one_and_keeps_the_note(
    teammate: User, owner: User
) -> None:
    incident = make_incident()
    move(incident, "resolved", owner)
    form = {"to": "cancelled", "note": "The sender was tested"}
    answer = sign_in(teammate).post(f"/incidents/{incident.ref}/transition/", form)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Resolved" in page
    assert "The sender was tested" in page
    incident.refresh_from_db()
    assert incident.status == "resolved"
