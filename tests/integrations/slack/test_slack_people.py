"""Who is served: linked by address or by their own doing, and nobody else."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from accounts.models import AuditEntry, User
from core import clock
from core.actor import program
from incidents import services
from incidents.models import Incident
from integrations.slack.models import SlackIdentity, SlackStranger
from integrations.slack.people import slack_id_of
from tests.cast import sign_in
from tests.fakes.slack import FakeSlack, Fault
from tests.integrations.slack.door import post, worked

pytestmark = pytest.mark.django_db(transaction=True)
Person = Callable[..., User]


@pytest.fixture
def incident(db: None, slack: FakeSlack) -> Incident:
    slack.channels.add("C0001")
    return services.open_incident(title="It burns", severity="sev2", actor=program())


def ack(slack: FakeSlack, incident: Incident, *, by: str, **more: str) -> str:
    """What somebody is told who writes `/aire ack`."""
    body = slack.command(f"ack {incident.ref}", by=by, **more)
    assert post(slack, "commands", body).status == 200
    worked()
    incident.refresh_from_db()
    answers = slack.answers_to(by)
    return answers[-1].text if answers else ""


def link_of(slack: FakeSlack, by: str) -> str:
    """The path that the button under the last answer leads to."""
    (button,) = [b for b in slack.answers_to(by)[-1].buttons if "url" in b]
    return re.sub(r"^https?://[^/]+", "", button["url"])


def test_whoever_has_the_same_address_is_linked_without_doing_anything(
    slack: FakeSlack, incident: Incident, person: Person
) -> None:
    ana = slack.add_user(person("Ana").email.upper())
    ack(slack, incident, by=ana)
    assert incident.status == "acknowledged"
    assert SlackIdentity.objects.get().linked_by == "email"
    assert not SlackStranger.objects.exists()


def test_the_link_button_links_and_then_does_what_was_asked_for(
    slack: FakeSlack, incident: Incident, person: Person
) -> None:
    ana = person("Ana")
    other = slack.add_user("ana@private.example", name="Ana P")
    assert "AIRE does not know you" in ack(slack, incident, by=other)
    assert incident.status == "open"
    browser, path = sign_in(ana), link_of(slack, other)
    page = browser.get(path).content.decode()
    assert "ana@private.example" in page
    assert "The two addresses are not the same" in page
    worked()
    incident.refresh_from_db()
    assert incident.status == "open"  # looking at the page is no yes
    assert browser.post(path).status_code == 302
    worked()
    incident.refresh_from_db()
    assert incident.status == "acknowledged"
    line = incident.events.filter(kind="status").get()
    assert (line.actor, line.via) == (ana, "slack")
    assert incident.ref in slack.answers_to(other)[-1].text
    assert SlackIdentity.objects.get(user=ana).linked_by == "self"
    assert AuditEntry.objects.get(action="slack.link").detail["slack_user_id"] == other
    assert not SlackStranger.objects.exists()


def test_a_link_lives_half_an_hour_and_cannot_be_made_up(
    slack: FakeSlack, incident: Incident, person: Person
) -> None:
    ana = person("Ana")
    ack(slack, incident, by=slack.add_user("else@where.example"))
    path = link_of(slack, "U0001")
    assert sign_in(ana).post(path[:-3] + "x/").status_code == 400
    with time_machine.travel(clock.now() + timedelta(minutes=31)):
        refused = sign_in(ana).post(path)
    assert refused.status_code == 400
    assert "older than half an hour" in refused.content.decode()
    assert not SlackIdentity.objects.exists()


def test_somebody_may_unlink_again(slack: FakeSlack, incident: Incident, person: Person) -> None:
    ana = person("Ana")
    slack_id = slack.add_user(ana.email)
    ack(slack, incident, by=slack_id)
    browser = sign_in(ana)
    assert slack_id in browser.get("/settings/slack/me/").content.decode()
    browser.post("/settings/slack/me/unlink/")
    assert not SlackIdentity.objects.exists()
    assert "No Slack account is linked yet" in browser.get("/settings/slack/me/").content.decode()


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"guest": "multi"}, "does not answer guests"),
        ({"guest": "single"}, "does not answer guests"),
        ({"bot": True}, "other programs"),
        ({"deleted": True}, "deactivated"),
        ({"team": "T9999"}, "its own Slack workspace"),
        ({"stranger": True}, "its own Slack workspace"),
    ],
    ids=str,
)
def test_guests_programs_and_other_workspaces_are_refused_with_a_sentence(
    slack: FakeSlack, incident: Incident, person: Person, facts: dict[str, Any], said: str
) -> None:
    who = slack.add_user(person("Ana").email, **facts)
    answer = ack(slack, incident, by=who)
    assert said in answer
    assert "Nothing was changed" in answer
    assert incident.status == "open"
    assert SlackStranger.objects.get().reason in answer
    assert not SlackIdentity.objects.exists()


def test_a_request_of_another_workspace_or_of_none_is_refused(
    slack: FakeSlack, incident: Incident, person: Person
) -> None:
    ana = slack.add_user(person("Ana").email)
    for team in ("T9999", ""):
        assert "another Slack workspace" in ack(slack, incident, by=ana, team_id=team)
    assert incident.status == "open"


def test_somebody_deactivated_in_aire_is_refused_and_cannot_link_around_it(
    slack: FakeSlack, incident: Incident, person: Person
) -> None:
    ana = slack.add_user(person("Ana", is_active=False).email)
    assert "not active" in ack(slack, incident, by=ana)
    assert not slack.answers_to(ana)[-1].buttons
    assert incident.status == "open"


def test_somebody_who_became_a_guest_is_found_out_within_a_day(
    slack: FakeSlack, incident: Incident, person: Person
) -> None:
    ana = slack.add_user(person("Ana").email)
    ack(slack, incident, by=ana)
    slack.members[ana].guest = "single"
    SlackIdentity.objects.update(checked_at=clock.now() - timedelta(hours=25))
    assert "guests" in ack(slack, incident, by=ana)
    assert not SlackIdentity.objects.exists()


def test_while_slack_cannot_say_who_somebody_is_it_is_tried_again(
    slack: FakeSlack, incident: Incident, person: Person
) -> None:
    ana = slack.add_user(person("Ana").email)
    slack.script(Fault(status=503, method="users.info"))
    ack(slack, incident, by=ana)
    assert incident.status == "open"
    later()
    worked()
    incident.refresh_from_db()
    assert incident.status == "acknowledged"


def test_unlinked_people_are_listed_for_admins_with_what_may_help(
    slack: FakeSlack, incident: Incident, owner: User
) -> None:
    who = slack.add_user("<b>@evil.example", name="<script>alert(1)</script>")
    ack(slack, incident, by=who)
    ack(slack, incident, by=who)
    page = sign_in(owner).get("/settings/slack/").content.decode()
    assert "&lt;script&gt;alert(1)" in page
    assert "2×" in page
    assert "<script>alert(1)" not in page


def test_a_page_finds_whoever_has_linked_another_account(slack: FakeSlack, person: Person) -> None:
    ana = person("Ana")
    other = slack.add_user("ana@private.example")
    SlackIdentity.objects.create(user=ana, email=ana.email, slack_user_id=other, linked_by="self")
    assert slack_id_of(ana.email) == other


def later() -> None:
    from integrations.slack.inbox.models import SlackRequest

    SlackRequest.objects.filter(state="pending").update(due_at=clock.now() - timedelta(hours=1))
