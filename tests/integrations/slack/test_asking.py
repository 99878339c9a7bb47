"""Commands, presses, modals and searches, from Slack's request to Slack's screen."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import User
from core.actor import program
from incidents import services
from incidents.models import Incident
from integrations.slack.front import desk
from integrations.slack.inbox.chance import Chance
from integrations.slack.inbox.models import SlackRequest
from integrations.slack.inbox.working import work_leased
from tests.fakes.slack import FakeSlack, View
from tests.integrations.slack.door import Answered, interact, post, worked

pytestmark = pytest.mark.django_db(transaction=True)
Person = Callable[..., User]


@pytest.fixture
def ana(person: Person, slack: FakeSlack) -> str:
    slack.channels.add("C0001")
    return slack.add_user(person("Ana").email)


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy machine is no slow database."""
    monkeypatch.setattr(desk, "KEEP_SECONDS", 20.0)
    monkeypatch.setattr(desk, "THINK_SECONDS", 20.0)


@pytest.fixture
def incident(db: None) -> Incident:
    return services.open_incident(title="It burns", severity="sev2", actor=program())


def say(slack: FakeSlack, text: str, *, by: str, **more: str) -> Answered:
    answered = post(slack, "commands", slack.command(text, by=by, **more))
    assert answered.status == 200
    worked()
    return answered


def opened(slack: FakeSlack, by: str) -> View:
    """The modal that somebody sees."""
    (view,) = slack.modals_of(by)
    return view


def filled(view: View, **values: Any) -> dict[str, dict[str, Any]]:
    """The state of a modal in which these fields were filled in."""
    state = {}
    for block in view.body["blocks"]:
        if block["type"] == "input" and block["block_id"] in values:
            element, value = block["element"], values[block["block_id"]]
            kind = element["type"]
            held: dict[str, Any] = {"type": kind, "value": value}
            if kind in ("static_select", "external_select"):
                held = {"type": kind, "selected_option": _option(element, value)}
            state[block["block_id"]] = {element["action_id"]: held}
    return state


def _option(element: dict[str, Any], value: str) -> dict[str, Any]:
    known = [one for one in element.get("options", []) if one["value"] == value]
    return known[0] if known else {"value": value, "text": {"type": "plain_text", "text": value}}


def test_a_command_is_answered_where_it_was_written_and_only_to_its_writer(
    slack: FakeSlack, ana: str, incident: Incident
) -> None:
    assert say(slack, f"ack {incident.ref} looking", by=ana).body == b""
    (answer,) = slack.answers_to(ana)
    assert answer.channel == "C0001"
    assert incident.ref in answer.text
    incident.refresh_from_db()
    assert incident.status == "acknowledged"
    line = incident.events.filter(kind="status").get()
    assert (line.actor_label, line.via) == ("Ana", "slack")


def test_help_comes_from_the_registry_and_a_wrong_word_from_nobody_is_a_sentence(
    slack: FakeSlack, ana: str
) -> None:
    say(slack, "help", by=ana)
    say(slack, "frobnicate " + "x" * 4_000, by=ana)
    helped, refused = slack.answers_to(ana)
    assert "declare" in str(helped.body)
    assert "frobnicate" in refused.text


def test_people_are_named_as_slack_names_them(
    slack: FakeSlack, ana: str, incident: Incident, person: Person
) -> None:
    ben = slack.add_user(person("Ben").email)
    say(slack, "help", by=ben)
    say(slack, f"lead {incident.ref} <@{ben}|ben>", by=ana)
    assert incident.roles.get(role="lead").user.name == "Ben"


def test_a_form_opens_while_the_trigger_lives_and_is_drawn_when_it_is_known(
    slack: FakeSlack, ana: str
) -> None:
    body = slack.command("declare", by=ana)
    assert post(slack, "commands", body).status == 200
    _until(lambda: bool(slack.modals_of(ana)))
    assert "One moment" in opened(slack, ana).text
    worked()
    form = opened(slack, ana)
    assert [block["block_id"] for block in form.body["blocks"] if block["type"] == "input"]
    assert "One moment" not in form.text


