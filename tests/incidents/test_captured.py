"""Messages of a chat on the timeline: at their own time, corrected by further lines."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from core import clock
from core.actor import Actor, Via, program
from core.errors import Invalid
from incidents import selectors, services
from incidents.models import Incident, IncidentEvent
from tests.core.test_files import png

pytestmark = pytest.mark.django_db
BEN = Actor(label="Ben", via=Via.SLACK)
EARLIER = clock.now() - timedelta(minutes=9)


@pytest.fixture
def incident() -> Incident:
    return services.open_incident(title="It burns", severity="sev3", actor=program(), page=False)


def said(incident: Incident, text: str = "The judge was swapped") -> IncidentEvent:
    return services.capture_message(
        incident_id=incident.pk, text=text, said_by=BEN, said_at=EARLIER, origin="slack:C1:1.1",
        permalink="https://fake.slack.com/archives/C1/p11", actor=program("Ana"),
    )  # fmt: skip


def story(incident: Incident) -> list[str]:
    rows = selectors.incident_events(incident, show="key").items
    return [row.text for row in rows if row.kind == "note"]


def test_a_message_stands_at_its_own_time_with_who_said_it(incident: Incident) -> None:
    line = said(incident)
    assert (line.occurred_at, line.actor_label) == (EARLIER, "Ben")
    assert line.detail["captured_by"] == "Ana"
    assert said(incident).pk == line.pk


def test_an_edit_is_a_further_line_in_the_place_of_the_old_one(incident: Incident) -> None:
    first = said(incident)
    services.correct_message(incident_id=incident.pk, line=first.pk, text="It was not", actor=BEN)
    assert story(incident) == ["It was not"]
    kept = selectors.incident_events(incident).items
    assert {row.text for row in kept} >= {"The judge was swapped", "It was not"}
    assert {row.replaced for row in kept if row.pk == first.pk} == {True}  # type: ignore[attr-defined]


def test_an_edit_that_changes_nothing_writes_nothing(incident: Incident) -> None:
    first = said(incident)
    same = services.correct_message(
        incident_id=incident.pk, line=first.pk, text="The judge was swapped", actor=BEN
    )
    assert same.pk == first.pk


def test_what_is_taken_off_is_out_of_the_story_and_stays_in_the_log(incident: Incident) -> None:
    first = said(incident)
    gone = services.withdraw_message(
        incident_id=incident.pk, line=first.pk, because="Deleted in Slack.", actor=BEN
    )
    assert story(incident) == []
    assert incident.events.filter(kind="note").count() == 2
    back = services.correct_message(incident_id=incident.pk, line=gone.pk, text="Back", actor=BEN)
    assert story(incident) == ["Back"]
    assert back.occurred_at == EARLIER


def test_a_picture_is_seen_by_those_who_may_see_the_incident(
    incident: Incident, client: Client, django_user_model: Any
) -> None:
    line = said(incident)
    row = services.keep_file(
        incident_id=incident.pk, line=line.pk, name="shot.png", data=png(), origin="F1", actor=BEN
    )
    url = f"/incidents/{incident.ref}/files/{row.pk}/"
    stranger = User.objects.create(email="s@example.org", name="S", role="responder")
    client.force_login(stranger)
    answer = client.get(url)
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/png")
    assert url in client.get(f"/incidents/{incident.ref}/").content.decode()
    services.set_private(incident_id=incident.pk, private=True, actor=program())
    assert client.get(url).status_code == 404


def test_what_is_no_picture_is_refused(incident: Incident) -> None:
    line = said(incident)
    with pytest.raises(Invalid):
        services.keep_file(
            incident_id=incident.pk, line=line.pk, name="x.png", data=b"<script>", origin="F1",
            actor=BEN,
        )  # fmt: skip


def test_a_task_that_nobody_did_can_be_taken_away(incident: Incident) -> None:
    task = services.add_task(incident_id=incident.pk, title="Look", actor=BEN)
    assert services.withdraw_task(incident_id=incident.pk, task_id=task.pk, actor=BEN)
    done = services.add_task(incident_id=incident.pk, title="Look", actor=BEN)
    services.finish_task(incident_id=incident.pk, task_id=done.pk, done=True, actor=BEN)
    assert not services.withdraw_task(incident_id=incident.pk, task_id=done.pk, actor=BEN)
    assert incident.tasks.count() == 1
