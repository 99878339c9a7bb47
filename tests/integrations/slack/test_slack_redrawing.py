"""Pages that went out over Slack are drawn anew from what is true now, like cards."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from accounts.models import User
from core.actor import program
from incidents import services
from incidents.models import Incident
from integrations.slack.channels.models import SlackSetting
from integrations.slack.posts.models import SlackPost
from oncall.services import save_policy
from tests.fakes.paging import work_off
from tests.fakes.slack import FakeSlack, Fault, Post
from tests.integrations.slack.working import settle

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def incident(person: Callable[..., User], slack: FakeSlack) -> Incident:
    SlackSetting.objects.create(pk=1, channel_from="")
    ana = person("Ana")
    slack.add_user(ana.email)
    slack.channels.add("#ops")
    targets = [{"user": ana.email}, {"slack_channel": "#ops"}]
    policy = save_policy(slug="p", name="P", steps=[{"targets": targets}], actor=program())
    made = services.open_incident(title="It burns", severity="sev1", policy=policy, actor=program())
    work_off()
    return made


def move(incident: Incident, to: str) -> None:
    services.transition_incident(incident_id=incident.pk, to=to, actor=program("Ben"))


def posts(slack: FakeSlack) -> list[Post]:
    return [*slack.posts_to("ana@example.org"), *slack.posts_to("#ops")]


def test_a_page_is_not_drawn_anew_before_something_changed(
    slack: FakeSlack, incident: Incident
) -> None:
    settle()
    assert slack.called("chat.update") == []
    assert len(slack.posts) == 2


def test_a_change_is_drawn_into_every_page_and_why_stays(
    slack: FakeSlack, incident: Incident
) -> None:
    move(incident, "acknowledged")
    settle()
    for post in posts(slack):
        shown = json.dumps(post.body)
        assert "Acknowledged by Ben" in shown
        assert "Why you got this" in shown
    assert len(slack.posts) == 2


def test_two_changes_in_a_row_make_one_edit_with_the_last_state(
    slack: FakeSlack, incident: Incident
) -> None:
    move(incident, "acknowledged")
    move(incident, "resolved")
    settle()
    assert all("Resolved" in post.text and len(post.history) == 1 for post in posts(slack))


def test_a_page_that_is_gone_in_slack_is_left_alone(slack: FakeSlack, incident: Incident) -> None:
    slack.script(*[Fault(method="chat.update", error="message_not_found")] * 2)
    move(incident, "acknowledged")
    settle()
    assert set(SlackPost.objects.values_list("state", flat=True)) == {"detached"}
    assert len(slack.posts) == 2


def test_an_incident_that_became_private_leaves_the_channel_and_stays_with_its_people(
    slack: FakeSlack, incident: Incident
) -> None:
    services.set_private(incident_id=incident.pk, private=True, actor=program())
    settle()
    assert "burns" not in json.dumps(slack.posts_to("#ops")[0].body)
    assert "burns" in json.dumps(slack.posts_to("ana@example.org")[0].body)