def test_a_form_whose_trigger_had_expired_ends_as_a_sentence_with_a_button(
    slack: FakeSlack, ana: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    slack.trigger_seconds = -1
    say(slack, "declare", by=ana)
    SlackRequest.objects.update(received_at="2020-01-01T00:00:00Z")
    SlackRequest.objects.update(due_at="2020-01-01T00:00:00Z")
    slack.trigger_seconds = 30
    say(slack, "declare", by=ana)
    slack.trigger_seconds = -1
    worked()
    assert any("could not be opened" in post.text for post in slack.answers_to(ana))


def test_declaring_in_the_form_opens_an_incident_and_says_so_where_it_was_asked_for(
    slack: FakeSlack, ana: str
) -> None:
    say(slack, "declare", by=ana)
    form = opened(slack, ana)
    values = filled(form, title="Answers in the wrong language", severity="sev3")
    answered = interact(slack, slack.submission(form, values, by=ana))
    worked()
    made = Incident.objects.get()
    assert (made.title, made.severity) == ("Answers in the wrong language", "sev3")
    assert answered.json["response_action"] == "clear"
    assert made.ref in slack.answers_to(ana)[-1].text


def test_what_is_left_out_is_said_beside_the_field_and_nothing_is_kept(
    slack: FakeSlack, ana: str
) -> None:
    say(slack, "declare", by=ana)
    form = opened(slack, ana)
    before = SlackRequest.objects.count()
    answered = interact(slack, slack.submission(form, filled(form, title="  "), by=ana))
    assert answered.json["response_action"] == "errors"
    assert "title" in answered.json["errors"]
    assert SlackRequest.objects.count() == before
    assert not Incident.objects.exists()


def test_a_form_that_takes_long_says_that_it_is_at_work_and_then_what_became_of_it(
    slack: FakeSlack, ana: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    say(slack, "declare", by=ana)
    form = opened(slack, ana)
    monkeypatch.setattr(desk, "work_leased", lambda *_: None)
    values = filled(form, title="Slow", severity="sev3")
    answered = interact(slack, slack.submission(form, values, by=ana))
    assert answered.json["response_action"] == "update"
    SlackRequest.objects.filter(state="pending").update(lease_until=None)
    worked()
    assert Incident.objects.get().ref in opened(slack, ana).text


def test_what_comes_too_late_for_the_acknowledgement_is_drawn_after_it(
    slack: FakeSlack, ana: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    say(slack, "declare", by=ana)
    form = opened(slack, ana)

    def late(pk: Any, token: Any, chance: Chance) -> None:
        chance.close()
        work_leased(pk, token, chance)

    monkeypatch.setattr(desk, "work_leased", late)
    values = filled(form, title="Late", severity="sev3")
    answered = interact(slack, slack.submission(form, values, by=ana))
    assert answered.json["response_action"] == "update"
    assert Incident.objects.count() == 1
    assert "INC-" not in opened(slack, ana).text
    SlackRequest.objects.filter(state="pending").update(due_at="2020-01-01T00:00:00Z")
    worked()
    assert Incident.objects.get().ref in opened(slack, ana).text


def test_errors_found_too_late_are_shown_in_the_form_with_what_was_filled_in(
    slack: FakeSlack, ana: str, incident: Incident, monkeypatch: pytest.MonkeyPatch
) -> None:
    say(slack, f"note {incident.ref}", by=ana)
    form = opened(slack, ana)
    values = filled(form, text="It is the cache")
    monkeypatch.setattr(desk, "work_leased", lambda *_: None)
    interact(slack, slack.submission(form, values, by=ana))
    Incident.objects.filter(pk=incident.pk).update(private=True)
    SlackRequest.objects.filter(state="pending").update(lease_until=None)
    worked()
    shown = opened(slack, ana).text
    assert "may not see it" in shown
    assert "It is the cache" in shown
    assert not incident.events.filter(kind="note").exists()


@pytest.mark.parametrize("change", ["cut", "other person", "made up"])
def test_a_form_with_edited_metadata_does_nothing(
    slack: FakeSlack, ana: str, incident: Incident, person: Person, change: str
) -> None:
    ben = slack.add_user(person("Ben").email)
    say(slack, f"note {incident.ref}", by=ana)
    form = opened(slack, ana)
    held = form.body["private_metadata"]
    edited = {"cut": held[:-2], "other person": held, "made up": '{"form": "note"}'}[change]
    by = ben if change == "other person" else ana
    values = filled(form, text="Not mine")
    payload = slack.submission(form, values, by=by, private_metadata=edited)
    answered = interact(slack, payload)
    worked()
    assert answered.status == 200
    assert "Open it" in str(answered.json)
    assert not incident.events.filter(kind="note").exists()


def test_a_form_sent_after_the_incident_was_closed_is_refused_in_words(
    slack: FakeSlack, ana: str, incident: Incident
) -> None:
    say(slack, f"resolve {incident.ref}", by=ana)
    incident.refresh_from_db()
    say(slack, "list", by=ana)
    text = f"ack {incident.ref}"
    say(slack, text, by=ana)
    assert slack.answers_to(ana)[-1].text.startswith(incident.ref)
    incident.refresh_from_db()
    assert incident.status == "resolved"


def test_choices_are_searched_while_somebody_types(
    slack: FakeSlack, ana: str, incident: Incident, person: Person
) -> None:
    private = services.open_incident(title="Secret burns", severity="sev1", actor=program())
    Incident.objects.filter(pk=private.pk).update(private=True)
    say(slack, "help", by=ana)
    found = interact(slack, slack.suggestion("field:incident:incident", "burn", by=ana)).json
    values = [option["value"] for option in found["options"]]
    assert values == [incident.ref]
    stranger = slack.add_user("stranger@elsewhere.example")
    nothing = interact(slack, slack.suggestion("field:incident:incident", "burn", by=stranger)).json
    assert nothing == {"options": []}


def test_a_mention_is_answered_in_its_thread(
    slack: FakeSlack, ana: str, incident: Incident
) -> None:
    event = {
        "type": "app_mention",
        "user": ana,
        "channel": "C0001",
        "ts": "1700.1",
        "text": f"<@UBOT> status {incident.ref}",
    }
    assert post(slack, "events", slack.event(event)).status == 200
    worked()
    (answer,) = slack.answers_to(ana)
    assert answer.body["thread_ts"] == "1700.1"
    assert "It burns" in str(answer.body)


def test_a_global_shortcut_opens_its_form(slack: FakeSlack, ana: str) -> None:
    assert interact(slack, slack.shortcut("declare", by=ana)).status == 200
    worked()
    assert "title" in opened(slack, ana).text


def test_home_is_drawn_and_drawn_again_after_a_press_there(
    slack: FakeSlack, ana: str, incident: Incident
) -> None:
    event = {"type": "app_home_opened", "user": ana, "tab": "home"}
    post(slack, "events", slack.event(event))
    worked()
    home = slack.homes[ana]
    assert home.body["type"] == "home"
    press = slack.press_in_view(home, "run", by=ana, value=f"ack {incident.ref}")
    interact(slack, press)
    worked()
    incident.refresh_from_db()
    assert incident.status == "acknowledged"
    assert slack.homes[ana].history
    assert incident.ref in slack.posts_to("ana@example.org")[-1].text


def test_an_answer_goes_another_way_when_the_response_url_is_used_up(
    slack: FakeSlack, ana: str, incident: Incident
) -> None:
    body = slack.command(f"status {incident.ref}", by=ana)
    for held in slack.response_urls.values():
        held.uses = 5
    post(slack, "commands", body)
    worked()
    assert len(slack.called("chat.postEphemeral")) == 1
    del slack.channels["C0001"]
    body = slack.command(f"status {incident.ref}", by=ana)
    for held in slack.response_urls.values():
        held.uses = 5
    post(slack, "commands", body)
    worked()
    assert slack.posts_to("ana@example.org")


def test_a_response_url_that_does_not_lead_to_slack_is_never_called(
    slack: FakeSlack, ana: str, incident: Incident
) -> None:
    with FakeSlack() as evil:
        url = f"{evil.base}/response/x"
        say(slack, f"status {incident.ref}", by=ana, response_url=url)
        assert evil.calls == []
    assert len(slack.called("chat.postEphemeral")) == 1


def _until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not true() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert true()
