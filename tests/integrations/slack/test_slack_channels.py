"""An incident's own channel: made once, kept in step, told what happens, archived at the end."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import User
from catalog.models import System
from core import clock
from core.actor import program
from incidents import services
from incidents.models import Incident
from integrations.slack.channels.keeping import look_again
from integrations.slack.channels.models import SlackIncidentChannel, SlackSetting
from integrations.slack.channels.naming import channel_name, is_named_so, topic
from integrations.slack.posts.models import SlackPost
from integrations.slack.posts.sending import post_due
from oncall.policy_services import save_policy, set_system_policy
from oncall.schedule_services import save_schedule
from tests.fakes.paging import work_off
from tests.fakes.slack import Channel, FakeSlack, Fault
from tests.fakes.slack.conversations import NAME
from tests.integrations.slack.working import later, settle, turn

pytestmark = pytest.mark.django_db(transaction=True)
ME = program("Ben")


@pytest.fixture(autouse=True)
def setting(slack: FakeSlack) -> SlackSetting:
    return SlackSetting.objects.create(pk=1, channel_from="sev2")


def declared(title: str = "Slow answers, again!", **more: object) -> Incident:
    return services.open_incident(
        title=title,
        severity=str(more.pop("severity", "sev2")),
        actor=ME,
        page=False,
        **more,  # type: ignore[arg-type]
    )


def channels(slack: FakeSlack) -> list[Channel]:
    return list(slack.channels.values())


def said(slack: FakeSlack, channel: Channel) -> str:
    posts = slack.posts_to(channel.id)
    return json.dumps([post.body for post in posts], ensure_ascii=False)


@given(st.text(max_size=400), st.integers(1, 10**9), st.integers(0, 20))
def test_whatever_an_incident_is_called_slack_takes_the_name_of_its_channel(
    title: str, number: int, attempt: int
) -> None:
    name = channel_name("inc", number, title, attempt=attempt)
    assert NAME.fullmatch(name)
    assert name == name.lower()
    assert is_named_so(name, "inc", number, title) or attempt > 0


@given(st.text(max_size=400), st.text(max_size=400))
def test_a_topic_mentions_nobody_and_keeps_its_limit(status: str, lead: str) -> None:
    made = topic(severity="sev1", status=status, lead=lead, drill=True)
    assert len(made) <= 250
    assert not set("<>&") & set(made)


def test_an_incident_gets_a_channel_with_topic_bookmarks_people_and_card(
    slack: FakeSlack, person: Callable[..., User]
) -> None:
    ana = person("Ana")
    ben = person("Ben")
    system = System.objects.create(
        slug="bot", name="Bot", runbooks=[{"title": "Restart", "url": "https://wiki.example/r"}]
    )
    slack.add_user(ana.email)
    incident = declared(systems=[system])
    services.assign_role(incident_id=incident.pk, role="lead", user=ana, actor=ME)
    services.assign_role(incident_id=incident.pk, role="scribe", user=ben, actor=ME)
    settle()
    (channel,) = channels(slack)
    assert channel.name == f"inc-{incident.pk}-slow-answers-again"
    assert channel.topic == "SEV2 · Open · lead Ana"
    assert [one["title"] for one in channel.bookmarks] == [f"{incident.ref} in AIRE", "Restart"]
    assert slack.users[ana.email] in channel.members
    assert "Slow answers, again!" in slack.posts_to(channel.id)[0].text
    assert SlackIncidentChannel.objects.get().unknown == [ben.email]


def test_who_is_on_call_for_its_systems_is_invited_without_being_paged(
    slack: FakeSlack, person: Callable[..., User]
) -> None:
    ana, ben = person("Ana"), person("Ben")
    for user in (ana, ben):
        slack.add_user(user.email)
        rotation = {"name": "Only", "users": [user.email], "starts": "2026-01-01T00:00:00Z"}
        named = {"slug": user.name.lower(), "name": user.name, "actor": ME}
        save_schedule(**named, time_zone="UTC", rotations=[rotation])
        policy = save_policy(**named, steps=[{"targets": [{"schedule": named["slug"]}]}])
        system = System.objects.create(slug=f"bot-{named['slug']}", name=f"Bot {user.name}")
        set_system_policy(system=system, policy=policy, actor=ME)
    secret = declared("Hidden", systems=list(System.objects.all()), private=True)
    declared(systems=list(System.objects.all()))
    settle()
    for channel in channels(slack):
        there = {slack.users[user.email] for user in (ana, ben)} & set(channel.members)
        assert len(there) == (0 if channel.name.startswith(f"inc-{secret.pk}-") else 2)
    eve = person("Eve")
    slack.add_user(eve.email)
    rotation = {"name": "Only", "users": [eve.email], "starts": "2026-01-01T00:00:00Z"}
    save_schedule(slug="ana", name="Ana", time_zone="UTC", rotations=[rotation], actor=ME)
    look_again()
    later(2)
    settle()
    joined = [one.name for one in channels(slack) if slack.users[eve.email] in one.members]
    assert joined == [f"inc-{secret.pk + 1}-slow-answers-again"]


def test_more_channels_than_are_looked_at_together_have_their_turn_one_after_another(
    slack: FakeSlack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("integrations.slack.channels.keeping.LOOKED_AT", 1)
    for number in range(3):
        declared(f"Slow answers {number}")
        settle()
    long_ago = clock.now() - timedelta(days=1)
    SlackIncidentChannel.objects.update(due_at=long_ago)
    for left in (2, 1, 0):
        look_again()
        later(2)
        settle()
        assert SlackIncidentChannel.objects.filter(due_at=long_ago).count() == left


def test_what_happens_is_said_in_the_channel_and_kept_in_step(slack: FakeSlack) -> None:
    incident = declared()
    settle()
    services.add_note(incident_id=incident.pk, text="Rolling back", actor=ME)
    services.change_severity(incident_id=incident.pk, severity="sev1", actor=ME)
    services.add_task(incident_id=incident.pk, title="Ask the vendor", actor=ME)
    services.edit_incident(incident_id=incident.pk, title="Wrong answers", actor=ME)
    settle()
    (channel,) = channels(slack)
    assert channel.name == f"inc-{incident.pk}-wrong-answers"
    assert channel.topic.startswith("SEV1 · Open")
    assert said(slack, channel).count("> Rolling back") == 1
    assert "Ask the vendor" not in said(slack, channel)


def test_what_happened_before_the_channel_was_there_is_said_in_it_once(slack: FakeSlack) -> None:
    slack.down = True
    incident = declared()
    turn()
    services.add_note(incident_id=incident.pk, text="Early note", actor=ME)
    turn()
    slack.down = False
    later(31)
    settle()
    (channel,) = channels(slack)
    assert said(slack, channel).count("> Early note") == 1


def test_waiting_lines_go_out_together(slack: FakeSlack) -> None:
    incident = declared()
    settle()
    for number in range(8):
        services.add_note(incident_id=incident.pk, text=f"Note {number}", actor=ME)
    settle()
    (channel,) = channels(slack)
    assert len(slack.posts_to(channel.id)) <= 3


def test_a_card_waits_for_no_storm_of_lines(slack: FakeSlack) -> None:
    incident = declared()
    settle()
    for number in range(30):
        services.add_note(incident_id=incident.pk, text=f"Note {number}", actor=ME)
    services.transition_incident(incident_id=incident.pk, to="resolved", actor=ME)
    work_off()
    SlackPost.objects.filter(kind="card").update(due_at=clock.now())
    post_due()
    (channel,) = channels(slack)
    assert "Resolved" in slack.posts_to(channel.id)[0].text
    assert SlackPost.objects.filter(kind="line", state="pending").count() > 15


@pytest.mark.parametrize(("verbosity", "told"), [("card", 0), ("key", 1), ("all", 2)])
def test_a_channel_is_told_as_much_as_was_chosen(
    slack: FakeSlack, verbosity: str, told: int
) -> None:
    SlackSetting.objects.update(verbosity=verbosity)
    incident = declared()
    settle()
    services.add_note(incident_id=incident.pk, text="A key thing", actor=ME)
    services.add_task(incident_id=incident.pk, title="A small thing", actor=ME)
    settle()
    (channel,) = channels(slack)
    text = said(slack, channel)
    assert ("A key thing" in text) + ("A small thing" in text) == told


def test_a_name_that_is_taken_gets_a_number(slack: FakeSlack) -> None:
    incident = declared()
    taken = f"inc-{incident.pk}-slow-answers-again"
    slack.channels["C7"] = Channel("C7", name=taken)
    settle()
    assert {one.name for one in channels(slack)} == {taken, f"{taken}-2"}
    services.add_note(incident_id=incident.pk, text="Still the same name", actor=ME)
    settle()
    assert slack.called("conversations.rename") == []


def test_a_channel_whose_answer_was_lost_is_found_again(slack: FakeSlack) -> None:
    slack.script(Fault(method="conversations.create", accept=True, drop=True))
    declared()
    settle()
    (channel,) = channels(slack)
    assert SlackIncidentChannel.objects.get().channel_id == channel.id


def test_a_private_incident_has_a_private_channel_with_its_people_alone(
    slack: FakeSlack, person: Callable[..., User]
) -> None:
    ana, eve = person("Ana"), person("Eve")
    slack.add_user(ana.email)
    slack.add_user(eve.email)
    declared("Secret payroll", private=True, members=[ana])
    settle()
    (channel,) = channels(slack)
    assert channel.private
    assert slack.users[ana.email] in channel.members
    assert slack.users[eve.email] not in channel.members


def test_an_incident_that_became_private_moves_into_a_private_channel(slack: FakeSlack) -> None:
    incident = declared("Leaked payroll")
    settle()
    services.set_private(incident_id=incident.pk, private=True, actor=ME)
    settle()
    old, new = channels(slack)
    assert old.archived
    assert "payroll" not in old.name + old.topic
    assert new.private
    assert "Leaked payroll" in said(slack, new)
    services.add_note(incident_id=incident.pk, text="More payroll", actor=ME)
    settle()
    assert "More payroll" not in said(slack, old)


def test_a_channel_is_archived_some_days_after_closing(slack: FakeSlack) -> None:
    incident = declared()
    settle()
    services.transition_incident(incident_id=incident.pk, to="cancelled", actor=ME, note="No")
    settle()
    (channel,) = channels(slack)
    assert not channel.archived
    Incident.objects.update(cancelled_at=clock.now() - timedelta(days=8))
    later(8 * 86_400)
    settle()
    assert channel.archived
    assert SlackIncidentChannel.objects.get().state == "archived"


def test_what_may_not_be_made_is_given_up_with_its_reason(slack: FakeSlack) -> None:
    slack.script(Fault(method="conversations.create", error="restricted_action"))
    incident = declared()
    for _ in range(4):
        turn()
        services.add_note(incident_id=incident.pk, text="x", actor=ME)
        later(30)
    row = SlackIncidentChannel.objects.get()
    assert (row.state, len(slack.called("conversations.create"))) == ("failed", 1)
    assert "restricted_action" in row.error


def test_what_is_nice_to_have_stops_nothing(slack: FakeSlack) -> None:
    slack.scopes = {"chat:write", "channels:manage", "users:read.email"}
    declared()
    settle()
    row = SlackIncidentChannel.objects.get()
    assert row.state == "settled"
    assert "scope" in row.error


def test_a_drill_and_a_small_thing_get_no_channel(slack: FakeSlack) -> None:
    declared(drill=True)
    declared(severity="sev3")
    settle()
    assert channels(slack) == []
