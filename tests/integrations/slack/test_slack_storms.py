"""Many changes at once in an incident's channel: few messages, and nothing lost that somebody must
read. And what waited for a scope is done once Slack grants it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest

from accounts.models import User
from core.actor import program
from incidents import services
from incidents.models import Incident
from integrations.slack.channels.keeping import look_again, take_up_granted
from integrations.slack.channels.models import SlackIncidentChannel, SlackSetting
from integrations.slack.channels.services import take_up_again
from integrations.slack.health.workspace import look
from integrations.slack.posts.models import SlackPost
from tests.fakes.slack import Channel, FakeSlack, Fault
from tests.integrations.slack.working import later, settle, turn

pytestmark = pytest.mark.django_db(transaction=True)
ME = program("Ben")
FEW = {
    "bookmarks:write",
    "channels:manage",
    "channels:write.invites",
    "channels:write.topic",
    "chat:write",
    "users:read.email",
}


@pytest.fixture(autouse=True)
def setting(slack: FakeSlack) -> SlackSetting:
    return SlackSetting.objects.create(pk=1, channel_from="sev2")


@pytest.fixture
def incident(slack: FakeSlack) -> Incident:
    """With its channel made and its card shown."""
    made = services.open_incident(title="Slow", severity="sev2", actor=ME, page=False)
    settle()
    return made


def change(incident: Incident, times: int) -> None:
    for number in range(times):
        severity = f"sev{number % 2 + 1}"
        services.change_severity(incident_id=incident.pk, severity=severity, actor=ME)


def only(slack: FakeSlack) -> Channel:
    (channel,) = slack.channels.values()
    return channel


def texts(slack: FakeSlack) -> list[str]:
    """Of the lines, without the card."""
    posts = slack.posts_to(only(slack).id)[1:]
    return [json.dumps(post.body, ensure_ascii=False) for post in posts]


def counted(said: list[str]) -> int:
    return sum(int(found) for text in said for found in re.findall(r"(\d+) more came before", text))


def test_a_storm_that_waits_goes_out_as_a_count_and_the_newest(
    slack: FakeSlack, incident: Incident
) -> None:
    change(incident, 121)  # the first changes nothing or one, by the severity it has
    settle()
    said = texts(slack)
    assert len(said) <= 2
    told = SlackPost.objects.filter(kind="line").count()
    assert counted(said) >= told - 20
    assert f"/incidents/{incident.ref}/" in said[-1]
    assert not SlackPost.objects.filter(kind="line").exclude(state="shown").exists()
    newest = incident.events.filter(kind="severity").order_by("-id").first()
    assert newest is not None
    assert newest.text.split()[-1].rstrip(".") in said[-1]


def test_a_storm_that_goes_on_is_gathered_and_what_people_must_read_is_said_at_once(
    slack: FakeSlack, incident: Incident, person: Callable[..., User]
) -> None:
    for _ in range(40):
        change(incident, 5)
        turn()
        later(1)
    said = texts(slack)
    assert len(said) < 15
    services.post_update(incident_id=incident.pk, text="We roll back now", actor=ME)
    services.assign_role(incident_id=incident.pk, role="lead", user=person("Ana"), actor=ME)
    turn()
    later(1)
    turn()
    assert any("We roll back now" in text for text in texts(slack))
    settle()
    assert any("Ana" in text for text in texts(slack))
    assert len(texts(slack)) < 20


def test_a_calm_incident_is_told_line_by_line_at_once(slack: FakeSlack, incident: Incident) -> None:
    change(incident, 4)
    turn()
    assert "more came before" not in "".join(texts(slack))
    assert not SlackPost.objects.filter(kind="line", state="pending").exists()


def test_a_storm_whose_answer_was_lost_is_not_said_twice(
    slack: FakeSlack, incident: Incident
) -> None:
    change(incident, 60)
    slack.script(Fault(method="chat.postMessage", accept=True, drop=True))
    settle()
    posts = slack.posts_to(only(slack).id)[1:]
    rows = [post.body["metadata"]["event_payload"]["posts"].split() for post in posts]
    said = [row for some in rows for row in some]
    assert len(said) == len(set(said)) == SlackPost.objects.filter(kind="line").count()


def test_a_storm_of_an_incident_that_became_private_is_drawn_over_by_one_edit(
    slack: FakeSlack, incident: Incident
) -> None:
    change(incident, 60)
    settle()
    folded = slack.posts_to(only(slack).id)[-1]
    edits = len(slack.called("chat.update"))
    services.set_private(incident_id=incident.pk, private=True, actor=ME)
    settle()
    assert "only its people see it" in folded.text
    assert "more came before" not in json.dumps(folded.body)
    assert len(slack.called("chat.update")) - edits <= 4


def test_an_invite_that_lacked_a_scope_is_made_once_slack_grants_it(
    slack: FakeSlack, person: Callable[..., User]
) -> None:
    ana = person("Ana")
    slack.add_user(ana.email)
    slack.scopes = FEW - {"users:read.email"}
    look()
    incident = services.open_incident(title="Slow", severity="sev2", actor=ME, page=False)
    services.assign_role(incident_id=incident.pk, role="lead", user=ana, actor=ME)
    settle()
    assert SlackIncidentChannel.objects.get().lacking == ["invite"]
    asked = len(slack.called("users.lookupByEmail"))
    look_again()
    assert take_up_granted() == 0
    later(700)
    settle()
    assert len(slack.called("users.lookupByEmail")) == asked  # nothing is asked in vain
    slack.scopes = set(FEW)
    look()
    assert take_up_granted() == 1
    settle()
    assert slack.users[ana.email] in only(slack).members
    row = SlackIncidentChannel.objects.get()
    assert (row.lacking, row.state, row.error) == ([], "settled", "")
    assert take_up_granted() == 0


def test_a_channel_that_could_not_be_made_is_made_once_slack_grants_it(slack: FakeSlack) -> None:
    slack.scopes = {"chat:write"}
    look()
    services.open_incident(title="Slow", severity="sev2", actor=ME, page=False)
    settle()
    assert SlackIncidentChannel.objects.get().state == "failed"
    slack.scopes = {"chat:write", "pins:read"}
    look()
    assert take_up_granted() == 1  # more than there was: one try, and no more
    settle()
    assert take_up_granted() == 0
    assert len(slack.called("conversations.create")) == 2
    slack.scopes = set(FEW)
    look()
    take_up_granted()
    settle()
    assert only(slack).name.endswith("slow")


def test_somebody_who_has_mended_it_need_not_wait(slack: FakeSlack) -> None:
    slack.scopes = FEW - {"bookmarks:write"}
    services.open_incident(title="Slow", severity="sev2", actor=ME, page=False)
    settle()
    assert SlackIncidentChannel.objects.get().lacking == ["bookmark"]
    slack.scopes = set(FEW)
    take_up_again(actor=ME)
    settle()
    assert len(only(slack).bookmarks) == 1
    assert SlackIncidentChannel.objects.get().lacking == []
