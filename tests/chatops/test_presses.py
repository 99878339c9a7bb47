"""What a press of a button does, as whom, and how often."""

from __future__ import annotations

import pytest

from accounts.models import User
from chatops.cards import incident_card
from chatops.registry import DIALOGS
from chatops.surface import MAX_VALUE, Button, Form, Reply
from chatops.talking import suggest
from core import clock
from incidents.models import Incident, IncidentReminder
from incidents.services import add_task, post_update, set_private
from tests.cast import actor_of
from tests.chatops.cast import press, told, words
from tests.incidents.cast import make_incident, move


@pytest.fixture
def incident(db: None) -> Incident:
    return make_incident()


@pytest.fixture
def reminder(incident: Incident) -> IncidentReminder:
    return IncidentReminder.objects.create(
        incident=incident, kind="lead", since=clock.now(), due_at=clock.now(), number=2
    )


def test_two_people_press_acknowledge_at_once(
    incident: Incident, teammate: User, owner: User
) -> None:
    button = incident_card(incident).buttons[0]
    first, second = press(teammate, button), press(owner, button)
    assert isinstance(first, Reply)
    assert isinstance(second, Reply)
    assert first.text == f"{incident.ref} is acknowledged."
    assert f"already acknowledged by {teammate}" in second.text


def test_the_buttons_of_a_card_follow_the_lifecycle_and_all_work(
    incident: Incident, teammate: User
) -> None:
    for to, first in (
        ("acknowledged", "Acknowledge"),
        ("mitigated", "Mark mitigated"),
        ("resolved", "Resolve"),
        ("closed", "Close"),
    ):
        card = incident_card(incident)
        assert card.buttons[0].label == first
        assert card.status == incident.status
        assert len(card.buttons) <= 5
        assert len(card.more) <= 5
        for button in (*card.buttons, *card.more):
            if button.action.startswith("form:"):
                form = press(teammate, button)
                assert isinstance(form, Form)
                assert form.state["incident"] == incident.ref
        move(incident, to)
        incident.refresh_from_db()
    assert [button.label for button in incident_card(incident).buttons] == ["Note", "Open"]


def test_a_card_holds_hostile_text_as_plain_pieces(teammate: User) -> None:
    incident = make_incident("<!channel> <https://evil|ok> & *bold*")
    post_update(incident_id=incident.pk, text="<@U1> " + "x" * 900, actor=actor_of(teammate))
    card = incident_card(incident)
    assert card.title == incident.title
    assert all(isinstance(piece, str) or piece for piece in card.context)
    assert len(card.text) <= 150


def test_a_viewer_presses_in_vain(incident: Incident, stranger: User) -> None:
    for button in (*incident_card(incident).buttons, *incident_card(incident).more):
        answer = press(stranger, button)
        if button.url:
            assert answer is None
        else:
            assert isinstance(answer, Reply)
            assert "This needs the role responder" in answer.text
    incident.refresh_from_db()
    assert incident.status == "open"


@pytest.mark.parametrize("value", ["", "INC-0", "INC-99999999999999", "x" * 4_000, "\x00", "1 2 3"])
@pytest.mark.parametrize(
    "action",
    ["run", "incident.acknowledge", "page", "snooze", "stop-reminders", "task-done", "drill-end",
     *(f"form:{name}" for name in ("update", "page-sure", "nothing"))],
)  # fmt: skip
def test_values_that_nobody_sent_change_nothing(
    incident: Incident, teammate: User, action: str, value: str
) -> None:
    press(teammate, Button(action, "", value))
    incident.refresh_from_db()
    assert (incident.status, incident.version) == ("open", 1)


def test_an_unknown_button_is_nobodys(db: None, teammate: User) -> None:
    assert press(teammate, Button("frobnicate", "", "1")) is None
    assert press(teammate, Button("open", "", url="/")) is None


def test_a_task_is_ticked_off(incident: Incident, teammate: User, owner: User) -> None:
    task = add_task(incident_id=incident.pk, title="Call", actor=actor_of(owner), owner=teammate)
    press(teammate, Button("task-done", "Done", f"{incident.ref} {task.pk}"))
    task.refresh_from_db()
    assert task.done_at is not None


def test_a_reminder_is_put_off_and_stopped(
    incident: Incident, reminder: IncidentReminder, teammate: User
) -> None:
    before = clock.now()
    press(teammate, Button("snooze", "", f"{reminder.pk} 120"))
    reminder.refresh_from_db()
    assert 7_100 < (reminder.due_at - before).total_seconds() < 7_300
    assert reminder.number == 0
    press(teammate, Button("stop-reminders", "", f"{reminder.pk}"))
    reminder.refresh_from_db()
    assert reminder.state == "stopped"
    late = press(teammate, Button("snooze", "", f"{reminder.pk} 30"))
    assert isinstance(late, Reply)
    assert "is over" in late.text


def test_a_reminder_of_a_private_incident_is_not_there(
    incident: Incident, reminder: IncidentReminder, teammate: User, owner: User
) -> None:
    set_private(incident_id=incident.pk, private=True, actor=actor_of(owner))
    for action in ("snooze", "stop-reminders"):
        answer = press(teammate, Button(action, "", f"{reminder.pk} 30"))
        assert isinstance(answer, Reply)
        assert "no such reminder" in answer.text
    reminder.refresh_from_db()
    assert (reminder.state, reminder.number) == ("pending", 2)


def test_no_button_carries_more_than_fits(incident: Incident, teammate: User) -> None:
    reply = told(teammate, f"page {incident.ref} me " + "x" * 3_000)
    assert "too long" in reply.text
    for button in (*incident_card(incident).buttons, *incident_card(incident).more):
        assert len(button.value) <= MAX_VALUE
        assert not button.action.startswith("form:") or button.action[5:] in DIALOGS


def test_suggestions_are_what_the_asker_sees(
    incident: Incident, teammate: User, owner: User, stranger: User
) -> None:
    hidden = make_incident("Hidden wrong language", by=owner)
    set_private(incident_id=hidden.pk, private=True, actor=actor_of(owner))
    seen = suggest(kind="incident", query="wrong", asker=teammate)
    assert [choice.value for choice in seen] == [incident.ref]
    assert {choice.value for choice in suggest(kind="incident", query="", asker=owner)} == {
        incident.ref,
        hidden.ref,
    }
    people = {choice.value for choice in suggest(kind="person", query="@t", asker=teammate)}
    assert str(teammate.pk) in people
    assert str(stranger.pk) not in people
    assert suggest(kind="cause", query="drift", asker=teammate)
    assert suggest(kind="frobnicate", query="a\x00b", asker=teammate) == ()


def test_a_press_in_a_list_replaces_it(incident: Incident, teammate: User) -> None:
    answer = press(teammate, Button("run", "Status", f"status {incident.ref}"))
    assert isinstance(answer, Reply)
    assert answer.replaces
    assert incident.title in words(answer.blocks)
