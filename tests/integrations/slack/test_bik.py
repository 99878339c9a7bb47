"""Bad input and bad luck with Slack (BI-K), as far as no other test here has it: the request is
answered, state changes at most once, as the person who asked.

Elsewhere: signatures, old and repeated requests, a full or stuck database (`test_front`);
strangers, guests, other workspaces, no team (`test_slack_people`); edited metadata, response_urls
that lead elsewhere, expired triggers (`test_asking`); archived channels, a removed bot,
`name_taken`, 429 and outages of posts (`test_slack_cards`, `test_slack_channels`,
`test_slack_channel`).
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from accounts.models import User
from core import clock
from core.actor import program
from incidents import services
from incidents.models import Incident
from integrations.slack.front import desk
from integrations.slack.inbox import working
from integrations.slack.inbox.models import SlackRequest
from integrations.slack.inbox.working import BROKEN, TOO_OLD, work_due
from tests.fakes.slack import FakeSlack, Fault
from tests.integrations.slack.door import interact, post, worked

pytestmark = pytest.mark.django_db(transaction=True)
Person = Callable[..., User]


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk, "KEEP_SECONDS", 20.0)
    monkeypatch.setattr(desk, "THINK_SECONDS", 20.0)


@pytest.fixture
def ana(person: Person, slack: FakeSlack) -> str:
    slack.channels.add("C0001")
    return slack.add_user(person("Ana").email)


@pytest.fixture
def incident(db: None) -> Incident:
    return services.open_incident(title="It burns", severity="sev2", actor=program())


def say(slack: FakeSlack, text: str, *, by: str) -> None:
    assert post(slack, "commands", slack.command(text, by=by)).status == 200


def again() -> None:
    """As if the pause before the next try were over."""
    SlackRequest.objects.filter(state="pending").update(
        due_at=clock.now() - timedelta(hours=1), lease_until=None
    )
    worked()


def moves(incident: Incident) -> int:
    return incident.events.filter(kind="status").count()


def test_two_people_press_at_the_same_moment_and_two_workers_take_it(
    slack: FakeSlack, ana: str, incident: Incident, person: Person
) -> None:
    ben = slack.add_user(person("Ben").email)
    for who in (ana, ben):
        say(slack, "help", by=who)
    worked()
    for who in (ana, ben):
        say(slack, f"ack {incident.ref}", by=who)
    barrier = threading.Barrier(2)

    def work() -> None:
        barrier.wait()
        work_due()
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    worked()
    answers = [slack.answers_to(who)[-1].text for who in (ana, ben)]
    assert moves(incident) == 1
    assert sum("already acknowledged by" in answer for answer in answers) == 1


@pytest.mark.parametrize(
    "title", ["@channel it burns", "<!everyone> it burns", "<https://evil|https://good> burns"]
)
def test_a_title_calls_nobody_and_hides_no_link(slack: FakeSlack, ana: str, title: str) -> None:
    made = services.open_incident(title=title, severity="sev3", actor=program())
    say(slack, f"status {made.ref}", by=ana)
    worked()
    shown = str(slack.answers_to(ana)[-1].body)
    assert "burns" in shown
    for trick in ("<!everyone", "@channel", "<https://evil|"):
        assert trick not in shown


def test_a_command_of_four_thousand_characters_is_taken_whole(
    slack: FakeSlack, ana: str, incident: Incident
) -> None:
    text = "x" * (4_000 - len(f"note {incident.ref} "))
    say(slack, f"note {incident.ref} {text}", by=ana)
    worked()
    assert incident.events.get(kind="note").text == text


@pytest.mark.parametrize(
    "fault",
    [
        Fault(status=429, method="response_url"),
        Fault(status=503, method="response_url"),
        Fault(status=500, method="response_url"),
    ],
    ids=str,
)
def test_an_answer_that_slack_does_not_take_is_sent_again_and_nothing_is_done_twice(
    slack: FakeSlack, ana: str, incident: Incident, fault: Fault
) -> None:
    slack.script(fault)
    say(slack, f"ack {incident.ref}", by=ana)
    worked()
    assert (moves(incident), slack.answers_to(ana)) == (1, [])
    again()
    assert (moves(incident), len(slack.answers_to(ana))) == (1, 1)


@pytest.mark.parametrize(
    "fault", [{"hang": 0.5, "drop": True}, {"drop": True}, {"drop": True, "accept": True}]
)
def test_slack_that_hangs_or_cuts_its_reply_costs_no_second_move(
    slack: FakeSlack,
    ana: str,
    incident: Incident,
    fault: dict[str, Any],
) -> None:
    slack.script(Fault(**fault, method="chat.postEphemeral"))
    body = slack.command(f"ack {incident.ref}", by=ana, response_url="")
    assert post(slack, "commands", body).status == 200
    worked()
    again()
    assert moves(incident) == 1
    assert 1 <= len(slack.answers_to(ana)) <= 2


def test_slack_away_for_half_an_hour_changes_nothing_twice_and_ends(
    slack: FakeSlack, ana: str, incident: Incident
) -> None:
    say(slack, "help", by=ana)
    worked()
    slack.down = True
    say(slack, f"ack {incident.ref}", by=ana)
    worked()
    for _ in range(10):
        again()
    assert moves(incident) == 1
    assert SlackRequest.objects.filter(state="failed").count() == 1
    assert not SlackRequest.objects.filter(state="pending").exists()


def test_a_revoked_token_ends_the_request_at_once_and_the_action_is_done(
    slack: FakeSlack, ana: str, incident: Incident
) -> None:
    say(slack, "help", by=ana)
    worked()
    slack.revoked = "token_revoked"
    body = slack.command(f"ack {incident.ref}", by=ana, response_url="")
    post(slack, "commands", body)
    worked()
    assert moves(incident) == 1
    assert "revoked" in SlackRequest.objects.get(state="failed").error


def test_with_a_revoked_token_somebody_unknown_is_still_told_that_nothing_was_done(
    slack: FakeSlack, ana: str, incident: Incident
) -> None:
    slack.revoked = "token_revoked"
    say(slack, f"ack {incident.ref}", by=ana)
    worked()
    assert "could not find out who you are" in slack.answers_to(ana)[-1].text
    assert moves(incident) == 0


def test_a_form_sent_after_the_incident_was_closed_is_refused_in_the_form(
    slack: FakeSlack, ana: str, incident: Incident
) -> None:
    say(slack, f"cancel {incident.ref}", by=ana)
    worked()
    (view,) = slack.modals_of(ana)
    for move in ("resolved", "closed"):
        services.transition_incident(incident_id=incident.pk, to=move, actor=program())
    before = moves(incident)
    (block,) = [one for one in view.body["blocks"] if one["type"] == "input"]
    held = {"type": "plain_text_input", "value": "It was a test"}
    values = {block["block_id"]: {block["element"]["action_id"]: held}}
    answered = interact(slack, slack.submission(view, values, by=ana))
    assert (answered.status, answered.json["response_action"]) == (200, "errors")
    assert "closed" in str(answered.json["errors"]).lower()
    assert moves(incident) == before


def test_a_worker_that_dies_after_it_did_it_leaves_only_the_answer_to_the_next(
    slack: FakeSlack, ana: str, incident: Incident, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def die(label: str) -> None:
        if label == "slack:after_commit":
            raise Killed

    monkeypatch.setattr(working, "crash_point", die)
    say(slack, f"ack {incident.ref}", by=ana)
    with pytest.raises(Killed):
        work_due()
    assert (moves(incident), slack.answers_to(ana)) == (1, [])
    monkeypatch.undo()
    again()
    assert (moves(incident), len(slack.answers_to(ana))) == (1, 1)


def test_a_late_worker_whose_lease_is_over_changes_nothing(
    slack: FakeSlack, ana: str, incident: Incident, monkeypatch: pytest.MonkeyPatch
) -> None:
    say(slack, f"ack {incident.ref}", by=ana)
    asked = working.person_of

    def slow(*given: Any, **more: Any) -> Any:
        SlackRequest.objects.update(lease_until=None)
        monkeypatch.setattr(working, "person_of", asked)
        worked()  # the next one is faster
        return asked(*given, **more)

    monkeypatch.setattr(working, "person_of", slow)
    work_due()
    assert (moves(incident), len(slack.answers_to(ana))) == (1, 1)


def test_a_fault_of_ours_is_said_in_the_end_and_holds_up_nobody(
    slack: FakeSlack, ana: str, incident: Incident, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr(working.asking, "ask", broken)
    say(slack, f"ack {incident.ref}", by=ana)
    worked()
    for _ in range(3):
        again()
    assert slack.answers_to(ana)[-1].text == BROKEN
    assert SlackRequest.objects.get().state == "failed"
    assert moves(incident) == 0


def test_what_was_asked_long_ago_is_not_done_any_more(
    slack: FakeSlack, ana: str, incident: Incident
) -> None:
    say(slack, f"resolve {incident.ref}", by=ana)
    SlackRequest.objects.update(received_at=clock.now() - timedelta(minutes=16))
    worked()
    assert slack.answers_to(ana)[-1].text == TOO_OLD
    assert moves(incident) == 0
