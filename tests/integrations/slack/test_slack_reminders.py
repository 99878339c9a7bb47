"""What an incident waits for is said in its channel, can be put off there, and stops."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from accounts.models import User
from core import clock
from core.actor import program
from incidents import reminding, services
from incidents.models import Incident, IncidentReminder
from integrations.slack.channels.models import SlackIncidentChannel, SlackSetting
from tests.cast import actor_of
from tests.fakes.slack import FakeSlack, Post
from tests.integrations.slack.door import post as send
from tests.integrations.slack.door import worked
from tests.integrations.slack.working import later, settle, turn

pytestmark = pytest.mark.django_db(transaction=True)
BUTTONS = ["I lead", "Remind me in 30 min", "In 2 hours", "Stop reminding"]


@pytest.fixture
def ana(person: Callable[..., User], slack: FakeSlack) -> User:
    user = person("Ana")
    slack.add_user(user.email)
    return user


@pytest.fixture
def incident(slack: FakeSlack, ana: User) -> Incident:
    """Ana works on it and nobody leads."""
    SlackSetting.objects.create(pk=1, channel_from="sev4", verbosity="key")
    made = services.open_incident(
        title="It burns", severity="sev2", actor=actor_of(ana), page=False
    )
    services.transition_incident(incident_id=made.pk, to="acknowledged", actor=actor_of(ana))
    ago = clock.now() - timedelta(minutes=11)
    Incident.objects.filter(pk=made.pk).update(acknowledged_at=ago)
    settle()
    return made


def remind() -> IncidentReminder:
    """The time for it has come."""
    reminding.plan_reminders()
    IncidentReminder.objects.update(due_at=clock.now() - timedelta(seconds=1))
    assert reminding.run_due_reminders() == 1
    return IncidentReminder.objects.get()


def reminders(slack: FakeSlack) -> list[Post]:
    channel = SlackIncidentChannel.objects.get().channel_id
    return [post for post in slack.posts_to(channel) if "nobody leads" in post.text]


def labels(post: Post) -> list[str]:
    return [button["text"]["text"] for button in post.buttons]


def press(slack: FakeSlack, post: Post, label: str, *, by: User) -> None:
    action = post.buttons[BUTTONS.index(label)]["action_id"]
    body = slack.press(post, action, by=slack.users[by.email])
    assert send(slack, "actions", body).status == 200
    worked()
    settle()


def test_a_reminder_is_said_again_until_somebody_leads(
    slack: FakeSlack, incident: Incident, ana: User
) -> None:
    remind()
    settle()
    (first,) = reminders(slack)
    assert labels(first) == BUTTONS
    remind()
    settle()
    first, second = reminders(slack)
    assert (labels(first), labels(second)) == ([], BUTTONS)
    press(slack, second, "I lead", by=ana)
    assert incident.roles.get(role="lead").user == ana
    assert [labels(post) for post in reminders(slack)] == [[], []]
    assert "Somebody leads" in str(reminders(slack)[1].body)


@pytest.mark.parametrize(
    ("label", "says"),
    [("In 2 hours", "Ana asked to be reminded later"), ("Stop reminding", "Stopped by Ana")],
)
def test_anybody_in_the_channel_puts_it_off_or_stops_it(
    slack: FakeSlack, incident: Incident, ana: User, label: str, says: str
) -> None:
    remind()
    settle()
    (post,) = reminders(slack)
    press(slack, post, label, by=ana)
    assert (labels(post), says in str(post.body)) == ([], True)
    if label != "Stop reminding":
        remind()
        settle()
    assert len(reminders(slack)) == (1 if label == "Stop reminding" else 2)


def test_after_an_outage_it_is_said_once_and_not_at_all_when_it_is_done(
    slack: FakeSlack, incident: Incident, ana: User
) -> None:
    slack.down = True
    for _ in range(3):
        remind()
        turn()
    slack.down = False
    later(31)
    settle()
    assert [labels(post) for post in reminders(slack)] == [BUTTONS]
    slack.down = True
    IncidentReminder.objects.update(state="pending", number=0)
    remind()
    turn()
    services.assign_role(incident_id=incident.pk, role="lead", user=ana, actor=program())
    slack.down = False
    later(31)
    settle()
    assert len(reminders(slack)) == 1


def test_a_quiet_channel_and_a_public_one_of_a_private_incident_hear_nothing(
    slack: FakeSlack, incident: Incident
) -> None:
    SlackSetting.objects.update(verbosity="card")
    remind()
    settle()
    assert reminders(slack) == []
    SlackSetting.objects.update(verbosity="key")
    public = SlackIncidentChannel.objects.get().channel_id
    remind()
    services.set_private(incident_id=incident.pk, private=True, actor=program())
    settle()
    assert "nobody leads" not in str([post.text for post in slack.posts_to(public)])
