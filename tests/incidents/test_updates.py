"""Saying how it stands: on the page, in the API, on the timeline, and when the next is due."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.models import User
from core.errors import Invalid
from incidents.models import Incident, IncidentReminder
from incidents.services import post_update, set_private
from tests.cast import actor_of, api_client, sign_in
from tests.incidents.cast import make_incident, move


@pytest.fixture
def incident(db: None) -> Incident:
    return make_incident()


@pytest.mark.parametrize(
    ("severity", "minutes", "after"),
    [
        ("sev1", None, timedelta(minutes=30)),
        ("sev2", None, timedelta(hours=1)),
        ("sev3", None, timedelta(hours=4)),
        ("sev4", None, None),
        ("sev4", 15, timedelta(minutes=15)),
        ("sev1", 0, None),
    ],
)
def test_the_next_update_is_due_as_promised_or_as_usual(
    teammate: User, severity: str, minutes: int | None, after: timedelta | None
) -> None:
    incident = make_incident(severity=severity)
    update = post_update(
        incident_id=incident.pk, text="x", actor=actor_of(teammate), next_in_minutes=minutes
    )
    assert update.next_due_at == (update.said_at + after if after else None)
    assert incident.reminders.filter(state="pending").count() == (1 if after else 0)


def test_what_is_over_owes_no_further_update(incident: Incident, teammate: User) -> None:
    move(incident, "resolved")
    update = post_update(incident_id=incident.pk, text="It is over", actor=actor_of(teammate))
    assert update.next_due_at is None
    assert not incident.reminders.exists()


def test_an_update_is_a_line_of_the_timeline_and_an_event_for_others(
    incident: Incident, teammate: User
) -> None:
    update = post_update(incident_id=incident.pk, text="We roll back", actor=actor_of(teammate))
    line = incident.events.get(kind="update")
    assert (line.text, line.detail["update"]) == ("We roll back", update.pk)
    assert incident.members.filter(user=teammate).exists()
    version = incident.version
    incident.refresh_from_db()
    assert incident.version >= version


@pytest.mark.parametrize("text", ["", "  \n ", "x" * 4_001, "a\x00b"])
def test_what_cannot_be_an_update_is_refused(incident: Incident, teammate: User, text: str) -> None:
    with pytest.raises(Invalid) as caught:
        post_update(incident_id=incident.pk, text=text, actor=actor_of(teammate))
    assert caught.value.errors.keys() == {"text"}
    with pytest.raises(Invalid):
        post_update(
            incident_id=incident.pk, text="x", actor=actor_of(teammate), next_in_minutes=99_999
        )
    assert not incident.updates.exists()


def test_the_page_shows_the_update_on_top_and_when_the_next_is_due(
    incident: Incident, teammate: User
) -> None:
    browser = sign_in(teammate)
    path = f"/incidents/{incident.ref}/"
    assert f'href="{path}update/"' in browser.get(path).content.decode()
    answer = browser.post(f"{path}update/", {"text": "Half **works**", "next_in_minutes": "30"})
    assert answer["Location"] == path
    page = browser.get(path).content.decode()
    now = page.split("<h2>Now</h2>")[1].split("</section>")[0]
    assert "<strong>works</strong>" in now
    assert "The next update is due" in now
    assert "next update due" in page.split("<h2>Now</h2>")[0]


def test_the_form_refuses_with_what_was_typed(incident: Incident, teammate: User) -> None:
    path = f"/incidents/{incident.ref}/update/"
    answer = sign_in(teammate).post(path, {"text": "kept", "next_in_minutes": "7"})
    assert answer.status_code == 422
    assert "kept" in answer.content.decode()
    assert not incident.updates.exists()


def test_a_stranger_writes_no_update(
    incident: Incident, stranger: User, teammate: User, owner: User
) -> None:
    path = f"/incidents/{incident.ref}/update/"
    assert sign_in(stranger).post(path, {"text": "x"}).status_code == 403
    set_private(incident_id=incident.pk, private=True, actor=actor_of(owner))
    assert sign_in(teammate).post(path, {"text": "x"}).status_code == 404
    assert not incident.updates.exists()


def test_the_api_reads_and_writes_updates(incident: Incident, teammate: User, owner: User) -> None:
    client = api_client(teammate)
    path = f"/api/v1/incidents/{incident.ref}/updates/"
    made = client.post(path, {"text": "We roll back", "next_in_minutes": 15}, format="json")
    assert made.status_code == 201
    assert made.json()["via"] == "api"
    assert [row["text"] for row in client.get(path).json()["results"]] == ["We roll back"]
    assert client.post(path, {"text": ""}, format="json").status_code == 400
    set_private(incident_id=incident.pk, private=True, actor=actor_of(teammate))
    hidden = api_client(owner)
    assert hidden.get(path).status_code == 404
    assert hidden.post(path, {"text": "x"}, format="json").status_code == 404


def test_the_api_puts_reminders_off_and_stops_them(incident: Incident, teammate: User) -> None:
    post_update(incident_id=incident.pk, text="x", actor=actor_of(teammate))
    client = api_client(teammate)
    path = f"/api/v1/incidents/{incident.ref}/reminders/"
    row = client.get(path).json()["results"][0]
    assert (row["kind"], row["state"]) == ("update", "pending")
    assert client.post(f"{path}{row['id']}/snooze/", {"minutes": 0}).status_code == 400
    put_off = client.post(f"{path}{row['id']}/snooze/", {"minutes": 90}, format="json")
    assert put_off.json()["due_at"] > row["due_at"]
    assert client.post(f"{path}{row['id']}/stop/").json()["state"] == "stopped"
    assert client.post(f"{path}{row['id']}/snooze/", {"minutes": 9}).status_code == 409
    other = make_incident("Another")
    elsewhere = f"/api/v1/incidents/{other.ref}/reminders/{row['id']}/stop/"
    assert client.post(elsewhere).status_code == 404


def test_the_page_of_reminders_puts_them_off_by_post_alone(
    incident: Incident, teammate: User
) -> None:
    post_update(incident_id=incident.pk, text="x", actor=actor_of(teammate))
    reminder = IncidentReminder.objects.get()
    browser, path = sign_in(teammate), f"/incidents/{incident.ref}/reminders/"
    assert "Remind me in 30 min" in browser.get(path).content.decode()
    reminder.refresh_from_db()
    due = reminder.due_at
    browser.post(path, {"reminder": reminder.pk, "minutes": "120"})
    reminder.refresh_from_db()
    assert reminder.due_at > due
    browser.post(path, {"reminder": reminder.pk})
    reminder.refresh_from_db()
    assert reminder.state == "stopped"
    assert browser.post(path, {"reminder": "x"}).status_code in (302, 422)
