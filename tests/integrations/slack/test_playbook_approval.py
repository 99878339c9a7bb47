"""A playbook that waits is approved where people are: on the incident's card in Slack."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from accounts.models import Role, User
from catalog.models import System
from integrations.slack.channels.models import SlackAnnouncement, SlackSetting
from playbooks.models import PlaybookRun
from tests.fakes.kubernetes import FakeKubernetes
from tests.fakes.slack import FakeSlack, Post
from tests.incidents.cast import make_incident
from tests.integrations.slack.door import post, worked
from tests.integrations.slack.working import settle
from tests.playbooks.cast import connect, make_playbook, start, work

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cluster(settings: Any) -> Iterator[FakeKubernetes]:
    settings.AIRE_ALLOW_PRIVATE_NETWORK = "127.0.0.1"
    with FakeKubernetes() as fake:
        fake.deployment("assistant")
        connect(fake)
        yield fake


def press(slack: FakeSlack, on: Post, action: str, by: str) -> str:
    """Everything that this person sees after it."""
    before = len(slack.answers_to(by))
    assert post(slack, "actions", slack.press(on, action, by=by)).status == 200
    worked()
    return json.dumps([one.body for one in slack.answers_to(by)[before:]], ensure_ascii=False)


def test_a_manager_approves_from_the_card_and_a_viewer_cannot(
    slack: FakeSlack, person: Callable[..., User], cluster: FakeKubernetes, system: System
) -> None:
    SlackSetting.objects.create(pk=1, channel_from="")
    SlackAnnouncement.objects.create(slug="all", channel="C1", verbosity="key")
    slack.channels.add("C1")
    ana, mona = person("Ana"), person("Mona")
    User.objects.filter(pk=mona.pk).update(role=Role.MANAGER)
    handles = {user.pk: slack.add_user(user.email) for user in (ana, mona)}
    incident = make_incident(systems=[system])
    run = work(start(make_playbook(approval={"role": "manager"}), incident, ana))
    assert run.status == "waiting"
    settle()
    (card,) = [one for one in slack.posts_to("C1") if not one.body.get("thread_ts")]
    assert "waits for a manager to agree" in json.dumps(card.body)
    said = [one for one in slack.posts_to("C1") if one.body.get("thread_ts") == card.ts]
    assert any("waits for a manager" in json.dumps(one.body) for one in said)
    asked = next(b["action_id"] for b in card.buttons if b["text"]["text"] == "Playbook to approve")
    assert "playbook-approve" not in press(slack, card, asked, handles[ana.pk])
    assert "playbook-approve" in press(slack, card, asked, handles[mona.pk])
    offered = slack.answers_to(handles[mona.pk])[-1]
    assert "running" in press(slack, offered, "playbook-approve", handles[mona.pk]).lower()
    approval = PlaybookRun.objects.get().approvals.get()
    assert (approval.user, approval.via, approval.agrees) == (mona, "slack", True)
    assert work(run).status == "succeeded"
    settle()
    (card,) = [one for one in slack.posts_to("C1") if not one.body.get("thread_ts")]
    assert "Playbook to approve" not in json.dumps(card.body)
    assert "all steps are done" in json.dumps(card.body)
