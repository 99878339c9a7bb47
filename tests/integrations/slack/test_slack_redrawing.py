"""Posts are drawn anew from what is true now; of edits that wait only the newest is kept."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from accounts.models import User
from core import outbox
from core.actor import program
from incidents import services
from incidents.events import IncidentChanged
from incidents.models import Incident
from integrations.slack.handlers import SETTLE_SECONDS, on_incident_changed
from notifications.delivery import claim_for, deliver, deliver_due
from notifications.models import Delivery
from oncall.services import save_policy
from tests.fakes.paging import later, work_off
from tests.fakes.slack import FakeSlack, Fault, Post

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def incident(person: Callable[..., User], slack: FakeSlack) -> Incident:
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


def events() -> None:
    while outbox.run_due():
        pass


def posts(slack: FakeSlack) -> list[Post]:
    return [*slack.posts_to("ana@example.org"), *slack.posts_to("#ops")]


def edits() -> list[str]:
    return sorted(Delivery.objects.filter(kind="update").values_list("state", flat=True))


def test_a_change_is_drawn_into_every_post(slack: FakeSlack, incident: Incident) -> None:
    move(incident, "acknowledged")
    work_off()
    for post in posts(slack):
        assert "Acknowledged by Ben" in json.dumps(post.body)
    assert len(slack.posts) == 2


def test_two_changes_in_a_row_make_one_edit_with_the_last_state(
    slack: FakeSlack, incident: Incident
) -> None:
    move(incident, "acknowledged")
    events()
    move(incident, "resolved")
    events()
    assert edits() == ["cancelled", "cancelled", "pending", "pending"]
    deliver_due()
    assert all("Resolved" in post.text and len(post.history) == 1 for post in posts(slack))


def test_an_event_that_comes_late_or_again_draws_nothing_old(
    slack: FakeSlack, incident: Incident
) -> None:
    move(incident, "acknowledged")
    move(incident, "resolved")
    work_off()
    before = len(slack.called("chat.update"))
    late = IncidentChanged(incident.pk, incident.subject_key, "acknowledged", "Ben", {})
    on_incident_changed(late)
    deliver_due()
    assert len(slack.called("chat.update")) == before
    assert all("Resolved" in post.text for post in posts(slack))


def test_an_edit_waits_for_one_that_is_under_way(slack: FakeSlack, incident: Incident) -> None:
    move(incident, "acknowledged")
    events()
    under_way = claim_for("slack", 10)
    move(incident, "resolved")
    events()
    assert deliver_due() == 0
    for row, token in under_way:
        deliver(row, token)
    later(SETTLE_SECONDS + 1)
    deliver_due()
    assert all("Resolved" in post.text for post in posts(slack))


def test_a_post_that_is_gone_in_slack_is_left_alone(slack: FakeSlack, incident: Incident) -> None:
    slack.script(*[Fault(method="chat.update", error="message_not_found")] * 2)
    move(incident, "acknowledged")
    work_off()
    assert edits() == ["failed", "failed"]
    assert len(slack.posts) == 2
