"""The box of the incident page: notes and commands, who may, and what comes back."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.http import HttpResponse
from django.test import Client

from accounts.models import Role, User
from chatops.registry import BY_NAME
from incidents.models import Incident, IncidentEvent, IncidentRole
from incidents.services import set_private
from oncall.models import Page
from tests.cast import actor_of, make_user, sign_in
from tests.incidents.cast import make_incident, move


@pytest.fixture
def incident(db: None) -> Incident:
    return make_incident()


def send(user: User, incident: Incident, text: str, **more: str) -> HttpResponse:
    path = f"/incidents/{incident.ref}/command/"
    answer: HttpResponse = sign_in(user).post(path, {"text": text, **more})
    incident.refresh_from_db()
    return answer


def notes(incident: Incident) -> list[str]:
    return list(incident.events.filter(kind=IncidentEvent.Kind.NOTE).values_list("text", flat=True))


def test_the_page_of_an_incident_posts_its_box_here(incident: Incident, teammate: User) -> None:
    page = sign_in(teammate).get(f"/incidents/{incident.ref}/").content.decode()
    assert f'action="/incidents/{incident.ref}/command/"' in page


def test_plain_text_becomes_a_note(incident: Incident, teammate: User) -> None:
    answer = send(teammate, incident, "The index is stale")
    assert answer["Location"] == f"/incidents/{incident.ref}/"
    send(teammate, incident, "//tmp is full")
    assert sorted(notes(incident)) == ["/tmp is full", "The index is stale"]


def test_a_note_may_be_about_an_earlier_time(incident: Incident, teammate: User) -> None:
    send(teammate, incident, "It began", occurred_at="2026-01-02T03:04:05")
    event = incident.events.get(kind="note")
    assert event.occurred_at.isoformat() == "2026-01-02T03:04:05+00:00"
    answer = send(teammate, incident, "Later", occurred_at="2999-01-02T03:04:05")
    assert answer.status_code == 422
    assert "Lies in the future" in answer.content.decode()


def test_a_command_is_never_for_an_earlier_time(incident: Incident, teammate: User) -> None:
    answer = send(teammate, incident, "/ack", occurred_at="2026-01-02T03:04:05")
    assert answer.status_code == 422
    assert incident.status == "open"


def test_an_incident_goes_its_whole_way_by_commands(incident: Incident, teammate: User) -> None:
    for text, status in (
        ("/ack", "acknowledged"),
        ("/mitigate old prompt is back", "mitigated"),
        ("/reopen it is worse", "acknowledged"),
        ("/resolve", "resolved"),
        ("/close", "closed"),
    ):
        assert send(teammate, incident, text).status_code == 302
        assert incident.status == status, text
    assert incident.events.filter(text__contains="old prompt is back").exists()


def test_a_false_alarm_is_cancelled_with_a_reason(incident: Incident, teammate: User) -> None:
    assert send(teammate, incident, "/cancel").status_code == 422
    assert incident.status == "open"
    send(teammate, incident, "/cancel a test of ours")
    assert incident.status == "cancelled"


def test_acknowledging_never_reopens(incident: Incident, teammate: User) -> None:
    move(incident, "resolved")
    answer = send(teammate, incident, "/ack with a note")
    assert answer.status_code == 409
    assert "/reopen" in answer.content.decode()
    assert incident.status == "resolved"


def test_an_open_incident_cannot_be_reopened(incident: Incident, teammate: User) -> None:
    assert send(teammate, incident, "/reopen why not").status_code == 409
    assert incident.status == "open"


def test_what_the_state_does_not_allow_comes_back_with_the_text(
    incident: Incident, teammate: User
) -> None:
    move(incident, "cancelled", note="nothing")
    answer = send(teammate, incident, "/resolve a long story that nobody wants to type twice")
    assert answer.status_code == 409
    assert "a long story that nobody wants to type twice" in answer.content.decode()


def test_severity_roles_tasks_and_pages(incident: Incident, teammate: User, owner: User) -> None:
    send(teammate, incident, "/sev 1 customers see it")
    assert incident.severity == "sev1"
    assert incident.events.filter(text__contains="customers see it").exists()
    send(teammate, incident, "/lead me")
    send(teammate, incident, "/role scribe @olga.owner")
    held = {row.role: row.user for row in IncidentRole.objects.filter(incident=incident)}
    assert held == {"lead": teammate, "scribe": owner}
    send(teammate, incident, "/role scribe nobody")
    assert not incident.roles.filter(role="scribe").exists()
    send(teammate, incident, "/task call the bank")
    assert incident.tasks.get().title == "call the bank"
    send(teammate, incident, "/page @olga the index")
    assert Page.objects.get(user=owner).because.endswith("the index")


@pytest.mark.parametrize(
    "name", ["@ana", "@ANA", "@ana.ruiz", "@anaruiz", "@ana-ruiz", "a.ruiz", "a.ruiz@example.org"]
)
def test_a_person_is_meant_by_name_or_address(
    incident: Incident, teammate: User, name: str
) -> None:
    ana = make_user("Ana Ruiz", Role.RESPONDER, email="a.ruiz@example.org")
    send(teammate, incident, f"/lead {name}")
    assert incident.roles.get(role="lead").user == ana


@pytest.mark.parametrize("name", ["@", "@nobody-at-all", "@sam", "@gone", "x" * 3_000])
def test_a_person_who_is_not_there_or_may_not_respond_is_nobody(
    incident: Incident, teammate: User, stranger: User, name: str
) -> None:
    make_user("Gone", Role.RESPONDER, is_active=False)
    answer = send(teammate, incident, f"/lead {name}")
    assert answer.status_code == 422
    assert "Nobody who may respond is called" in answer.content.decode()
    assert not incident.roles.exists()


def test_a_name_that_two_people_have_asks_for_the_address(
    incident: Incident, teammate: User
) -> None:
    make_user("Ana Ruiz", Role.RESPONDER)
    make_user("Ana Berg", Role.RESPONDER)
    answer = send(teammate, incident, "/page @ana")
    assert answer.status_code == 422
    for address in ("ana.ruiz@example.org", "ana.berg@example.org"):
        assert address in answer.content.decode()
    assert not Page.objects.exists()


@pytest.mark.parametrize("text", ["/frobnicate now", "/sev 9", "", "a\x00b", "x" * 20_001])
def test_what_cannot_be_read_comes_back_with_help(
    incident: Incident, teammate: User, text: str
) -> None:
    answer = send(teammate, incident, text)
    assert answer.status_code == 422
    assert "/page @person [reason]" in answer.content.decode()
    assert incident.status == "open"
    assert notes(incident) == []


def test_hostile_text_is_shown_as_text(incident: Incident, teammate: User) -> None:
    page = send(teammate, incident, "/<script>alert(1)</script>").content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


def test_a_part_of_a_page_gets_the_sentence_alone(incident: Incident, teammate: User) -> None:
    path = f"/incidents/{incident.ref}/command/"
    answer = sign_in(teammate).post(path, {"text": "/what"}, headers={"HX-Request": "true"})
    assert answer.status_code == 422
    assert "<html" not in answer.content.decode()


@pytest.mark.parametrize(
    ("role", "status"), [("viewer", 403), ("responder", 200), ("manager", 200), ("admin", 200)]
)
def test_responders_may(
    incident: Incident, as_role: Callable[[str], Client], role: str, status: int
) -> None:
    browser = as_role(role)
    path = f"/incidents/{incident.ref}/command/"
    assert browser.get(path).status_code == status
    assert browser.post(path, {"text": "/ack"}).status_code == (302 if status == 200 else status)
    incident.refresh_from_db()
    assert incident.status == ("acknowledged" if status == 200 else "open")


def test_who_may_not_see_it_learns_nothing(incident: Incident, teammate: User, owner: User) -> None:
    set_private(incident_id=incident.pk, private=True, actor=actor_of(teammate))
    assert send(owner, incident, "/ack").status_code == 404
    assert send(teammate, incident, "/ack").status_code == 302


def test_nobody_sends_without_signing_in(incident: Incident) -> None:
    answer = Client().post(f"/incidents/{incident.ref}/command/", {"text": "/ack"})
    assert answer["Location"].startswith("/accounts/login/")


def test_more_than_a_sentence_is_shown_beside_the_box(incident: Incident, teammate: User) -> None:
    answer = send(teammate, incident, "/status")
    page = answer.content.decode()
    assert answer.status_code == 200
    assert incident.title in page.split('role="status"')[1]
    assert "There is no schedule yet" in send(teammate, incident, "/oncall").content.decode()
    helped = send(teammate, incident, "/help sev").content.decode()
    assert "/sev 1-4 [reason]" in helped.split('role="status"')[1]


@pytest.mark.parametrize(
    ("text", "page"),
    [
        ("/update", "/incidents/{ref}/update/"),
        ("/sev", "/incidents/{ref}/severity/"),
        ("/page", "/incidents/{ref}/page/"),
        ("/cause stale index", "/incidents/{ref}/causes/new/"),
        ("/declare sev2 another one", "/incidents/new/?title=another+one&severity=sev2"),
        ("/drill", "/incidents/drills/"),
        ("/silence", "/alerts/silences/new/"),
    ],
)
def test_what_asks_for_more_leads_to_the_page_that_asks(
    incident: Incident, teammate: User, text: str, page: str
) -> None:
    answer = send(teammate, incident, text)
    assert answer["Location"] == page.replace("{ref}", incident.ref)


def test_an_update_is_written_in_the_box(incident: Incident, teammate: User) -> None:
    send(teammate, incident, "/update 42 answers are wrong")
    assert incident.updates.get().text == "42 answers are wrong"


def test_what_was_meant_is_named_and_its_usage_marked(incident: Incident, teammate: User) -> None:
    assert "Did you mean /resolve?" in send(teammate, incident, "/resolv it").content.decode()
    marked = send(teammate, incident, "/lead @a @b").content.decode()
    assert 'class="callout"><dt class="mono">/lead @person' in marked


def test_completion_and_the_page_of_commands_come_from_the_registry(
    incident: Incident, stranger: User, teammate: User
) -> None:
    browser = sign_in(stranger)
    offered = browser.get("/incidents/commands/completion/").json()["commands"]
    assert [row["name"] for row in offered] == list(BY_NAME)
    page = browser.get("/incidents/commands/").content.decode()
    for command in BY_NAME.values():
        assert command.does in page
    detail = sign_in(teammate).get(f"/incidents/{incident.ref}/").content.decode()
    assert 'data-completion="/incidents/commands/completion/"' in detail


def test_what_was_said_to_the_box_is_filled_in_where_it_is_declared(
    incident: Incident, teammate: User
) -> None:
    page = sign_in(teammate).get("/incidents/new/?title=%3Cb%3E&severity=sev2").content.decode()
    assert 'value="&lt;b&gt;"' in page
    chosen = page.split('value="sev2"')[1].split(">")[0]
    assert "checked" in chosen
